/** Where the default agent's own model stands before `agents.defaults.model`. */
import { isPlain, valueAt } from './merge.ts'
import { formatPath } from './path.ts'

export interface HiddenBy {
  readonly agent: string
  /** The settings path of what stands before it. */
  readonly path: string
}

/** A primary of its own hides the primary; an object hides the fallbacks too. `values` = both files merged. */
export function hiddenDefault(part: 'primary' | 'fallbacks', agent: string, values: unknown): HiddenBy | undefined {
  const list = valueAt(values, ['agents', 'list'])
  if (!Array.isArray(list)) return undefined
  const at = list.findIndex((entry) => valueAt(entry, ['id']) === agent)
  const path = ['agents', 'list', String(at), 'model']
  const own = valueAt(values, path)
  if (part === 'fallbacks') return isPlain(own) ? { agent, path: formatPath(path) } : undefined
  if (typeof own === 'string') return { agent, path: formatPath(path) }
  return valueAt(own, ['primary']) === undefined ? undefined : { agent, path: formatPath([...path, 'primary']) }
}
