/** A blank between Chinese and what is not. */

/** For words that Chinese stands before. */
export function spaced(words: string): string {
  return /^[\p{Script=Han}“「（]/u.test(words) ? words : ` ${words}`
}

/** For words that Chinese follows. */
export function followed(words: string): string {
  return /[\p{Script=Han}”」）]$/u.test(words) ? words : `${words} `
}
