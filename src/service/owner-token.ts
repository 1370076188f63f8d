/** Whether the owner's token could be guessed: a person may have written one into its file. */
import { OpenClawError } from '../core/errors.ts'
import { phrase, type Said } from '../core/phrase.ts'
import type { Secret } from '../core/secret.ts'
import { readSecret } from '../stores/files/secret-file.ts'

const LEAST_CHARACTERS = 32
/** 32 random hexadecimal digits have fewer than this once in ten million times. */
const LEAST_DIFFERENT = 8
/** What stands in examples and comes to people's minds. A random token has one of them once in millions of times. */
const WORDS = ['changeme', 'change-me', 'change_me', 'password', 'passwort', 'secret', 'example', 'openclaw', 'letmein']

/** The one that counts. Throws `token-missing` or `token-weak`. */
export async function readStrong(file: string): Promise<Secret> {
  const token = await readSecret(file)
  // A gateway without a token could be asked by nobody, also not by its owner.
  if (token === undefined) throw new OpenClawError('token-missing', { file })
  demandStrong(token, file)
  return token
}

/** Why what stands in the file cannot count: a gateway that serves goes on with the one before it. */
export async function tokenProblem(file: string): Promise<OpenClawError | undefined> {
  return readStrong(file).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof OpenClawError) return error
      throw error
    },
  )
}

/** Throws `token-weak`. */
export function demandStrong(token: Secret, file: string): void {
  const detail = weaknessOf(token.reveal())
  if (detail !== undefined) throw new OpenClawError('token-weak', { file, detail })
}

function weaknessOf(token: string): Said | undefined {
  if (token.length < LEAST_CHARACTERS) return phrase('token-too-short', { least: LEAST_CHARACTERS })
  const lower = token.toLowerCase()
  const word = WORDS.find((known) => lower.includes(known))
  if (word !== undefined) return phrase('token-has-word', { word })
  const isOrderly = stepsOf(lower) > token.length / 2 || hasPeriod(lower)
  return isOrderly || new Set(lower).size < LEAST_DIFFERENT ? phrase('token-repeats') : undefined
}

/** How many characters follow the one before as in aaa, abc or 321. */
function stepsOf(text: string): number {
  let steps = 0
  for (let at = 1; at < text.length; at += 1) {
    if (Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) <= 1) steps += 1
  }
  return steps
}

/** Is it one short piece, over and over? */
function hasPeriod(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) return true
  }
  return false
}
