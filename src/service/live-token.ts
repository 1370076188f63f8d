/** The owner's token of a running gateway: another one counts as soon as its file says so. */
import type { Secret } from '../core/secret.ts'
import { readStrong } from './owner-token.ts'
import { watchFiles } from '../stores/files/watch-files.ts'

export interface LiveToken {
  current(): Secret
  /** Why what stands in the file does not count, and the one before it does; undefined = it counts. */
  problem(): Error | undefined
  /** Told after each change. */
  onChange(listener: () => void): void
  close(): void
}

/** Both together stay well below the second within which a token that was replaced is refused. */
const WATCH = { debounceMs: 20, pollMs: 400 }

/** `onProblem` is told once of each reason why what stands in the file does not count. */
export function openLiveToken(
  path: string,
  first: Secret,
  onProblem: (problem: Error) => void = () => undefined,
): LiveToken {
  let current = first
  let problem: Error | undefined
  let tell = (): void => undefined
  const look = async (): Promise<void> => {
    try {
      const next = await readStrong(path)
      problem = undefined
      if (next.reveal() === current.reveal()) return
      current = next
    } catch (error) {
      const before = problem
      problem = error instanceof Error ? error : new Error(String(error))
      if (problem.message !== before?.message) onProblem(problem)
      return
    }
    tell()
  }
  const stop = watchFiles([path], () => void look(), WATCH)
  // It may have been replaced since `first` was read, of which nobody will tell.
  void look()
  return {
    current: () => current,
    problem: () => problem,
    onChange(listener) {
      tell = listener
    },
    close: stop,
  }
}
