/** What servers of models answered, as it was recorded or documented, and what is to be read out of it. */
import { readFileSync } from 'node:fs'
import type { FailureKind, FailureScope } from '../../src/core/failure.ts'
import type { VerdictKind } from '../../src/core/verdict.ts'

export interface RecordedAnswer {
  readonly name: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A text as it stands, or JSON. */
  readonly body: unknown
  readonly expected: ExpectedReading
  readonly source: string
}

export interface RecordedExchange extends RecordedAnswer {
  readonly url: string
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown }
}

export interface ExpectedReading {
  /** None = the answer is whole. */
  readonly kind?: FailureKind
  readonly scope?: FailureScope
  /** Of an answer with status 200. */
  readonly verdict?: VerdictKind
  /** The time told, if it was asked at `RECORDED_AT`. */
  readonly retryAt?: string
  /** How many tokens there may be, where that was told. */
  readonly contextWindow?: number
  /** What a caller gets when nobody else may be asked. */
  readonly callerStatus?: number
}

/** Of other bundled providers, and of servers that no plugin speaks for. */
export interface OtherAnswer extends RecordedAnswer {
  readonly provider: 'openrouter' | 'deepseek' | 'moonshot' | 'custom'
}

export const RECORDED_AT = new Date('2026-07-22T08:00:00Z')

export const qwenChat = read('qwen-chat.json') as readonly RecordedExchange[]
export const openaiErrors = read('openai-errors.json') as readonly RecordedAnswer[]
export const anthropicErrors = read('anthropic-errors.json') as readonly RecordedAnswer[]
export const otherErrors = read('other-errors.json') as readonly OtherAnswer[]

export function textOf({ body }: RecordedAnswer): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'))
}
