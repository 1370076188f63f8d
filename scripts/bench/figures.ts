/** Figures as the benchmark prints them. */

export function say(what: string, figure: string, beside: string): void {
  process.stdout.write(`${what.padEnd(58)}${figure.padEnd(52)}${beside}\n`)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
