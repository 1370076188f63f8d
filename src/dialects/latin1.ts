/**
 * Bytes as one-character-a-byte text, and back to what they say.
 *
 * JSON and event streams are framed by ASCII alone, and a byte above 127 of a UTF-8 text can only stand inside a JSON
 * string. So both may be cut and parsed without decoding first: that is cheaper, and a character cut in two by a chunk's
 * end is no matter. Only a string that is handed out needs `decoded`.
 */
export function latin1(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('latin1')
}

/** The text that these bytes spell in UTF-8. */
export function decoded(text: string): string {
  return Buffer.from(text, 'latin1').toString()
}
