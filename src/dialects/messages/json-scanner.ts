/** Whether a JSON object that comes in pieces has come to its end. */

export interface JsonScanner {
  take(piece: string): void
  readonly isWhole: boolean
}

export function jsonScanner(): JsonScanner {
  let depth = 0
  let inString = false
  let escaped = false
  let isWhole = false
  return {
    take(piece) {
      for (const sign of piece) {
        if (inString) {
          if (escaped) escaped = false
          else if (sign === '\\') escaped = true
          else if (sign === '"') inString = false
        } else if (sign === '"') inString = true
        else if (sign === '{' || sign === '[') depth += 1
        else if (sign === '}' || sign === ']') {
          depth -= 1
          if (depth === 0) isWhole = true
        }
      }
    },
    get isWhole() {
      return isWhole
    },
  }
}
