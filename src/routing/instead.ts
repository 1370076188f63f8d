/** Where nobody of the chain can be asked: the first known model that could, tried out in its place. */
import { commandLine } from '../core/command-line.ts'
import { phrase } from '../core/phrase.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import { againstIn } from './ways.ts'
import type { Change, ChangeMeans, Situation } from './situation.ts'

export function instead(
  situation: Situation,
  { known, ...means }: ChangeMeans & { readonly known: readonly ModelRef[] },
): { readonly ref: ModelRef; readonly change: Change } | undefined {
  for (const ref of known) {
    const change = adding(ref, situation, means)
    if (!againstIn({ ref }, change.apply(situation))) return { ref, change }
  }
  return undefined
}

/** Behind the others: they come first again once they can. */
function adding(ref: ModelRef, { facts }: Situation, { meant: { by }, ownFallbacksOf: agent }: ChangeMeans): Change {
  const written = formatRef(ref)
  const apply = (now: Situation): Situation => ({ ...now, refs: [...now.refs, ref] })
  if (by === 'name') return { words: phrase('change-name', { ref: written }), apply }
  if (!facts.hasImage && agent !== undefined) {
    return { words: phrase('change-agent-fallback', { ref: written, agent }), apply }
  }
  return facts.hasImage
    ? {
        words: phrase('change-image-model', { ref: written }),
        run: commandLine('openclaw models set-image', written),
        apply,
      }
    : {
        words: phrase('change-fallback', { ref: written }),
        run: commandLine('openclaw models fallbacks add', written),
        apply,
      }
}
