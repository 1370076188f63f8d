/** Text of others on its way to a terminal: what it reads as, without what would command the screen. */

type Place = 'text' | 'escape' | 'sequence' | 'string'

/**
 * Keeps line breaks and tabs; takes out control and bidi characters and escape sequences (ECMA-48 5.4, 5.6), also those
 * cut between two pieces. A line break ends a string that was never closed, so that it cannot swallow the rest.
 */
export function terminalText(): (piece: string) => string {
  let place: Place = 'text'
  return (piece) => {
    let out = ''
    for (const character of piece) {
      const code = character.codePointAt(0) ?? 0
      if (place === 'text') {
        if (code === 0x1b) place = 'escape'
        else if (code === 0x9b) place = 'sequence'
        else if (STRING_STARTS.has(code)) place = 'string'
        else if (isShown(code)) out += character
      } else if (place === 'escape') {
        if (character === '[') place = 'sequence'
        else if (']PX^_'.includes(character)) place = 'string'
        // Between 0x20 and 0x2f more of it follows; anything else ends it.
        else if (code < 0x20 || code > 0x2f) place = 'text'
      } else if (place === 'sequence') {
        if (code >= 0x40 && code <= 0x7e) place = 'text'
        else if (character === '\n') {
          place = 'text'
          out += character
        }
      } else if (code === 0x07 || code === 0x9c) place = 'text'
      else if (code === 0x1b) place = 'escape'
      else if (character === '\n') {
        place = 'text'
        out += character
      }
    }
    return out
  }
}

/** DCS, SOS, OSC, PM, APC as one character each. */
const STRING_STARTS: ReadonlySet<number> = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f])

function isShown(code: number): boolean {
  if (code === 0x0a || code === 0x09) return true
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false
  // Embedding, override and isolate marks reorder what is read.
  return !((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
}
