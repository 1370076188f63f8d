import { describe, expect, it } from 'vitest'
import type { KeptAnswer } from '../core/ports.ts'
import { openAnswers, LARGEST_ANSWER_BYTES } from './answers.ts'
import { movedClock } from './fixtures/clock.ts'

const HOUR_MS = 3_600_000

describe('an answer that is remembered', () => {
  it('is there for its owner alone, for an hour', () => {
    const clock = movedClock()
    const answers = openAnswers(clock)
    const kept = answer('one', 'resp_1')
    answers.keep(kept)
    clock.advance(HOUR_MS)
    expect([answers.get('one', 'resp_1'), answers.get('other', 'resp_1')]).toEqual([kept, undefined])
    expect([answers.remove('other', 'resp_1'), answers.get('one', 'resp_1')]).toEqual([false, kept])
    clock.advance(1)
    expect([answers.get('one', 'resp_1'), answers.remove('one', 'resp_1')]).toEqual([undefined, false])
    expect([...answers.holding('one', new Set(['msg_resp_1']))]).toEqual([])
  })

  it('is found by what is in it, the newest first', () => {
    const answers = openAnswers(movedClock())
    answers.keep(answer('one', 'resp_1', 1, ['msg_1', 'msg_2']))
    answers.keep(answer('one', 'resp_2', 1, ['msg_2']))
    answers.keep(answer('other', 'resp_3', 1, ['msg_2']))
    const found = answers.holding('one', new Set(['msg_1', 'msg_2', 'msg_3']))
    expect(Object.fromEntries([...found].map(([id, { id: of }]) => [id, of]))).toEqual({
      msg_1: 'resp_1',
      msg_2: 'resp_2',
    })
  })

  it('gives way to newer ones of whoever has the most', () => {
    const answers = openAnswers(movedClock(), { answers: 4, bytes: 1_000 })
    answers.keep(answer('quiet', 'q', 100))
    for (const id of ['a', 'b', 'c', 'd', 'e']) answers.keep(answer('loud', id, 200))
    expect(['a', 'b', 'c', 'd', 'e'].filter((id) => answers.get('loud', id))).toEqual(['c', 'd', 'e'])
    expect(answers.get('quiet', 'q')).toBeDefined()
  })

  it('counts anew what is removed or kept again', () => {
    const answers = openAnswers(movedClock(), { answers: 10, bytes: 1_000 })
    for (let turn = 0; turn < 5; turn += 1) answers.keep(answer('one', 'same', 900))
    answers.remove('one', 'same')
    answers.keep(answer('one', 'a', 450))
    answers.keep(answer('one', 'b', 450))
    expect([answers.get('one', 'a'), answers.get('one', 'b')]).not.toContain(undefined)
  })

  it('takes room for the ids of what is in it, too', () => {
    const answers = openAnswers(movedClock(), { answers: 10, bytes: 10_000 })
    const ids = Array.from({ length: 200 }, (_, at) => String(at))
    answers.keep(answer('one', 'a', 1, ids))
    answers.keep(answer('one', 'b', 1, ids))
    expect([answers.get('one', 'a'), answers.get('one', 'b')?.id]).toEqual([undefined, 'b'])
  })

  it('is none where it is too large', () => {
    const answers = openAnswers(movedClock())
    answers.keep(answer('one', 'large', LARGEST_ANSWER_BYTES + 1))
    expect(answers.get('one', 'large')).toBeUndefined()
  })
})

function answer(owner: string, id: string, bytes = 1, itemIds = [`msg_${id}`]): KeptAnswer {
  const keptAt = new Date('2026-03-14T12:00:00Z')
  return { owner, id, keptAt, input: new Uint8Array(bytes), answer: new Uint8Array(), itemIds }
}
