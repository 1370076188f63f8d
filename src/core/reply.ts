/** The caller's side of an answer: the socket stays the gateway's, serving writes here. */
export interface Reply {
  /** Once, before anything else. */
  head(status: number, headers: Readonly<Record<string, string>>): void
  /** False = the caller reads slower than we write: wait for `onDrain`. */
  write(chunk: Uint8Array): boolean
  /** Replaces the listener set before. */
  onDrain(listener: () => void): void
  end(chunk?: Uint8Array): void
  /** Aborts when the caller has left before the end. */
  readonly gone: AbortSignal
}
