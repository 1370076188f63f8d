/** JSON read so that it can be written again without a digit lost: an id of 19 digits is no number of JavaScript's. */

/** It is written as it was read; of no use but for that. */
const { rawJSON, isRawJSON } = JSON as typeof JSON & {
  readonly rawJSON: (text: string) => unknown
  readonly isRawJSON: (value: unknown) => boolean
}

/** Where no number has so many digits, or so large an exponent, nothing can be lost; ids and pictures are in quotes. */
const DOUBTFUL = /(?:^|[[:,\s])-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/

/** Undefined = it is no JSON. */
export function parsedExactly(text: string): unknown {
  try {
    return DOUBTFUL.test(text) ? JSON.parse(text, kept as Reviver) : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The nearest number to one that was kept as it was written; all else as it is. */
export function asNumber(value: unknown): unknown {
  return isRawJSON(value) ? Number(JSON.stringify(value)) : value
}

/** As it was declared before it was told of the source. */
type Reviver = (key: string, value: unknown) => unknown

function kept(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || isExact(value, source)) return value
  return rawJSON(source)
}

function isExact(value: number, source: string): boolean {
  if (String(value) === source) return true
  if (!Number.isFinite(value)) return false
  const figures = source.replace(/[eE].*$/, '')
  if (value === 0) return !/[1-9]/.test(figures)
  if (Number.isInteger(value)) return Number.isSafeInteger(value)
  // A double holds 15 digits for sure.
  return figures.replace(/^-?0?\.?0*|\D/g, '').length <= 15
}
