/** A model ref: `provider/model`, with a profile pinned by `@provider:name`. */
export interface ModelRef {
  readonly provider: string
  readonly model: string
  /** A pinned profile's id, `<provider>:<name>`. */
  readonly profile?: string
}

/**
 * Splits at the first `/`, so a model id may hold more of them. A profile is pinned only by its full id
 * (`@<provider>:<name>`), since model ids of some vendors hold an `@` themselves.
 * Returns undefined for a text without provider or model (an alias, perhaps).
 */
export function parseRef(text: string): ModelRef | undefined {
  const slash = text.indexOf('/')
  if (slash <= 0 || slash === text.length - 1) return undefined
  const provider = text.slice(0, slash)
  const rest = text.slice(slash + 1)
  const at = rest.lastIndexOf(`@${provider}:`)
  if (at <= 0 || at + provider.length + 2 === rest.length) return { provider, model: rest }
  return { provider, model: rest.slice(0, at), profile: rest.slice(at + 1) }
}

export function formatRef(ref: ModelRef): string {
  return ref.profile ? `${ref.provider}/${ref.model}@${ref.profile}` : `${ref.provider}/${ref.model}`
}

/** The profile that a login without a name of its own makes. */
export function defaultProfile(provider: string): string {
  return `${provider}:default`
}

/**
 * `<provider>:<name>` out of what a person typed: the whole id or the name alone. Undefined = no name for a profile: it
 * goes into headers, refs and commands, so it has neither blanks nor letters beyond ASCII.
 */
export function profileIdFrom(provider: string, typed: string): string | undefined {
  const name = typed.startsWith(`${provider}:`) ? typed.slice(provider.length + 1) : typed
  return /^\w[\w.@+-]{0,63}$/.test(name) ? `${provider}:${name}` : undefined
}

/** The part of a profile's id after `<provider>:`. */
export function profileName({ id, provider }: { readonly id: string; readonly provider: string }): string {
  return id.startsWith(`${provider}:`) ? id.slice(provider.length + 1) : id
}
