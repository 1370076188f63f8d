/** A profile renamed, annotated, emptied or forgotten: edits on one settings file's value. */
import type { Edit, JsonValue } from '../core/edit.ts'
import { defaultProfile, formatRef, parseRef } from '../core/ref.ts'
import type { Profile } from '../core/credential.ts'
import { namesIn } from './aliases.ts'
import { isPlain, valueAt } from './merge.ts'
import { carrierOf } from './profiles.ts'

type Named = Pick<Profile, 'id' | 'provider'>

/** What a login puts beside its tokens is not secret, but goes where they go. */
export const TOKEN_KEYS = ['accessToken', 'refreshToken', 'expiresAt'] as const
const SECRET_KEYS = ['apiKey', ...TOKEN_KEYS] as const

/** Is any part of the profile's credential in this file? */
export function carriesSecrets(values: unknown, profile: Named, keys: readonly string[] = SECRET_KEYS): boolean {
  return keys.some((key) => valueAt(values, [...carrierOf(profile), key]) !== undefined)
}

/** Does this file say anything of the profile beside its place in an order? */
export function standsIn(values: unknown, profile: Named): boolean {
  return hasEntry(values, profile) || carriesSecrets(values, profile)
}

export function hasEntry(values: unknown, { id }: Pick<Named, 'id'>): boolean {
  return valueAt(values, entryOf(id)) !== undefined
}

export interface Renaming {
  readonly profile: Pick<Profile, 'id' | 'provider' | 'mode'>
  /** The new id. */
  readonly to: string
  /** Does the provider entry's address belong to its default login? Then it goes with it. */
  readonly withAddress: boolean
}

/**
 * All of it in one write of the file: the entry under its new name, the secrets where that name carries them, and what
 * names the profile (orders, pinned refs). At no time are the secrets in neither place.
 */
export function renameEdits(values: unknown, { profile, to, withAddress }: Renaming): readonly Edit[] {
  const renamed = { id: to, provider: profile.provider }
  const entry: readonly Edit[] = valueAt(values, entryOf(profile.id)) === undefined ? [] : [keyRenamed(profile.id, to)]
  const moved = isDefault(profile) === isDefault(renamed) ? [] : movedKeys(values, { profile, renamed, withAddress })
  const needsEntry = entry.length === 0 && moved.length > 0
  return [
    ...entry,
    ...(needsEntry
      ? [set([...entryOf(to), 'provider'], profile.provider), set([...entryOf(to), 'mode'], profile.mode)]
      : []),
    ...moved,
    ...namedAnew(values, profile, to),
  ]
}

function movedKeys(
  values: unknown,
  {
    profile,
    renamed,
    withAddress,
  }: { readonly profile: Named; readonly renamed: Named; readonly withAddress: boolean },
): readonly Edit[] {
  const from = carrierOf(profile)
  const into = carrierOf(renamed)
  // The entry has its new name by then.
  const left = isDefault(profile) ? from : entryOf(renamed.id)
  const keys = [...SECRET_KEYS, ...(withAddress ? ['baseUrl'] : [])].filter(
    (key) => valueAt(values, [...from, key]) !== undefined,
  )
  if (keys.length === 0) return []
  return [
    ...keys.map((key) => set([...into, key], valueAt(values, [...from, key]) as JsonValue)),
    ...unsetIn(values, { carrier: from, keys, at: left, mayGo: isDefault(profile) }),
  ]
}

/** Orders and refs that name the profile. */
function namedAnew(values: unknown, { id, provider }: Named, to: string): readonly Edit[] {
  const order = valueAt(values, orderOf(provider))
  const places = Array.isArray(order) ? order.flatMap((name, at) => (name === id ? [at] : [])) : []
  return [
    ...places.map((at) => set([...orderOf(provider), String(at)], to)),
    ...pinsOf(values, id).map(({ path, ref }) => set(path, formatRef({ ...ref, profile: to }))),
  ]
}

