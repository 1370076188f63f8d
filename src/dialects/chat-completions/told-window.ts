/** How many tokens a model takes, as it says when they were too many. */

/** More of a message is not read. */
const READ = 2_000
/** A figure below this is a count of something else. */
const SMALLEST = 256

/** The figure follows its name, at most a few words on; figures of what was asked for stand elsewhere. */
const WINDOWS: readonly RegExp[] = [
  // "prompt is too long: 1036683 tokens > 1000000 maximum"; "exceed context limit: 188240 + 20000 > 200000"
  /tokens > (\d[\d,]{0,11}) maximum/i,
  /context limit: [\d ,+]{1,40} > (\d[\d,]{0,11})/i,
  // "This model's maximum context length is 8192 tokens.", "maximum prompt length is 131072"
  /maximum (?:context|prompt) length (?:is|of) (\d[\d,]{0,11})/i,
  // "a context length of only 4096 tokens", "the available context size (4096 tokens)"
  /context (?:length|size|window|limit)(?: of only| of| is|:)? \(?(\d[\d,]{0,11})/i,
  // "Your request exceeded model token limit : 262144 (requested: 269030)"
  /model token limit ?:? ?(\d[\d,]{0,11})/i,
  // "Range of input length should be [1, 30720]"
  /range of input length should be \[\d{1,3}, ?(\d{1,12})\]/i,
]

export function toldWindow(words: string): number | undefined {
  const text = words.slice(0, READ)
  for (const pattern of WINDOWS) {
    const tokens = Number(pattern.exec(text)?.[1]?.replaceAll(',', ''))
    if (tokens >= SMALLEST) return tokens
  }
  return undefined
}
