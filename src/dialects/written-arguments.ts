/** Arguments of a tool as a model wrote them, read into an object where that can be written again. */
import { parsedExactly } from './exact-json.ts'
import { fieldsOf, type Fields } from './fields.ts'

/** JSON is read to any depth and written by recursion: what nests deeper is no tool's. */
const DEEPEST = 512

/** Undefined = it is no object, or nests too deep to be written. */
export function writtenArguments(text: string): Fields | undefined {
  return nestsDeeper(text) ? undefined : fieldsOf(parsedExactly(text))
}

/** Brackets within strings do not count. */
function nestsDeeper(text: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (inString) {
      if (sign === 0x5c) at += 1
      else if (sign === 0x22) inString = false
    } else if (sign === 0x22) inString = true
    else if (sign === 0x7b || sign === 0x5b) depth += 1
    else if (sign === 0x7d || sign === 0x5d) depth -= 1
    if (depth > DEEPEST) return true
  }
  return false
}
