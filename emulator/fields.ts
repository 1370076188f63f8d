/** Typed readings from a JSON object of unknown shape. */

export type Fields = Readonly<Record<string, unknown>>

/** What was met and what was expected, in words for the sender. */
export class BadField extends Error {}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As a sender finds it again in what it sent. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}

export function onlyKnown(fields: Fields, names: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new BadField(`unknown field "${unknown}"; known here: ${names.length > 0 ? names.join(', ') : 'none'}`)
}

export function optionalString(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'string') return value
  throw new BadField(`"${name}" must be a string`)
}

export function requiredString(fields: Fields, name: string): string {
  const value = optionalString(fields, name)
  if (value === undefined || value === '') throw new BadField(`"${name}" is missing`)
  return value
}

export function optionalBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new BadField(`"${name}" must be true or false`)
}

export interface Range {
  readonly min: number
  readonly max: number
}

export function optionalInteger(fields: Fields, name: string, range: Range): number | undefined {
  const value = optionalNumber(fields, name, range)
  if (value === undefined || Number.isInteger(value)) return value
  throw new BadField(`"${name}" must be a whole number from ${range.min} to ${range.max}`)
}

export function requiredInteger(fields: Fields, name: string, range: Range): number {
  const value = optionalInteger(fields, name, range)
  if (value === undefined) throw new BadField(`"${name}" is missing`)
  return value
}

export function optionalNumber(fields: Fields, name: string, { min, max }: Range): number | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw new BadField(`"${name}" must be a number from ${min} to ${max}`)
}

export function optionalChoice<Choice extends string | number>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = fields[name]
  if (value === undefined) return undefined
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw new BadField(`"${name}" must be one of: ${choices.join(', ')}`)
  return choice
}
