/** An upstream's words made fit for logs, headers and people: one short line without a secret. */
import { withTexts, type Said } from '../core/phrase.ts'

const LONGEST = 300
/** What is read at all: the rest could not be shown. */
const READ = 4_000
const REDACTED = '[redacted]'

/** Of a phrase, the texts in it. */
export function evidenceFrom(said: string): string
export function evidenceFrom(said: Said): Said
export function evidenceFrom(said: Said): Said {
  return withTexts(said, cleanLine)
}

function cleanLine(text: string): string {
  const line = text
    .slice(0, READ)
    .toWellFormed()
    // Format characters (bidi overrides, zero-width ones) could make a line show what it does not say.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const clean = SECRETS.reduce((rest, [secret, mask]) => rest.replace(secret, mask), line).replace(
    /[\w-]{24,}/g,
    maskOpaque,
  )
  if (clean.length <= LONGEST) return clean
  // A pair cut in two would leave half a character.
  return `${clean.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer)\s+[\w.~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/\b(Basic)\s+(?=[A-Za-z+/]*\d)[\w+/=]{6,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g, REDACTED],
  [/\b(?:sk|pk|rk|ak|gh[a-z]|xox[a-z])[-_][\w*.-]{6,}/gi, REDACTED],
  [
    /\b((?:api[-_ ]?key|access[-_ ]?token|refresh[-_ ]?token|secret|password|credential)s?(?: provided)?["']?\s*[:=]\s*["']?)[^\s"',;}]{6,}/gi,
    `$1${REDACTED}`,
  ],
]

/** Ids and names of models are words with hyphens between; a token has a long piece of letters and digits mixed. */
function maskOpaque(word: string): string {
  const isOpaque = word.split('-').some((piece) => piece.length > 16 && /\d/.test(piece) && /[a-z]/i.test(piece))
  return isOpaque ? REDACTED : word
}
