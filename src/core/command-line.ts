/** A command that a person may paste into a shell: whatever names it holds, it does this and nothing else. */

/** Undefined where a name cannot be typed: it holds signs that command a terminal, or would be taken for an option. */
export function commandLine(command: string, ...names: readonly string[]): string | undefined {
  if (names.some((name) => UNTYPABLE.test(name))) return undefined
  return [command, ...names.map(quoted)].join(' ')
}

const UNTYPABLE = /^-|[\p{Cc}\p{Cf}\u2028\u2029]/u
/** Callers and upstreams may name a model as they like. */
const PLAIN = /^[\w@%+=:,./-]+$/

function quoted(name: string): string {
  return PLAIN.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`
}
