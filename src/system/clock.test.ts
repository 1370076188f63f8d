/** The system's time. */
import { describe, expect, it } from 'vitest'
import { systemClock } from './clock.ts'

describe('the system clock', () => {
  it('tells the time of day, and a time that only grows', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1_000)
    const first = systemClock.monotonicMs()
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first)
  })

  it('sleeps as long as it was told', async () => {
    const start = performance.now()
    await systemClock.sleep(20)
    expect(performance.now() - start).toBeGreaterThan(18)
  })

  it('is woken by a signal, with the signal’s reason', async () => {
    const controller = new AbortController()
    const sleeping = expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow('enough')
    controller.abort(new Error('enough'))
    await sleeping
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toThrow('enough')
  })

  it('does not wake at once from a sleep longer than timers can hold', async () => {
    const controller = new AbortController()
    const sleeping = systemClock.sleep(90 * 24 * 3_600_000, controller.signal)
    const first = await Promise.race([sleeping.then(() => 'woke'), systemClock.sleep(20).then(() => 'sleeps')])
    expect(first).toBe('sleeps')
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
  })

  it('forgets the signal once awake', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const counting = Object.assign(Object.create(signal), {
      addEventListener: () => (listeners += 1),
      removeEventListener: () => (listeners -= 1),
    })
    Object.defineProperty(counting, 'aborted', { value: false })
    await systemClock.sleep(1, counting)
    expect(listeners).toBe(0)
  })
})
