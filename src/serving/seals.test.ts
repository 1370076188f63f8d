/** What is remembered of sealed reasoning, and put back. */
import { expect, it } from 'vitest'
import type { Issuer, Prompt, ReasoningPart } from '../core/prompt.ts'
import { movedClock } from './fixtures/clock.ts'
import { conversationMark, sealsOf, withRemembered } from './remembered-reasoning.ts'
import { openSeals } from './seals.ts'

const issuer: Issuer = { provider: 'p', profile: 'p:default', model: 'm' }
const reasoning: ReasoningPart = { kind: 'reasoning', text: 'hm', sealed: { kind: 'signature', value: 'sig', issuer } }
const call = { kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' } as const
const promptOf = (...parts: Extract<Prompt['turns'][number], { role: 'assistant' }>['parts']): Prompt => ({
  turns: [{ role: 'assistant', parts }],
  tools: [],
  unsaid: [],
})

it('knows for an hour who issued a signature, and what stood before a call', () => {
  const clock = movedClock()
  const seals = openSeals(clock)
  seals.note('sig', issuer)
  seals.noteBefore(['call_1', 'call_2'], [reasoning])
  clock.advance(3_600_000)
  expect([seals.issuerOf('sig'), seals.before('call_2')]).toEqual([issuer, [reasoning]])
  clock.advance(1)
  expect([seals.issuerOf('sig'), seals.before('call_2'), seals.issuerOf('other')]).toEqual([undefined, [], undefined])
})

it('keeps no more than it has room for: the oldest goes first, and what is too long is not kept', () => {
  const seals = openSeals(movedClock())
  for (let at = 0; at <= 20_000; at += 1) seals.note(`sig-${at}`, issuer)
  expect([seals.issuerOf('sig-0'), seals.issuerOf('sig-1')]).toEqual([undefined, issuer])
  seals.noteBefore(['long'], [{ ...reasoning, text: 'a'.repeat(262_145) }])
  expect(seals.before('long')).toEqual([])
  const large = { ...reasoning, text: 'a'.repeat(262_000) }
  for (let at = 0; at < 300; at += 1) seals.noteBefore([`call-${at}`], [large])
  expect([seals.before('call-0'), seals.before('call-299')]).toEqual([[], [large]])
})

it('puts reasoning back before its call, in the place of the same text without a seal', () => {
  const seals = openSeals(movedClock())
  seals.noteBefore(['call_1'], [reasoning])
  const [turn] = withRemembered(
    promptOf({ kind: 'reasoning', text: 'hm' }, { kind: 'text', text: 'x' }, call),
    seals,
  ).turns
  expect(turn?.parts).toEqual([reasoning, { kind: 'text', text: 'x' }, call])
})

it('leaves alone what has its seal, what is not known, and what called nothing', () => {
  const seals = openSeals(movedClock())
  seals.noteBefore(['call_1'], [reasoning])
  const own = { ...reasoning, sealed: { ...reasoning.sealed, kind: 'signature', value: 'own', issuer } } as const
  for (const prompt of [
    promptOf(own, call),
    promptOf({ ...call, id: 'other' }),
    promptOf({ kind: 'text', text: 'x' }),
  ]) {
    expect(withRemembered(prompt, seals)).toEqual(prompt)
  }
})

it('brings no reasoning into a conversation that began otherwise, nor to another caller, though its calls have the same ids', () => {
  const seals = openSeals(movedClock())
  const asked = (text: string): Prompt => ({
    ...promptOf(call),
    turns: [{ role: 'user', parts: [{ kind: 'text', text }] }, ...promptOf(call).turns],
  })
  const mark = (text: string, caller?: string): string => conversationMark(asked(text), caller)
  sealsOf(mark('mine', 'anna'), seals).noteBefore(['call_1'], [reasoning])
  const partsOf = (text: string, caller?: string) =>
    withRemembered(asked(text), sealsOf(mark(text, caller), seals)).turns[1]?.parts
  expect(partsOf('mine', 'anna')).toEqual([reasoning, call])
  expect([partsOf('yours', 'anna'), partsOf('mine', 'ben'), partsOf('mine')]).toEqual([[call], [call], [call]])
})
