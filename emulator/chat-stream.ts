/** Sends the frames of a stream at their pace, waits for a slow reader, stops when it has left. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Frame } from './chat-frames.ts'
import { breakConnection, sendHead } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { SpoilingFault } from './faults.ts'

/** How a stream leaves: as it should, with the connection broken, or never. */
type Ending = 'ended' | 'broken' | 'stalled'

export async function sendStream(exchange: Exchange, frames: readonly Frame[], delayMs: number): Promise<void> {
  const { response, gone } = exchange
  const script = exchange.fault === undefined ? { frames, ending: 'ended' as const } : spoiled(frames, exchange.fault)
  sendHead(exchange, 200, { 'content-type': 'text/event-stream;charset=UTF-8', 'cache-control': 'no-cache' })
  response.flushHeaders()
  try {
    await sendFrames(exchange, script.frames, delayMs)
  } catch (error) {
    if (gone.aborted) return
    throw error
  }
  if (script.ending === 'ended') response.end()
  if (script.ending === 'broken') breakConnection(exchange)
}

async function sendFrames({ response, gone }: Exchange, frames: readonly Frame[], delayMs: number): Promise<void> {
  // Each frame has its own due time, so that small delays do not add up.
  let dueAtMs = performance.now()
  for (const [position, frame] of frames.entries()) {
    if (frame.kind === 'content' && delayMs > 0 && frames[position - 1]?.kind === 'content') {
      dueAtMs += delayMs
      const waitMs = dueAtMs - performance.now()
      // Not woken when the client leaves: a listener on the signal for each piece costs more than the sending.
      if (waitMs > 0) await pause(waitMs)
    }
    if (gone.aborted) return
    if (!response.write(frame.text)) await once(response, 'drain', { signal: gone })
  }
}

function spoiled(frames: readonly Frame[], fault: SpoilingFault): { frames: readonly Frame[]; ending: Ending } {
  switch (fault.kind) {
    case 'cut':
      return { frames: upTo(frames, fault.afterEvents), ending: fault.clean ? 'ended' : 'broken' }
    case 'stall':
      return { frames: upTo(frames, fault.afterEvents), ending: 'stalled' }
    case 'malformed': {
      const broken = 'data: {"choices":[{"delta":{"content":"brok\n\ndata: [DONE]\n\n'
      return { frames: [...upTo(frames, 0), { kind: 'framing', text: broken }], ending: 'ended' }
    }
  }
  // As seen in the wild: an error without any text before it is the only frame of its stream.
  const before = fault.afterEvents === 0 ? [] : upTo(frames, fault.afterEvents)
  return { frames: [...before, { kind: 'framing', text: errorFrame(fault, before.length + 1) }], ending: 'ended' }
}

/** The status stands in a comment line, and the error has no wrapper: that is how the real server does it. */
function errorFrame(fault: Extract<SpoilingFault, { kind: 'error-in-stream' }>, id: number): string {
  const data = JSON.stringify({ request_id: randomUUID(), code: fault.code, message: fault.message })
  return `id:${id}\nevent:error\n:HTTP_STATUS/${fault.status}\ndata:${data}\n\n`
}

/** The stream's beginning, with so many frames that carry content, and never its finish. */
function upTo(frames: readonly Frame[], contentFrames: number): readonly Frame[] {
  const firstContent = frames.findIndex(({ kind }) => kind === 'content')
  const contents = frames.filter(({ kind }) => kind === 'content')
  return [...frames.slice(0, firstContent), ...contents.slice(0, contentFrames)]
}
