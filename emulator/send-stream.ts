/** Sends the frames of a stream at their pace, waits for a slow reader, stops when it has left. */
import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { breakConnection, sendHead } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { Frame, Spoil } from './format.ts'
import { spoiled } from './spoiled-stream.ts'
import type { Wait } from './spoiled-stream.ts'

export interface Stream {
  readonly frames: readonly Frame[]
  readonly delayMs: number
  readonly headers: OutgoingHttpHeaders
  readonly spoil: Spoil
}

export async function sendStream(exchange: Exchange, { frames, delayMs, headers, spoil }: Stream): Promise<void> {
  const { response, gone } = exchange
  const script =
    exchange.fault === undefined ? { frames, ending: 'ended' as const } : spoiled(frames, exchange.fault, spoil)
  const type = { 'content-type': 'text/event-stream;charset=UTF-8', 'cache-control': 'no-cache' }
  sendHead(exchange, 200, { ...type, ...headers })
  response.flushHeaders()
  try {
    await sendFrames(exchange, script.frames, delayMs)
    if (script.wait !== undefined) {
      await waitFor(exchange, script.wait)
      await sendFrames(exchange, script.wait.rest, delayMs)
    }
  } catch (error) {
    if (gone.aborted) return
    throw error
  }
  if (script.ending === 'ended') response.end()
  if (script.ending === 'broken') breakConnection(exchange, script.reset)
}

/** With a comment each so often, as servers send them so that nobody takes them for dead. */
async function waitFor({ response, gone }: Exchange, { delayMs, pingMs }: Wait): Promise<void> {
  const endMs = performance.now() + delayMs
  for (let leftMs = delayMs; leftMs > 0 && !gone.aborted; leftMs = endMs - performance.now()) {
    await pause(Math.min(leftMs, pingMs ?? leftMs, 600_000), undefined, { signal: gone })
    if (pingMs !== undefined && performance.now() < endMs) response.write(': ping\n\n')
  }
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
