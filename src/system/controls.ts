/** Makes text from elsewhere harmless to a terminal. */

const ESC = String.raw`\u001b`
const SEQUENCES = new RegExp(
  [
    // Operating system commands (titles, links) and the other strings, ended by BEL or ST.
    String.raw`(?:${ESC}[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|${ESC}\\|\u009c)`,
    // Control sequences (colours, cursor).
    String.raw`(?:${ESC}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    // Two-letter escapes.
    String.raw`${ESC}[ -/]*[0-Z\\^-~]`,
  ].join('|'),
  'g',
)
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
/** C0, DEL, C1, and what turns the direction of writing (CVE-2021-42574). */
const CONTROLS = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu

/** One line without escape sequences or control characters; line breaks and tabs become a blank. */
export function stripControls(text: string): string {
  return text.toWellFormed().replace(SEQUENCES, '').replace(LINE_BREAKS, ' ').replace(CONTROLS, '')
}
