/** A change to a settings file, named by its path. */

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/**
 * Segments are object keys. Where the container is a list, a segment is the element's index; an index equal to the
 * list's length appends. `set` creates the missing objects on its way; `unset` of what is not there changes nothing, and
 * `rename` of a key that is not there neither: its value stays where it stands, with every comment in it.
 */
export type Edit =
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: JsonValue }
  | { readonly kind: 'unset'; readonly path: readonly string[] }
  | { readonly kind: 'rename'; readonly path: readonly string[]; readonly to: string }

export interface FileText {
  readonly text: string
  /** sha256 of the file's bytes, in hex. */
  readonly hash: string
}

export interface EditOutcome {
  /** The text the edits were made on; undefined where there was no file. */
  readonly before: string | undefined
  readonly after: string
  /** The hash of `after`. */
  readonly hash: string
  /** False: nothing was written. */
  readonly changed: boolean
  /** Where the text that was there before is kept, since it was not ours. */
  readonly backup?: string
  /** Another program saved the file while we were about to: the edit was made anew, on its text. */
  readonly contested?: true
}

export interface SettingsFile {
  readonly path: string
  /** Undefined: there is no such file. */
  read(): Promise<FileText | undefined>
  /**
   * Makes the edits that `change` asks for, all or none. `change` is pure: it is asked again when another program saved
   * the file meanwhile. A missing file is an empty text. What `change` throws comes out, with nothing written.
   */
  edit(change: (current: FileText) => readonly Edit[]): Promise<EditOutcome>
  /** Throws what `edit` would throw, and what its disk would say; nothing is changed. */
  rehearse(change: (current: FileText) => readonly Edit[]): Promise<void>
}

/** The text of openclaw.json that a gateway served by last. */
export interface LastGood {
  /** Undefined: no gateway has served here. */
  read(): Promise<string | undefined>
  keep(text: string): Promise<void>
}

/** A lock as the work under it sees it. */
export interface Held {
  /**
   * False once another process may have taken over, because this one stood still for too long: asked right before what
   * cannot be undone. A yes holds for some seconds.
   */
  stillOurs(): Promise<boolean>
}

/** Runs the work while no other process holds the key. */
export type Lock = <T>(key: string, work: (held: Held) => Promise<T>) => Promise<T>

/** Which text of a file we wrote last, known to all our processes. */
export interface OwnTexts {
  lastHash(path: string): Promise<string | undefined>
  remember(path: string, hash: string): Promise<void>
}
