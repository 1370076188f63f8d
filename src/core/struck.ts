/** A secret of ours struck out of somebody else's words, should they say it back to us. */
import type { Secret } from './secret.ts'

/** What is shorter is no secret but a word (`none`, `ollama`) that may well stand in a message. */
const SHORTEST_SECRET = 8
const MASK = '[redacted]'

export function isWorthStriking(secret: Secret): boolean {
  return secret.reveal().length >= SHORTEST_SECRET
}

export function struckText(text: string, secret: Secret): string {
  if (!isWorthStriking(secret)) return text
  const without = spellingsOf(secret).reduce((rest, spelling) => rest.replaceAll(spelling, MASK), text)
  return withoutBeginning(without, secret.reveal())
}

/** As it is, and as it stands in a JSON text, in an address or in a form. */
export function spellingsOf(secret: Secret): readonly string[] {
  const text = secret.reveal()
  const inJson = JSON.stringify(text).slice(1, -1)
  const inForm = new URLSearchParams([['', text]]).toString().slice(1)
  return [...new Set([text, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(text), inForm])]
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
