/** What keeps logins from being renewed or saved on this machine, told while it lasts. */
import type { RefreshMeans } from './refresh.ts'

export interface LoginTroubles {
  /** For the refresher. */
  readonly told: Required<Pick<RefreshMeans, 'onUnsaved' | 'onSaved' | 'onStopped' | 'onPutBack'>>
  /** One line a trouble, in plain words. */
  readonly lines: () => readonly string[]
}

export function loginTroubles(onPutBack: (profile: string) => void): LoginTroubles {
  const unsaved = new Map<string, string>()
  const stopped = new Map<string, string>()
  return {
    told: {
      onUnsaved: (profile, problem) => void unsaved.set(profile, problem.message),
      onSaved: (profile) => void unsaved.delete(profile),
      onStopped: (profile, problem) =>
        void (problem === undefined ? stopped.delete(profile) : stopped.set(profile, problem)),
      onPutBack,
    },
    lines: () => [
      ...[...unsaved].map(([profile, problem]) => `${profile}: the renewed token is not saved yet: ${problem}`),
      ...[...stopped].map(([profile, problem]) => `${profile}: the token cannot be renewed: ${problem}`),
    ],
  }
}
