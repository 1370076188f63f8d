/** Answers that a caller may go on from: kept for it, found again, and put before what it says next. */
import { OpenClawError } from '../core/errors.ts'
import type { KeptAnswer } from '../core/ports.ts'
import type { Caller } from '../core/scope.ts'
import type { EarlierTurn, RememberingDialect, WholeAnswer } from '../dialects/caller-dialect.ts'
import type { CallerRequest } from '../dialects/caller-request.ts'
import { ANSWERS_FORGOTTEN_AFTER_MS, LARGEST_ANSWER_BYTES } from '../serving/answers.ts'
import { LONGEST_BODY_BYTES } from './body.ts'
import type { GatewayServices, Visit } from './services.ts'

/** What one caller has. */
export interface Remembered {
  find(id: string): Promise<KeptAnswer | undefined>
  /** By item. */
  holding(itemIds: ReadonlySet<string>): Promise<ReadonlyMap<string, KeptAnswer>>
  keep(answer: Omit<KeptAnswer, 'owner' | 'keptAt'>): void
  /** False = there was none. */
  remove(id: string): Promise<boolean>
}

/** Of items that memory does not know, so many are looked for on disk. */
const MOST_LOOKED_FOR = 100

export function rememberedOf(caller: Caller | undefined, services: GatewayServices): Remembered {
  const { answers, state, clock, setup } = services
  const owner = caller?.kind === 'issued' ? caller.id : 'owner'
  const where = setup().settings.gateway.rememberResponses
  const isOnDisk = where === 'disk'
  const since = (): Date => new Date(clock.now().getTime() - ANSWERS_FORGOTTEN_AFTER_MS)
  /** While state.db cannot be read, only memory knows. */
  const stored = async (read: Promise<KeptAnswer | undefined>): Promise<KeptAnswer | undefined> => {
    const answer = await read.catch(() => undefined)
    return answer && answer.keptAt >= since() ? answer : undefined
  }
  return {
    async find(id) {
      if (where === 'off') return undefined
      return answers.get(owner, id) ?? (isOnDisk ? stored(state.answers.get(owner, id)) : undefined)
    },
    async holding(itemIds) {
      if (where === 'off') return new Map()
      const found = new Map(answers.holding(owner, itemIds))
      if (!isOnDisk) return found
      for (const id of [...itemIds].filter((each) => !found.has(each)).slice(0, MOST_LOOKED_FOR)) {
        const answer = await stored(state.answers.holding(owner, id))
        if (answer) found.set(id, answer)
      }
      return found
    },
    keep(given) {
      if (where === 'off') return
      const answer = { ...given, owner, keptAt: clock.now() }
      answers.keep(answer)
      if (!isOnDisk || answer.input.byteLength + answer.answer.byteLength > LARGEST_ANSWER_BYTES) return
      // Where it cannot be written, a restart forgets it, and all goes on.
      void state.answers.put(answer).catch(() => undefined)
    },
    async remove(id) {
      const known = answers.remove(owner, id)
      if (!isOnDisk) return known
      const wasStored = await stored(state.answers.get(owner, id))
      await state.answers.remove(owner, id)
      return known || wasStored !== undefined
    },
  }
}

/** What the caller's answer is kept with; undefined = it is not kept. */
export function keeping(
  request: CallerRequest,
  remembering: RememberingDialect | undefined,
  { caller, services }: Pick<Visit, 'caller' | 'services'>,
): ((answer: WholeAnswer) => void) | undefined {
  if (!remembering || !request.remembering?.mayKeep) return undefined
  if (services.setup().settings.gateway.rememberResponses === 'off') return undefined
  const remembered = rememberedOf(caller, services)
  return ({ id, text }) => {
    const input = remembering.inputOf(request)
    // Too large to be kept: not worth reading.
    if (input.length + text.length > LARGEST_ANSWER_BYTES) return
    const itemIds = remembering.itemIdsOf({ input, answer: text })
    remembered.keep({ id, input: Buffer.from(input), answer: Buffer.from(text), itemIds })
  }
}

/**
 * The request's bytes with all in them that it goes on from; undefined = it goes on from nothing that is remembered.
 * Throws `previous-response-not-found`, or `body-too-large` where all of it is too much.
 */
export async function recalled(
  request: CallerRequest,
  remembering: RememberingDialect | undefined,
  { caller, services }: Pick<Visit, 'caller' | 'services'>,
): Promise<Uint8Array | undefined> {
  const { previousId, itemIds = [] } = request.remembering ?? {}
  if (!remembering || (previousId === undefined && itemIds.length === 0)) return undefined
  const remembered = rememberedOf(caller, services)
  const previous = previousId === undefined ? undefined : await remembered.find(previousId)
  if (previousId !== undefined && !previous) {
    throw new OpenClawError('previous-response-not-found', { id: JSON.stringify(previousId.slice(0, 100)) })
  }
  const items = new Map<string, string>()
  const wanted = new Set(itemIds)
  for (const answer of new Set((await remembered.holding(wanted)).values())) {
    for (const [id, item] of remembering.itemsIn(turnOf(answer), wanted)) items.set(id, item)
  }
  if (!previous && items.size === 0) return undefined
  const body = remembering.recalledBody(request, { items, ...(previous && { previous: turnOf(previous) }) })
  if (body.byteLength <= LONGEST_BODY_BYTES) return body
  throw new OpenClawError('body-too-large', { limit: `${LONGEST_BODY_BYTES / 1_048_576} MiB` })
}

export function turnOf({ input, answer }: KeptAnswer): EarlierTurn {
  return { input: Buffer.from(input).toString(), answer: Buffer.from(answer).toString() }
}

const LOOK_MS = 600_000

/** Rows on disk end after their hour, whoever asks for what; all of them where nothing is to be there any more. */
export async function forgetAnswers(
  { state, clock, setup }: Pick<GatewayServices, 'state' | 'clock' | 'setup'>,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    const now = clock.now().getTime()
    const keptMs = setup().settings.gateway.rememberResponses === 'disk' ? ANSWERS_FORGOTTEN_AFTER_MS : -1
    await state.answers.forget(new Date(now - keptMs)).catch(() => undefined) // the next look may find it writable
    await clock.sleep(LOOK_MS, stop).catch(() => undefined) // it stops: the loop sees it
  }
}
