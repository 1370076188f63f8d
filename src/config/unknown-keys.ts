/** Keys that count for nothing: kept in the file, told to the person with the nearest name. */
import type * as z from 'zod/mini'
import { nearest } from '../core/nearest.ts'
import type { SettingsWarning } from '../core/settings.ts'
import { isPlain } from './merge.ts'
import { formatPath } from './path.ts'
import { settingsSchema } from './schema.ts'

/** `meta` is the original program's stamp in a file that it wrote. */
const TOLERATED: ReadonlySet<string> = new Set(['meta'])

export function unknownKeys(values: unknown): readonly SettingsWarning[] {
  const warnings: SettingsWarning[] = []
  const walk = (value: unknown, schema: z.core.$ZodType, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      const element = formsOf(schema).find((form) => form._zod.def.type === 'array') as z.core.$ZodArray | undefined
      if (element) for (const [at, item] of value.entries()) walk(item, element._zod.def.element, [...path, String(at)])
      return
    }
    if (!isPlain(value)) return
    for (const form of formsOf(schema)) {
      if (form._zod.def.type === 'record') {
        const { valueType } = (form as z.core.$ZodRecord)._zod.def
        for (const [key, item] of Object.entries(value)) walk(item, valueType, [...path, key])
      }
      if (form._zod.def.type === 'object') {
        const { shape } = (form as z.core.$ZodObject)._zod.def
        for (const [key, item] of Object.entries(value)) {
          const below = Object.hasOwn(shape, key) ? shape[key] : undefined
          if (below) walk(item, below, [...path, key])
          else if (path.length > 0 || !TOLERATED.has(key)) {
            const meant = nearest(key, Object.keys(shape))
            const nearestPath = meant && formatPath([...path, meant])
            warnings.push({ path: formatPath([...path, key]), ...(nearestPath && { nearest: nearestPath }) })
          }
        }
      }
    }
  }
  walk(values, settingsSchema, [])
  return warnings
}

/** The schema without `optional` around it; a union's forms one by one. */
function formsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = schema._zod
  if (def.type === 'optional') return formsOf((schema as z.core.$ZodOptional)._zod.def.innerType)
  if (def.type === 'union') return (schema as z.core.$ZodUnion)._zod.def.options.flatMap(formsOf)
  return [schema]
}
