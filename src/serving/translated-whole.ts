/** An answer in one piece and another format: held whole, read, and said anew in the caller's. */
import type { Fields } from '../dialects/fields.ts'
import type { Taking, TakingMeans } from './taking.ts'
import { wholeAnswer } from './whole-answer.ts'

export function translatedWhole(means: TakingMeans): Taking {
  const { upstream, caller, writing } = means
  return wholeAnswer(means, (answer: Fields) =>
    Buffer.from(caller.wholeAnswer(upstream.answerReader().whole(answer), writing)),
  )
}
