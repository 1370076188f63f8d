/** How a text is cut for a stream. */
import type { Pace } from './question.ts'

/** As the request's `x_emulator` wants it, else word by word. */
export function textPieces(text: string, { chunks }: Pace): readonly string[] {
  return chunks === undefined ? piecesOf(text) : equalParts(text, chunks)
}

/** Word by word; Chinese goes by a few characters. Nothing is lost between the pieces. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\s*(?:\p{Script=Han}{1,4}|[^\s\p{Script=Han}]+)|\s+/gu) ?? []
}

/** The arguments of a tool call. */
export function argumentPieces(json: string): readonly string[] {
  return equalParts(json, Math.max(1, Math.min(4, json.length)))
}

/** So many parts that differ in length by one character at most; the text must have as many characters. */
function equalParts(text: string, count: number): readonly string[] {
  const characters = Array.from(text)
  const borderAt = (part: number): number => Math.floor((part * characters.length) / count)
  return Array.from({ length: count }, (_, part) => characters.slice(borderAt(part), borderAt(part + 1)).join(''))
}
