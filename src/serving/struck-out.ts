/** A credential struck out of an upstream's words, should it say ours back to us. */
import type { Credential } from '../core/credential.ts'
import type { UpstreamFailure } from '../core/failure.ts'
import { withTexts } from '../core/phrase.ts'
import type { FailedAnswer } from '../core/provider.ts'
import type { Secret } from '../core/secret.ts'
import { parsedJson } from '../dialects/fields.ts'

export interface StrikeOut {
  /** Before it is read: reading shortens, and half a credential is not found again. */
  readonly answer: (answer: FailedAnswer) => FailedAnswer
  readonly failure: (failure: UpstreamFailure) => UpstreamFailure
}

/** What is shorter is no secret but a word (`none`, `ollama`) that may well stand in a message. */
const SHORTEST_SECRET = 8
const MASK = '[redacted]'

export function secretOf(credential: Credential): Secret | undefined {
  switch (credential.kind) {
    case 'none':
      return undefined
    case 'api-key':
      return credential.apiKey
    case 'oauth':
      return credential.accessToken
  }
}

export function strikeOut(credential: Credential): StrikeOut {
  const secret = secretOf(credential)?.reveal()
  if (secret === undefined || secret.length < SHORTEST_SECRET) {
    return { answer: (answer) => answer, failure: (failure) => failure }
  }
  const struck = (text: string): string => {
    // As it stands in a JSON text, too.
    const spellings = [secret, JSON.stringify(secret).slice(1, -1), secret.replaceAll('/', '\\/')]
    const without = spellings.reduce((rest, spelling) => rest.replaceAll(spelling, MASK), text)
    return withoutBeginning(without, secret)
  }
  return {
    answer(answer) {
      const text = struck(answer.text)
      return text === answer.text ? answer : { ...answer, text, json: parsedJson(text) }
    },
    failure(failure) {
      const { evidence, code } = failure
      return { ...failure, evidence: withTexts(evidence, struck), ...(code !== undefined && { code: struck(code) }) }
    },
  }
}

/** A text that was cut may end within the secret. */
function withoutBeginning(text: string, secret: string): string {
  const end = text.endsWith('…') ? text.length - 1 : text.length
  for (let length = secret.length - 1; length >= SHORTEST_SECRET; length -= 1) {
    const beginning = secret.slice(0, length)
    if (text.endsWith(beginning, end)) return `${text.slice(0, end - length)}${MASK}`
  }
  return text
}