/** Where a ref is pinned to the profile. */
export function pinsOf(values: unknown, profile: string) {
  return namesIn(values).flatMap(({ path, name }) => {
    const ref = parseRef(name)
    return ref?.profile === profile ? [{ path, ref }] : []
  })
}

/** What makes an entry one. */
export function entryEdits({ id, provider, mode }: Pick<Profile, 'id' | 'provider' | 'mode'>): readonly Edit[] {
  return [set([...entryOf(id), 'provider'], provider), set([...entryOf(id), 'mode'], mode)]
}

/** Undefined = stays as it is; empty = goes. */
export interface ProfileNotes {
  readonly label?: string
  readonly email?: string
}

export function noteEdits(profile: string, notes: ProfileNotes): readonly Edit[] {
  return Object.entries(notes).map(([key, value]) => {
    const path = [...entryOf(profile), key]
    return value === '' ? { kind: 'unset', path } : set(path, value)
  })
}

/** The credential goes; with it the address, where a login wrote it. `keys` = those that may go from this file. */
export function emptiedEdits(
  values: unknown,
  profile: Named,
  { keys = SECRET_KEYS, ownAddress }: { readonly keys?: readonly string[]; readonly ownAddress: boolean },
): readonly Edit[] {
  const carrier = carrierOf(profile)
  const gone = [...keys, ...(ownAddress ? ['baseUrl'] : [])]
  return unsetIn(values, { carrier, keys: gone, at: carrier, mayGo: isDefault(profile) })
}

/** The entry itself, and its place in the order. */
export function forgottenEdits(values: unknown, { id, provider }: Named): readonly Edit[] {
  const order = valueAt(values, orderOf(provider))
  const named: readonly unknown[] = Array.isArray(order) ? order : []
  return [
    { kind: 'unset', path: entryOf(id) },
    ...orderEdits(
      values,
      provider,
      named.filter((name) => name !== id),
    ),
  ]
}

/** The list as it is to be, element by element, so that comments between them stay. An empty one says nothing and goes. */
export function orderEdits(values: unknown, provider: string, wanted: readonly unknown[]): readonly Edit[] {
  const path = orderOf(provider)
  const present = valueAt(values, path)
  if (wanted.length === 0) return present === undefined ? [] : [{ kind: 'unset', path }]
  if (!Array.isArray(present)) return [set(path, wanted as JsonValue)]
  const changed = wanted.flatMap((name, at) =>
    present[at] === name ? [] : [set([...path, String(at)], name as JsonValue)],
  )
  const surplus = present
    .slice(wanted.length)
    .map((_, at): Edit => ({ kind: 'unset', path: [...path, String(wanted.length + at)] }))
  return [...changed, ...surplus.toReversed()]
}

/** A provider entry in which nothing is left goes too: with it there, a provider that needs a key would count as set up. */
function unsetIn(
  values: unknown,
  {
    carrier,
    keys,
    at,
    mayGo,
  }: {
    readonly carrier: readonly string[]
    readonly keys: readonly string[]
    readonly at: readonly string[]
    readonly mayGo: boolean
  },
): readonly Edit[] {
  const entry = valueAt(values, carrier)
  if (!isPlain(entry)) return []
  const gone = keys.filter((key) => Object.hasOwn(entry, key))
  if (mayGo && gone.length > 0 && gone.length === Object.keys(entry).length) return [{ kind: 'unset', path: at }]
  return gone.map((key) => ({ kind: 'unset', path: [...at, key] }))
}

function keyRenamed(from: string, to: string): Edit {
  return { kind: 'rename', path: entryOf(from), to }
}

function set(path: readonly string[], value: JsonValue): Edit {
  return { kind: 'set', path, value }
}

function isDefault({ id, provider }: Named): boolean {
  return id === defaultProfile(provider)
}

const entryOf = (profile: string): readonly string[] => ['auth', 'profiles', profile]
const orderOf = (provider: string): readonly string[] => ['auth', 'order', provider]
