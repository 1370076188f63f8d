/** What the original program's settings come to as ours: edits for each of our files, and what is left behind and why. */
import type { Edit, JsonValue } from '../core/edit.ts'
import { phrase, type Said } from '../core/phrase.ts'
import { isPlain, valueAt } from './merge.ts'
import { formatPath } from './path.ts'

export interface Left {
  /** In the original's settings. */
  readonly path: string
  readonly reason: Said
}

export interface Imported {
  /** For openclaw.json. */
  readonly upper: readonly Edit[]
  /** For models.json: keys that stood in plain text. */
  readonly lower: readonly Edit[]
  readonly left: readonly Left[]
}

const PROVIDER_KEYS = ['baseUrl', 'apiKey', 'api', 'models'] as const
const MODEL_KEYS = ['id', 'name', 'input', 'contextWindow', 'maxTokens'] as const
/** Of no use here, and nothing that anybody would miss. */
const SILENT: ReadonlySet<string> = new Set(['meta', 'wizard', '$schema'])

/** `settings` = the original's openclaw.json as a value. Edits come in an order in which they can be made. */
export function importedFrom(settings: unknown): Imported {
  const upper: Edit[] = []
  const lower: Edit[] = []
  const left: Left[] = []
  const set = (edits: Edit[], path: readonly string[], value: unknown): void => {
    if (value !== undefined) edits.push({ kind: 'set', path, value: value as JsonValue })
  }
  const leave = (path: readonly string[], reason: Said): void => void left.push({ path: formatPath(path), reason })
  const leaveOthers = (path: readonly string[], taken: readonly string[]): void => {
    for (const key of keysAt(settings, path)) if (!taken.includes(key)) leave([...path, key], phrase('not-taken'))
  }

  for (const id of keysAt(settings, ['models', 'providers'])) {
    const path = ['models', 'providers', id]
    const entry = valueAt(settings, path)
    if (!isPlain(entry)) continue
    const { apiKey, models, ...rest } = picked(entry, PROVIDER_KEYS)
    // A word in the key's place that stands for a login.
    const isLogin =
      entry['auth'] === 'oauth' ||
      entry['auth'] === 'token' ||
      (typeof apiKey === 'string' && apiKey.endsWith('-oauth'))
    const isVariable = typeof apiKey === 'string' && /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(apiKey)
    if (isLogin) leave([...path, 'apiKey'], phrase('sign-in-anew', { provider: id }))
    const known = {
      ...rest,
      ...(isVariable && !isLogin && { apiKey }),
      ...(Array.isArray(models) && {
        models: models.map((model) => (isPlain(model) ? picked(model, MODEL_KEYS) : model)),
      }),
    }
    set(upper, path, known)
    if (typeof apiKey === 'string' && !isVariable && !isLogin) set(lower, [...path, 'apiKey'], apiKey)
    leaveOthers(path, [...PROVIDER_KEYS, 'auth'])
  }
  leaveOthers(['models'], ['providers', 'mode'])

  const named = ['agents', 'defaults', 'models']
  for (const ref of keysAt(settings, named)) {
    const alias = valueAt(settings, [...named, ref, 'alias'])
    if (typeof alias === 'string' && alias !== '') set(upper, ['models', 'aliases', alias], ref)
    leaveOthers([...named, ref], ['alias'])
  }
  for (const key of ['model', 'imageModel'])
    set(upper, ['agents', 'defaults', key], valueAt(settings, ['agents', 'defaults', key]))
  leaveOthers(['agents', 'defaults'], ['model', 'imageModel', 'models'])
  const agents = valueAt(settings, ['agents', 'list'])
  if (Array.isArray(agents)) {
    set(
      upper,
      ['agents', 'list'],
      agents.map((agent) => (isPlain(agent) ? picked(agent, ['id', 'default', 'model']) : agent)),
    )
  }
  leaveOthers(['agents'], ['defaults', 'list'])

  set(upper, ['auth', 'order'], valueAt(settings, ['auth', 'order']))
  for (const id of keysAt(settings, ['auth', 'profiles'])) {
    const path = ['auth', 'profiles', id]
    const provider = valueAt(settings, [...path, 'provider'])
    leave(path, phrase('sign-in-anew', { provider: typeof provider === 'string' ? provider : id }))
  }
  leaveOthers(['auth'], ['order', 'profiles'])

  for (const id of keysAt(settings, ['plugins', 'entries'])) {
    set(upper, ['plugins', 'entries', id, 'enabled'], valueAt(settings, ['plugins', 'entries', id, 'enabled']))
    leaveOthers(['plugins', 'entries', id], ['enabled'])
  }
  leaveOthers(['plugins'], ['entries', 'enabled'])
  leaveOthers([], ['models', 'agents', 'auth', 'plugins', ...SILENT])
  return { upper, lower, left }
}

function keysAt(root: unknown, path: readonly string[]): readonly string[] {
  const value = valueAt(root, path)
  return isPlain(value) ? Object.keys(value) : []
}

function picked<Key extends string>(from: Readonly<Record<string, unknown>>, keys: readonly Key[]) {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.some((wanted) => wanted === key))) as {
    readonly [Name in Key]?: unknown
  }
}
