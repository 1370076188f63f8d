/** Whether a host is one of those meant. */

/** Exact, or `*.example.com` for every name below that one (not itself). A trailing dot makes another name. */
export function hostMatches(host: string, patterns: readonly string[]): boolean {
  const name = host.toLowerCase()
  return patterns.some((written) => {
    const pattern = written.toLowerCase()
    if (!pattern.startsWith('*.')) return name !== '' && name === pattern
    const parent = pattern.slice(1)
    return name.endsWith(parent) && isLabels(name.slice(0, -parent.length))
  })
}

function isLabels(text: string): boolean {
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(text)
}
