/** Edits on the fallbacks of `agents.defaults.model` or `agents.defaults.imageModel`, in openclaw.json. */
import type { Edit, JsonValue } from '../core/edit.ts'
import { merged, valueAt } from './merge.ts'
import type { FileValues } from './problem.ts'

export type ChainKey = 'model' | 'imageModel'

/** At the end. A plain ref becomes an object here and nowhere else. */
export function fallbackAdded(chain: ChainKey, files: FileValues, ref: string): readonly Edit[] {
  const path = ['agents', 'defaults', chain]
  const present = valueAt(merged(files.lower, files.upper), path)
  if (typeof present === 'string') return [{ kind: 'set', path, value: { primary: present, fallbacks: [ref] } }]
  const list = [...path, 'fallbacks']
  const own = valueAt(files.upper, list)
  if (Array.isArray(own)) return [{ kind: 'set', path: [...list, String(own.length)], value: ref }]
  return [{ kind: 'set', path: list, value: [...listed(chain, files), ref] }]
}

/** `positions` count in the merged list. A list of models.json is left as it is, and a shorter one laid over it. */
export function fallbacksTaken(chain: ChainKey, files: FileValues, positions: readonly number[]): readonly Edit[] {
  const list = ['agents', 'defaults', chain, 'fallbacks']
  if (Array.isArray(valueAt(files.upper, list))) {
    return positions.toSorted((a, b) => b - a).map((at) => ({ kind: 'unset', path: [...list, String(at)] }))
  }
  return [{ kind: 'set', path: list, value: listed(chain, files).filter((_, at) => !positions.includes(at)) }]
}

/** `fallbacks: []` says that there are none, whatever models.json says. */
export function fallbacksCleared(chain: ChainKey, files: FileValues): readonly Edit[] {
  if (listed(chain, files).length === 0) return []
  return [{ kind: 'set', path: ['agents', 'defaults', chain, 'fallbacks'], value: [] }]
}

function listed(chain: ChainKey, files: FileValues): readonly JsonValue[] {
  const list = valueAt(merged(files.lower, files.upper), ['agents', 'defaults', chain, 'fallbacks'])
  return Array.isArray(list) ? (list as readonly JsonValue[]) : []
}
