/** What secrets are called. */

/** Keys that hold a secret wherever they stand, ours and the original program's: never shown, never taken from a command line. */
const SECRET_KEY =
  /(?:api[-_]?key|(?<!max|context|input|output)token|secret|passw(?:or)?d|authorization|cookie|credential)s?$/i

export function isSecretKey(key: string | undefined): boolean {
  return key !== undefined && SECRET_KEY.test(key)
}
