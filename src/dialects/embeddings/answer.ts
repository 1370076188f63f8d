/** An answer with embeddings: judged, and put into the form that its caller asked for, whatever the upstream sent. */
import { phrase } from '../../core/phrase.ts'
import type { FailedVerdict, Usage, Verdict } from '../../core/verdict.ts'
import { readUsage } from '../chat-completions/usage.ts'
import { errorInside } from '../error-inside.ts'
import { holdsError } from '../error-object.ts'
import { fieldsOf, listOf, parsedJson, type Fields } from '../fields.ts'
import type { AnswerReading, Judge } from '../judge.ts'
import { decoded } from '../latin1.ts'
import { malformed, whatCame } from '../malformed.ts'
import type { WatcherOptions } from '../stream-watcher.ts'
import { readWhole } from '../whole-answer.ts'

type Form = 'float' | 'base64'

export function readEmbeddings(body: Uint8Array, form: Form, options: WatcherOptions): AnswerReading {
  return readWhole(embeddingsJudge(form, options), body, { ...options, unbegun: phrase('no-embeddings') })
}

function embeddingsJudge(form: Form, options: WatcherOptions): Judge {
  const state = {
    begun: false,
    good: false,
    finished: false,
    done: false,
    failed: undefined as FailedVerdict | undefined,
    instead: undefined as Fields | undefined,
  }
  let usage: Usage | undefined

  const fail = (verdict: FailedVerdict): void => void (state.failed ??= verdict)
  return {
    state,
    take(data) {
      const answer = fieldsOf(parsedJson(decoded(data)))
      if (!answer) return fail(malformed(whatCame(data)))
      if (holdsError(answer)) return fail(errorInside(data, 0, options))
      const vectors = listOf(answer.data).map(fieldsOf)
      if (vectors.length === 0 || !vectors.every((vector) => vector && isVector(vector.embedding))) return
      usage = usageOf(answer)
      state.begun = true
      const isAsAsked = vectors.every((vector) => (typeof vector?.embedding === 'string') === (form === 'base64'))
      if (!isAsAsked) state.instead = { ...answer, data: vectors.map((vector) => inForm(form, vector)) }
    },
    fail,
    end: (): Verdict => state.failed ?? { kind: 'complete' },
    usage: () => usage,
  }
}

/** They cost input alone; servers that count it under `total_tokens` only mean the same. */
function usageOf({ usage }: Fields): Usage | undefined {
  const fields = fieldsOf(usage)
  return readUsage({ ...fields, prompt_tokens: fields?.prompt_tokens ?? fields?.total_tokens })
}

function isVector(embedding: unknown): boolean {
  if (typeof embedding !== 'string')
    return Array.isArray(embedding) && embedding.length > 0 && embedding.every(Number.isFinite)
  return embedding !== '' && Buffer.from(embedding, 'base64').byteLength % 4 === 0
}

function inForm(form: Form, vector: Fields = {}): Fields {
  const { embedding } = vector
  if (typeof embedding === 'string') return form === 'base64' ? vector : { ...vector, embedding: unpacked(embedding) }
  return form === 'float' ? vector : { ...vector, embedding: packed(listOf(embedding).map(Number)) }
}

/** 32-bit floats, the least significant byte first, as OpenAI packs them. */
function packed(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [at, number] of numbers.entries()) bytes.writeFloatLE(number, at * 4)
  return bytes.toString('base64')
}

function unpacked(embedding: string): readonly number[] {
  const bytes = Buffer.from(embedding, 'base64')
  return Array.from({ length: bytes.byteLength / 4 }, (_, at) => bytes.readFloatLE(at * 4))
}
