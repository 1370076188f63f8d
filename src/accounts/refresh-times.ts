/** When a login was last renewed: kept for those who look. */
import type { Clock, Notes } from '../core/ports.ts'

const noteKey = (profile: string): string => `last-refresh ${profile}`

/** Not waited for: the login works without it. */
export function noteRefresh(profile: string, { notes, clock }: { readonly notes: Notes; readonly clock: Clock }): void {
  void notes.put(noteKey(profile), clock.now().toISOString()).catch(() => undefined)
}

/** Undefined = never, as far as this machine knows. */
export async function lastRefresh(profile: string, notes: Notes): Promise<string | undefined> {
  return (await notes.get(noteKey(profile))) || undefined
}

/** The login has another name from now on; `to` undefined = it is gone. */
export async function moveRefreshTime(from: string, to: string | undefined, notes: Notes): Promise<void> {
  const known = await lastRefresh(from, notes)
  if (known === undefined) return
  if (to !== undefined) await notes.put(noteKey(to), known)
  await notes.put(noteKey(from), '')
}
