/** A part that is made when it is first asked for, and only once. */
export function once<Part>(make: () => Promise<Part>): () => Promise<Part> {
  let made: Promise<Part> | undefined
  return () => (made ??= make())
}
