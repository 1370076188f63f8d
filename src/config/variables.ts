/** `${VAR}` in settings values: put in from the environment, `$${VAR}` taken literally. */
import { isPlain } from './merge.ts'

export interface Substituted {
  readonly value: unknown
  /** Variables that are unset or empty, with the path that names them. The text stays as written there. */
  readonly unset: readonly { readonly path: readonly string[]; readonly variable: string }[]
}

export function substituteVariables(
  root: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Substituted {
  const unset: { path: readonly string[]; variable: string }[] = []

  const inText = (text: string, path: readonly string[]): string =>
    text.replace(
      /\$(\$\{[A-Z_][A-Z0-9_]*\})|\$\{([A-Z_][A-Z0-9_]*)\}/g,
      (whole, escaped: string | undefined, variable: string) => {
        if (escaped !== undefined) return escaped
        const value = environment[variable]
        if (value) return value
        unset.push({ path, variable })
        return whole
      },
    )

  const walk = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value === 'string') return value.includes('${') ? inText(value, path) : value
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, String(index)]))
    if (!isPlain(value)) return value
    const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>
    for (const [key, item] of Object.entries(value)) copy[key] = walk(item, [...path, key])
    return copy
  }

  return { value: walk(root, []), unset }
}
