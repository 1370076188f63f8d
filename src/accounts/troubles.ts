/** What keeps logins from being renewed or saved on this machine, told while it lasts. */
import { phrase, type Phrase, type Said } from '../core/phrase.ts'
import { reasonOf } from '../core/said-error.ts'
import type { RefreshMeans } from './refresh.ts'

export interface LoginTroubles {
  /** For the refresher. */
  readonly told: Required<Pick<RefreshMeans, 'onUnsaved' | 'onSaved' | 'onStopped'>>
  /** One line a trouble, in plain words. */
  readonly lines: () => readonly Phrase[]
}

export function loginTroubles(): LoginTroubles {
  const unsaved = new Map<string, Said>()
  const stopped = new Map<string, Said>()
  return {
    told: {
      onUnsaved: (profile, problem) => void unsaved.set(profile, reasonOf(problem)),
      onSaved: (profile) => void unsaved.delete(profile),
      onStopped: (profile, problem) =>
        void (problem === undefined ? stopped.delete(profile) : stopped.set(profile, problem)),
    },
    lines: () => [
      ...[...unsaved].map(([profile, reason]) => phrase('token-unsaved', { profile, reason })),
      ...[...stopped].map(([profile, reason]) => phrase('token-not-renewed', { profile, reason })),
    ],
  }
}
