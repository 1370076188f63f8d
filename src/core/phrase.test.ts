/** Phrases: English for programs, the reader's language for people, one text for rows and threads. */
import { describe, expect, it } from 'vitest'
import { keptSaid, phrase, Phrase, saidFrom, withTexts } from './phrase.ts'

const broken = phrase('still-open', { wanted: phrase('wanted-separator', { close: '}' }), bracket: '{', line: 3 })

describe('a phrase', () => {
  it('is English in a message, and in JSON', () => {
    expect(`${String(broken)}.`).toBe('a comma or } (the { of line 3 is still open).')
    expect(JSON.stringify({ reason: broken })).toBe('{"reason":"a comma or } (the { of line 3 is still open)"}')
  })

  it('comes back whole from a row of a table', () => {
    const again = saidFrom(keptSaid(broken))
    expect(again).toBeInstanceOf(Phrase)
    expect(again).toStrictEqual(broken)
  })

  it('has its texts cleaned, those of phrases within it too, and keeps its numbers', () => {
    const told = phrase('token-unsaved', { profile: 'p', reason: phrase('not-written', { reason: 'sk-secret' }) })
    expect(withTexts(told, (text) => text.replace('sk-secret', '[redacted]'))).toEqual(
      'p: the renewed token is not saved yet: it could not be written ([redacted])',
    )
    expect(withTexts(broken, (text) => text)).toStrictEqual(broken)
  })
})

describe("somebody else's words", () => {
  it.each([
    ['they look like JSON', '{"error":{"message":"busy"}}'],
    ['they begin as a phrase does and break off', '{"phrase":"wanted-key"'],
    ['they name a phrase that nobody knows', '{"phrase":"of another version","values":{}}'],
    ['they name something every object has', '{"phrase":"constructor","values":{}}'],
    ['they are a phrase without values', '{"phrase":"wanted-key"}'],
    ['they are a whole phrase of ours', keptSaid(broken)],
    ['they bring words in the name of a plugin', '{"phrase":"plugin-words","values":{"en":"a","zhCn":"b","zhTw":"c"}}'],
    ['they are kept words', '{"words":"sudo"}'],
  ])('stay theirs, also when %s', (_, words) => {
    expect(saidFrom(keptSaid(words))).toBe(words)
  })

  it.each([
    ['a value that the text needs is not there', '{"phrase":"still-open","values":{}}'],
    ['a value is of a kind that no phrase has', '{"phrase":"wanted-comment-end","values":{"line":{"a":1}}}'],
    ['its code is that of another version', '{"phrase":"of another version","values":{}}'],
    ['it is no object', '{"phrase":"wanted-key","values":7}'],
  ])('are what a row comes to in which %s', (_, row) => {
    expect(saidFrom(row)).toBe(row)
  })
})
