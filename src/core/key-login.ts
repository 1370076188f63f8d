/** A login by a key that the person brings: where such a key may be good, and how that is found out. */
import { Secret } from './secret.ts'
import type { LocalizedText } from './text.ts'

/** Flags of the login command that tell one place from another. */
export const PLACE_FLAGS = ['plan', 'region', 'server'] as const
export type PlaceFlags = { readonly [Flag in (typeof PLACE_FLAGS)[number]]?: string }

/** An address with the keys that are good there. */
export interface KeyPlace {
  /** `{}` where a provider has one place only. */
  readonly flags: PlaceFlags
  readonly label: LocalizedText
  /** With its path, no trailing slash. */
  readonly baseUrl: string
  /** Environment variables in which people keep such a key; the first that is set counts. */
  readonly env: readonly string[]
  /** How such keys begin, and those of other places do not. */
  readonly prefix?: string
  /** Keys that begin like another place's are not known to be wrong here. */
  readonly takesAnyPrefix?: true
}

/** One cheap call that a wrong key does not pass: a GET below the base URL, or an answer of one token. */
export type KeyCheck = { readonly get: string } | { readonly chat: string }

export interface KeyLogin {
  /** False = its servers are asked without a key too (models on this machine). */
  readonly needed: boolean
  /** The usual one first, of all of them and of each plan. */
  readonly places: readonly [KeyPlace, ...KeyPlace[]]
  readonly check: KeyCheck
}

export type PlaceChoice =
  | { readonly kind: 'ok'; readonly place: KeyPlace }
  /** No place has this flag's value, beside the flags before it. */
  | {
      readonly kind: 'unknown'
      readonly flag: keyof PlaceFlags
      readonly met: string
      readonly allowed: readonly string[]
    }

/** The place that the flags name. Where they name no plan, the beginning of the key may. */
export function choosePlace({ places }: KeyLogin, flags: PlaceFlags, key: Secret | undefined): PlaceChoice {
  let left: readonly KeyPlace[] = places
  for (const flag of PLACE_FLAGS) {
    const met = flags[flag]
    if (met === undefined) continue
    const allowed = valuesOf(left, flag)
    left = left.filter((place) => place.flags[flag] === met)
    if (left.length === 0) return { kind: 'unknown', flag, met, allowed }
  }
  const meant = flags.plan === undefined && key !== undefined ? left.filter((place) => beginsFor(place, key)) : []
  return { kind: 'ok', place: meant[0] ?? left[0] ?? places[0] }
}

/** The values of a flag among these places, each once. */
export function valuesOf(places: readonly KeyPlace[], flag: keyof PlaceFlags): readonly string[] {
  return [...new Set(places.flatMap((place) => place.flags[flag] ?? []))]
}

/** The place to which a key belongs by its beginning, when that is not this one. */
export function otherPlaceOf(key: Secret, place: KeyPlace, { places }: KeyLogin): KeyPlace | undefined {
  if (place.takesAnyPrefix || beginsFor(place, key)) return undefined
  const near = places.toSorted((a, b) => Number(isAt(b, place.flags.region)) - Number(isAt(a, place.flags.region)))
  const owner = near.find((other) => beginsFor(other, key))
  if (owner) return owner
  return place.prefix === undefined ? undefined : near.find((other) => other.prefix === undefined)
}

function beginsFor({ prefix }: KeyPlace, key: Secret): boolean {
  return prefix !== undefined && key.reveal().startsWith(prefix)
}

function isAt({ flags }: KeyPlace, region: string | undefined): boolean {
  return flags.region === region
}

/** `--plan coding --region cn`; empty where there is nothing to tell. */
export function flagsInWords(flags: PlaceFlags): string {
  return PLACE_FLAGS.flatMap((flag) => (flags[flag] === undefined ? [] : [`--${flag} ${flags[flag]}`])).join(' ')
}

/** The key that the environment holds, with the place that its variable stands for. Nothing else reads these variables. */
export function keyInEnvironment(
  { places }: KeyLogin,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly place: KeyPlace; readonly variable: string; readonly key: Secret } | undefined {
  for (const place of places) {
    for (const variable of place.env) {
      const key = environment[variable]?.trim()
      if (key) return { place, variable, key: new Secret(key) }
    }
  }
  return undefined
}
