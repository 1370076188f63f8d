/** The system's time. */
import type { Clock } from '../core/ports.ts'

/** Node's timers hold no more. */
const LONGEST_TIMER_MS = 2_147_483_647

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep,
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let leftMs = ms
  while (leftMs > LONGEST_TIMER_MS) {
    await wait(LONGEST_TIMER_MS, signal)
    leftMs -= LONGEST_TIMER_MS
  }
  await wait(leftMs, signal)
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
