/** Plausible figures for what a question and its answer cost, always the same for the same ones. */
import type { Answer } from './answers.ts'
import type { Message, Question } from './question.ts'

/** A question with this word in it has its first half in the provider's cache. */
const cachedWord = 'emulator-cached'

export interface Figures {
  /** Those from the cache included. */
  readonly input: number
  readonly cached: number
  /** Thoughts included. */
  readonly output: number
  readonly reasoning: number
}

export function figuresOf(question: Question, answer: Answer): Figures {
  const input = questionTokens(question)
  const isCached = question.messages.some(({ text }) => text.includes(cachedWord))
  return {
    input,
    cached: isCached ? Math.floor(input / 2) : 0,
    output: answerTokens(answer),
    reasoning: tokensOf(answer.reasoning),
  }
}

export function questionTokens({ messages }: Question): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 3)
}

export function answerTokens({ reasoning, text, calls }: Answer): number {
  const called = calls.reduce((sum, call) => sum + tokensOf(call.name + call.arguments), 0)
  return tokensOf(reasoning) + tokensOf(text) + called
}

function messageTokens({ text, pictures }: Message): number {
  return 4 + tokensOf(text) + pictures.length * 256
}

/** About a token for four letters, and one for each Chinese character. */
export function tokensOf(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return han + Math.ceil((text.length - han) / 4)
}

/** The beginning of the text that has no more tokens. */
export function firstTokens(text: string, most: number): string {
  const characters = Array.from(text)
  let length = Math.min(characters.length, most * 4)
  while (length > 0 && tokensOf(characters.slice(0, length).join('')) > most) length -= 1
  return characters.slice(0, length).join('')
}
