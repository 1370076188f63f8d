/** A fresh pair on its way into the file: kept in memory and tried again until it is there. */
import type { Credential } from '../core/credential.ts'
import { phrase } from '../core/phrase.ts'
import type { Clock, CredentialStore } from '../core/ports.ts'
import { SaidError } from '../core/said-error.ts'
import { credentialMark } from './credential-store.ts'
import type { OAuthCredential } from './tokens.ts'

export interface SaveMeans {
  readonly store: CredentialStore
  readonly clock: Clock
  /** Is this pair known to be no good any more? */
  readonly isOver: (credential: Credential) => Promise<boolean>
  readonly onUnsaved: (profile: string, problem: Error) => void
  readonly onSaved: (profile: string) => void
  readonly onPutBack?: (profile: string) => void
}

export interface Saver {
  /** Resolves once the pair is in the file, or waits in memory. `over` = the mark of the pair that it came of. */
  save(profile: string, over: string, newest: OAuthCredential): Promise<void>
  putBack(profile: string, newest: OAuthCredential): Promise<void>
  /**
   * This process ends: nothing waits any longer, and what is not in the file yet is tried once more.
   * What cannot be saved then is told (`onUnsaved`) and lost.
   */
  close(): Promise<void>
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 300_000
/** How often what stands in the file may change under our hands. */
const MOST_ROUNDS = 5

export function openSaver(means: SaveMeans): Saver {
  const unsaved = new Map<string, { readonly over: string; readonly newest: OAuthCredential }>()
  const loops = new Set<string>()
  const trying = new Map<string, Promise<void>>()
  const ending = new AbortController()

  /** Writes over what it came of and over what is spent; any other pair is a newer login, and stays. */
  const keep = async (profile: string, over: string, newest: OAuthCredential): Promise<'written' | 'not-needed'> => {
    let expected = over
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = await means.store.compareAndSwap(profile, expected, newest)
      if (answer.kind === 'saved') return 'written'
      const { current } = answer
      if (!current || current.mark === credentialMark(newest)) return 'not-needed'
      if (!(await means.isOver(current.credential))) return 'not-needed'
      expected = current.mark
    }
    throw new SaidError(phrase('tokens-kept-changing', { profile }))
  }

  const trySave = (profile: string): Promise<void> => {
    const work = (trying.get(profile) ?? Promise.resolve()).then(() => tryOnce(profile))
    trying.set(profile, work)
    return work
  }

  const tryOnce = async (profile: string): Promise<void> => {
    const waiting = unsaved.get(profile)
    if (!waiting) return
    try {
      await keep(profile, waiting.over, waiting.newest)
    } catch (error) {
      return means.onUnsaved(profile, error instanceof Error ? error : new Error(String(error)))
    }
    if (unsaved.get(profile) !== waiting) return
    unsaved.delete(profile)
    means.onSaved(profile)
  }

  const saveLater = async (profile: string): Promise<void> => {
    for (let waitMs = FIRST_WAIT_MS; unsaved.has(profile); waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await means.clock.sleep(waitMs, ending.signal).catch(() => undefined) // the end is looked at below
      if (ending.signal.aborted) return
      await trySave(profile)
    }
  }

  return {
    async save(profile, over, newest) {
      unsaved.set(profile, { over, newest })
      await trySave(profile)
      if (!unsaved.has(profile) || loops.has(profile)) return
      loops.add(profile)
      void saveLater(profile).finally(() => loops.delete(profile))
    },
    async putBack(profile, newest) {
      try {
        const nothing = '' // the mark of no pair, so that only a spent one is written over
        if ((await keep(profile, nothing, newest)) === 'written') means.onPutBack?.(profile)
      } catch {
        // The file cannot be used just now: the next refresh says so, and puts its own pair there.
      }
    },
    async close() {
      ending.abort()
      await Promise.all([...unsaved.keys()].map(trySave))
    },
  }
}
