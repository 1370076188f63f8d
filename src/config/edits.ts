/** What our commands change in openclaw.json, as edits on its values. */
import type { Edit } from '../core/edit.ts'
import type { ChainKey } from './chain-edits.ts'
import { isPlain, valueAt } from './merge.ts'

/** Changes the primary only; a plain string stays a plain string. `upper` is openclaw.json's value. */
export function primaryEdits(upper: unknown, lower: unknown, ref: string, chain: ChainKey = 'model'): readonly Edit[] {
  const path = ['agents', 'defaults', chain]
  const present = valueAt(upper, path) ?? valueAt(lower, path)
  return [{ kind: 'set', path: isPlain(present) ? [...path, 'primary'] : path, value: ref }]
}

/** Adds the aliases whose names are free in both files. */
export function aliasEdits(values: unknown, aliases: Readonly<Record<string, string>>): readonly Edit[] {
  return Object.entries(aliases)
    .filter(([name]) => valueAt(values, ['models', 'aliases', name]) === undefined)
    .map(([name, ref]) => ({ kind: 'set', path: ['models', 'aliases', name], value: ref }))
}

/** `sha256`: of an outside plugin's files, which are trusted from now on; a plugin that is switched off keeps its last one. */
export function pluginEdits(id: string, enabled: boolean, sha256?: string): readonly Edit[] {
  const place = ['plugins', 'entries', id]
  return [
    { kind: 'set', path: [...place, 'enabled'], value: enabled },
    ...(sha256 === undefined ? [] : [{ kind: 'set', path: [...place, 'sha256'], value: sha256 } as const]),
  ]
}
