/** Where aliases lead: to a ref, over other aliases too, never in a circle. */
import { isPlain, valueAt } from './merge.ts'
import { formatPath } from './path.ts'

export type FollowedAliases =
  | { readonly kind: 'ok'; readonly aliases: ReadonlyMap<string, string> }
  /** `way` begins and ends with the name that leads back to itself. */
  | { readonly kind: 'circle'; readonly way: readonly string[] }

/** Every alias with what stands at its end: a ref, or a name that is no alias. */
export function followAliases(written: ReadonlyMap<string, string>): FollowedAliases {
  const aliases = new Map<string, string>()
  for (const name of written.keys()) {
    const way = [name]
    let target = written.get(name) ?? ''
    for (let next = written.get(target); next !== undefined; next = written.get(target)) {
      const met = way.indexOf(target)
      if (met >= 0) return { kind: 'circle', way: [...way.slice(met), target] }
      way.push(target)
      target = next
    }
    aliases.set(name, target)
  }
  return { kind: 'ok', aliases }
}

/** The settings paths that name this alias. `values` = both files merged. */
export function usesOf(alias: string, values: unknown): readonly string[] {
  return namesIn(values).flatMap(({ path, name }) => (name === alias ? [formatPath(path)] : []))
}

/** Every place in the settings where a model is named, by ref or alias. */
export function namesIn(values: unknown): readonly { readonly path: readonly string[]; readonly name: string }[] {
  const found: { readonly path: readonly string[]; readonly name: string }[] = []
  const look = (path: readonly string[]): void => {
    const value = valueAt(values, path)
    if (typeof value === 'string') found.push({ path, name: value })
    else if (Array.isArray(value) || isPlain(value)) for (const key of Object.keys(value)) look([...path, key])
  }
  look(['models', 'aliases'])
  look(['agents', 'defaults', 'model'])
  look(['agents', 'defaults', 'imageModel'])
  const agents = valueAt(values, ['agents', 'list'])
  if (Array.isArray(agents)) for (const at of agents.keys()) look(['agents', 'list', String(at), 'model'])
  return found
}
