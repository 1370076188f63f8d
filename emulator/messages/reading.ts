/** Readings of a Messages request, which say where in it something is wrong. */
import { isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import { invalid } from './errors.ts'

export function only(fields: Fields, where: string, names: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !names.includes(name))
  if (unknown !== undefined) throw invalid(at(where, unknown), 'Extra inputs are not permitted')
}

export function textIn(fields: Fields, where: string, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw invalid(at(where, name), value === undefined ? 'Field required' : 'Input should be a valid string')
}

export function listIn(fields: Fields, where: string, name: string): readonly unknown[] {
  const value = fields[name]
  if (Array.isArray(value)) return value
  throw invalid(at(where, name), value === undefined ? 'Field required' : 'Input should be a valid list')
}

export function objectIn(fields: Fields, where: string, name: string): Fields {
  const value = fields[name]
  if (isFields(value)) return value
  throw invalid(at(where, name), value === undefined ? 'Field required' : 'Input should be a valid dictionary')
}

export function object(value: unknown, where: string): Fields {
  if (isFields(value)) return value
  throw invalid(where, 'Input should be a valid dictionary')
}

export function numberIn(fields: Fields, where: string, name: string, range: { min: number; max: number }) {
  const value = fields[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number') throw invalid(at(where, name), 'Input should be a valid number')
  if (value < range.min) throw invalid(at(where, name), `Input should be greater than or equal to ${range.min}`)
  if (value > range.max) throw invalid(at(where, name), `Input should be less than or equal to ${range.max}`)
  return value
}

/** `messages.0.content`, as the API writes it. */
export function at(where: string, name: string | number): string {
  return where === '' ? shown(name) : `${where}.${name}`
}
