/** A text that may be used and never shown: whatever prints it prints a mask. */

const MASK = '[REDACTED]'

/**
 * `reveal()` is the only way to the text, and is called where it goes out: into the file, the header, the form, the hash.
 * A clone (`structuredClone`, a message to a thread) is an empty object.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  /** Both are ours: how long it takes tells nobody anything. */
  isSame(other: Secret): boolean {
    return this.#text === other.#text
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [Symbol.toPrimitive](): string {
    return MASK
  }

  /** `util.inspect`, and with it `console.log` and the stack of an uncaught error. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK
  }
}
