/** A blank between Chinese and what is not. */
export function spaced(words: string): string {
  return /^[\p{Script=Han}“「（]/u.test(words) ? words : ` ${words}`
}
