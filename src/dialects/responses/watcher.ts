/** Watches a Responses stream go by and tells the truth about it. */
import { streamWatcher, type StreamWatcher, type WatcherOptions } from '../stream-watcher.ts'
import { responsesJudge } from './judge.ts'

export function responsesWatcher(options: WatcherOptions): StreamWatcher {
  return streamWatcher(responsesJudge(options), options)
}
