/** Watches a chat stream go by and tells the truth about it. */
import { streamWatcher, type StreamWatcher, type WatcherOptions } from '../stream-watcher.ts'
import { alikeEvents } from './alike.ts'
import { chatJudge } from './judge.ts'

export function chatStreamWatcher(options: WatcherOptions): StreamWatcher {
  // Whoever wants to hear of each event must have it read.
  return streamWatcher(chatJudge(options), options, options.taken ? undefined : alikeEvents())
}
