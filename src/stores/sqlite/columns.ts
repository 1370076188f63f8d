/** Values of columns: written as SQLite keeps them, read as what they must be. */
export type Column = string | number | null
/** A row as SQLite gives it. */
export type Columns = Readonly<Record<string, unknown>>

/** Numbers come from upstreams and clocks: a fraction is cut, nonsense is left out, and the row is kept. */
export function whole(value: number | undefined): number | null {
  if (value === undefined || Math.abs(value) > Number.MAX_SAFE_INTEGER || Number.isNaN(value)) return null
  return Math.trunc(value)
}

export function oneOf<Word extends string>(words: readonly Word[], value: string | undefined): Word | undefined {
  return words.find((word) => word === value)
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Without the members that are undefined. */
export function present<T extends object>(members: T): Present<T>
export function present(members: object): unknown {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
