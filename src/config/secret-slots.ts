/** Where secrets of logins stand in the settings, and whose each is. */
import { defaultProfile } from '../core/ref.ts'
import { isPlain, valueAt } from './merge.ts'

export const SECRET_SLOTS = ['apiKey', 'accessToken', 'refreshToken'] as const
export type SecretSlot = (typeof SECRET_SLOTS)[number]

/** Of which profile, and which of its secrets. */
export interface SecretPlace {
  readonly profile: string
  readonly slot: SecretSlot
}

export interface FoundSecret extends SecretPlace {
  readonly path: readonly string[]
  readonly text: string
}

/** The place that a path of the settings is, if it is one for a secret. */
export function placeAt(path: readonly string[]): SecretPlace | undefined {
  const [top, list, id, key, ...more] = path
  const slot = SECRET_SLOTS.find((name) => name === key)
  if (slot === undefined || id === undefined || more.length > 0) return undefined
  if (top === 'models' && list === 'providers') return { profile: defaultProfile(id), slot }
  return top === 'auth' && list === 'profiles' ? { profile: id, slot } : undefined
}

/** All that are written out in one file's value; a `${VARIABLE}` names one and is none. */
export function secretsIn(values: unknown): readonly FoundSecret[] {
  return [
    ['models', 'providers'],
    ['auth', 'profiles'],
  ].flatMap((list) => {
    const entries = valueAt(values, list)
    if (!isPlain(entries)) return []
    return Object.entries(entries).flatMap(([id, entry]) =>
      isPlain(entry) ? SECRET_SLOTS.flatMap((slot) => found([...list, id, slot], entry[slot])) : [],
    )
  })
}

function found(path: readonly string[], text: unknown): readonly FoundSecret[] {
  const place = placeAt(path)
  return place && isWrittenOut(text) ? [{ ...place, path, text }] : []
}

export function isWrittenOut(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !text.includes('${')
}
