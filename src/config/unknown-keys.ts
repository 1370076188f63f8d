/** Keys that count for nothing: kept in the file, told to the person with the nearest name. */
import { nearest } from '../core/nearest.ts'
import type { SettingsWarning } from '../core/settings.ts'
import type { Form } from '../core/shape.ts'
import { isPlain } from './merge.ts'
import { formatPath } from './path.ts'
import { settingsSchema } from './schema.ts'

/** `meta` is the original program's stamp in a file that it wrote. */
const TOLERATED: ReadonlySet<string> = new Set(['meta'])

export function unknownKeys(values: unknown): readonly SettingsWarning[] {
  const warnings: SettingsWarning[] = []
  const walk = (value: unknown, form: Form, path: readonly string[]): void => {
    if (form.kind === 'optional') walk(value, form.form, path)
    if (form.kind === 'either') for (const one of form.forms) walk(value, one, path)
    if (form.kind === 'list' && Array.isArray(value)) {
      for (const [at, item] of value.entries()) walk(item, form.item, [...path, String(at)])
    }
    if (!isPlain(value)) return
    if (form.kind === 'record') {
      for (const [key, item] of Object.entries(value)) walk(item, form.item, [...path, key])
    }
    if (form.kind === 'thing') {
      for (const [key, item] of Object.entries(value)) {
        const below = Object.hasOwn(form.keys, key) ? form.keys[key] : undefined
        if (below) walk(item, below, [...path, key])
        else if (path.length > 0 || !TOLERATED.has(key)) {
          const meant = nearest(key, Object.keys(form.keys))
          const nearestPath = meant && formatPath([...path, meant])
          warnings.push({ path: formatPath([...path, key]), ...(nearestPath && { nearest: nearestPath }) })
        }
      }
    }
  }
  walk(values, settingsSchema, [])
  return warnings
}
