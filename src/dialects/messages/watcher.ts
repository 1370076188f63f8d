/** Watches a Messages stream go by and tells the truth about it. */
import { streamWatcher, type StreamWatcher, type WatcherOptions } from '../stream-watcher.ts'
import { messagesJudge } from './judge.ts'

export function messagesWatcher(options: WatcherOptions): StreamWatcher {
  return streamWatcher(messagesJudge(options), options)
}
