/** The sixteen scenarios of a provider that fails: what is asked, what the emulator does, and what must come of it. */
import type { RowId } from '../catalogue/sizes.ts'
import type { Bench } from './bench.ts'

export interface Scenario {
  readonly id: ScenarioId
  readonly what: string
  /** It takes longer than a test should: there its time is moved. */
  readonly isLong?: true
  /** A whole answer may take as long as it needs. */
  readonly isOfStreams?: true
  readonly run: (bench: Bench) => Promise<void>
}

export type ScenarioId = Extract<RowId, `S${number}`>

const BUSY = { error: { message: 'Requests rate limit exceeded, please try again later.', code: 'limit_requests' } }
const BROKEN = { error: { message: 'An internal error has occured.', code: 'internal_error' } }
const FILTERED = {
  error: { message: 'The prompt was filtered by the content management policy.', code: 'content_filter' },
}
const INSPECTED = {
  error: {
    message: '<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.',
    code: 'data_inspection_failed',
  },
}
/** As often as anybody may ask. */
const LASTING = { times: 1_000 }
const SIXTY = { chunks: 60, replyChars: 600 }

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S01',
    what: '429 with Retry-After 2, then fine: waited for, the same model answers',
    isLong: true,
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'status', status: 429, body: BUSY, headers: { 'retry-after': '2' } })
      const answer = await ask({ waits: [2_000] })
      must(answer.model === 'primary' && answer.isWhole, 'the model that was busy answers')
      must(answer.tookMs >= 1_900 && answer.tookMs < 6_000, 'as soon as it may be asked')
      must((await asked()).primary === 2, 'it is asked twice')
    },
  },
  {
    id: 'S02',
    what: '429 that lasts: the fallback answers',
    async run(bench) {
      const { fault, asked, must } = bench
      await fault({ kind: 'status', status: 429, body: BUSY, ...LASTING })
      await fallbackAtOnce(bench, 'rate-limit')
      must((await asked()).primary <= 2, 'who is busy is left alone')
    },
  },
  {
    id: 'S03',
    what: 'one 500: the same model answers',
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'status', status: 500, body: BROKEN })
      const answer = await ask()
      must(answer.model === 'primary' && answer.isWhole, 'the same model answers')
      must((await asked()).primary === 2, 'it is asked twice')
    },
  },
  {
    id: 'S04',
    what: '503 that lasts: the fallback answers',
    async run(bench) {
      const { fault, asked, must } = bench
      await fault({ kind: 'status', status: 503, body: BROKEN, ...LASTING })
      await fallbackAtOnce(bench, 'overload')
      must((await asked()).primary === 2, 'it is asked once more, and no more')
    },
  },
  {
    id: 'S05',
    what: 'a reset before the headers: the fallback answers',
    async run(bench) {
      const { fault, asked, must } = bench
      await fault({ kind: 'drop', reset: true, ...LASTING })
      await fallbackAtOnce(bench, 'network')
      // A connection that rested may have died unnoticed: then the client sends once more by itself.
      const { primary } = await asked()
      must(primary === 2 || primary === 3, 'it is asked once more, and no more')
    },
  },
  {
    id: 'S06',
    what: 'no response for 120 s: ended within 100 s, and who is silent is not asked again',
    isLong: true,
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'slow', delayMs: 120_000, ...LASTING })
      const answer = await ask({ waits: [10_000] })
      must(answer.model === 'backup' && answer.isWhole, 'the fallback answers')
      must(answer.tookMs < 100_000, 'within 100 s')
      must((await asked()).primary === 1, 'who is silent is not asked again')
    },
  },
  {
    id: 'S06',
    what: 'no response for 120 s, and nobody else to ask: an error within 100 s, and who is silent is not asked again',
    isLong: true,
    isOfStreams: true,
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'slow', delayMs: 120_000, ...LASTING })
      const answer = await ask({ alone: true })
      must(answer.status === 504 && answer.attempts.includes('=timeout'), 'it is told that nobody answered')
      must(answer.tookMs < 100_000, 'within 100 s')
      must((await asked()).primary === 1, 'who is silent is not asked again')
    },
  },
  {
    id: 'S07',
    what: 'the first token after 20 s: answered within 15 s',
    isLong: true,
    async run({ fault, ask, must }) {
      await fault({ kind: 'delay', afterEvents: 0, delayMs: 20_000, ...LASTING })
      const answer = await ask({ waits: [10_000] })
      must(answer.model === 'backup' && answer.isWhole, 'the fallback answers')
      must(answer.attempts.includes('=late'), 'why is told')
      must(answer.tookMs < 15_000, 'within 15 s')
    },
  },
  {
    id: 'S08',
    what: 'a cut at 40 of 60 tokens: a true error, or the fallback where nothing was said yet',
    async run(bench) {
      await bench.fault({ kind: 'cut', afterEvents: 40, ...LASTING })
      await brokenAfter(bench, 40)
    },
  },
  {
    id: 'S09',
    what: 'a stall after 20 tokens: a true error within 45 s, or the fallback where nothing was said yet',
    isLong: true,
    async run(bench) {
      await bench.fault({ kind: 'stall', afterEvents: 20, ...LASTING })
      await brokenAfter(bench, 20)
    },
  },
  {
    id: 'S10',
    what: 'a chunk that is broken JSON: the fallback before the first word, a true error after it',
    async run(bench) {
      const { fault, ask, must } = bench
      await fault({ kind: 'malformed', afterEvents: 0, times: 2 })
      const answer = await ask()
      must(answer.model === 'backup' && answer.isWhole, 'the fallback answers')
      must(answer.attempts.includes('=malformed'), 'why is told')
    },
  },
  {
    id: 'S10',
    what: 'a chunk that is broken JSON after 20 tokens: a true error, or the fallback where nothing was said yet',
    async run(bench) {
      await bench.fault({ kind: 'malformed', afterEvents: 20, ...LASTING })
      await brokenAfter(bench, 20)
    },
  },
  {
    id: 'S11',
    what: 'no [DONE], and the connection stays open: finished within 8 s, its usage known',
    async run({ fault, ask, must }) {
      await fault({ kind: 'no-done', open: true })
      const answer = await ask()
      must(answer.model === 'primary' && answer.finish === 'stop' && !answer.error, 'the answer is whole')
      must(answer.tookMs < 8_000, 'within 8 s')
      must((answer.usedTokens ?? 0) > 0 && (answer.rows.at(-1)?.outputTokens ?? 0) > 0, 'its usage is known')
    },
  },
  {
    id: 'S12',
    what: 'a context that is too long: one attempt, then the larger model',
    async run({ order, ask, asked, must }) {
      await order('limits', { path: '/local', inputTokens: 50 })
      const answer = await ask({ question: 'a long story '.repeat(100) })
      must(answer.model === 'backup' && answer.isWhole, 'the larger model answers')
      must(answer.attempts.includes('=context-too-long'), 'why is told')
      must((await asked()).primary === 1, 'it is asked once')
    },
  },
  {
    id: 'S13',
    what: 'a content filter: the reason arrives, and nobody else is asked',
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'status', status: 400, body: FILTERED, ...LASTING })
      const answer = await ask()
      must(answer.status === 400 && answer.attempts.includes('=filtered'), 'it is told that a filter stopped it')
      must(answer.error?.message.includes('content management policy') === true, 'the upstream’s reason arrives')
      const { primary, backup } = await asked()
      must(primary === 1 && backup === 0, 'it is asked once and of nobody else')
    },
  },
  {
    id: 'S13',
    what: 'the content filter of a Qwen model at a server that no plugin speaks for: the same',
    async run({ fault, ask, asked, must }) {
      await fault({ kind: 'status', status: 400, body: INSPECTED, ...LASTING })
      const answer = await ask()
      must(answer.status === 400 && answer.attempts.includes('=filtered'), 'it is told that a filter stopped it')
      must(answer.error?.message.includes('inappropriate content') === true, 'the upstream’s reason arrives')
      const { primary, backup } = await asked()
      must(primary === 1 && backup === 0, 'it is asked once and of nobody else')
    },
  },
  {
    id: 'S14',
    what: 'an error inside the 200 after 20 tokens: a true error, or the fallback where nothing was said yet',
    async run(bench) {
      const error = { status: 500, code: 'InternalError', message: 'An internal error has occured.' }
      await bench.fault({ kind: 'error-in-stream', afterEvents: 20, ...error, ...LASTING })
      await brokenAfter(bench, 20)
    },
  },
  {
    id: 'S15',
    what: 'down for 60 s under 20 requests: all are served, and the primary is back within 30 s of its recovery',
    isLong: true,
    async run({ order, ask, asked, pass, nowMs, must }) {
      await order('outage', { path: '/local', kind: 'model' })
      let served = 0
      for (let request = 0; request < 20; request += 1) {
        const { model, isWhole } = await ask()
        if (model === 'backup' && isWhole) served += 1
        await pass(3_000)
      }
      must(served === 20, `all 20 are served (${served})`)
      must((await asked()).primary < 20, 'who is down is asked seldom')
      await order('outage', { kind: 'none' })
      const sinceMs = nowMs()
      let model: string | undefined
      while (model !== 'primary' && nowMs() - sinceMs < 40_000) {
        ;({ model } = await ask())
        if (model !== 'primary') await pass(1_000)
      }
      must(nowMs() - sinceMs <= 30_000, `it is back within 30 s (${Math.round((nowMs() - sinceMs) / 1_000)} s)`)
    },
  },
  {
    id: 'S16',
    what: 'an answer by the fallback: it names the fallback’s model and its usage',
    async run({ fault, ask, must }) {
      await fault({ kind: 'status', status: 503, body: BROKEN, ...LASTING })
      const answer = await ask()
      must(answer.model === 'backup' && answer.saidModel === 'backup-model', 'the model is the one that answered')
      const [failed, row] = [answer.rows.at(0), answer.rows.at(-1)]
      must(failed?.provider === 'primary' && failed.outputTokens === undefined, 'who failed has no usage')
      must(row?.provider === 'backup' && row.outcome === 'answered', 'its row is of that model')
      must(row?.outputTokens !== undefined && row.outputTokens === answer.usedTokens, 'its usage is the answer’s')
    },
  },
]

async function fallbackAtOnce({ ask, must }: Bench, failure: string): Promise<void> {
  const answer = await ask()
  must(answer.model === 'backup' && answer.isWhole, 'the fallback answers')
  must(answer.attempts.includes(`=${failure}`), 'why is told')
  must(answer.tookMs < 5_000, 'at once')
}

/** What its caller has seen the beginning of ends in an error that cannot be overlooked; what was held is another's whole. */
async function brokenAfter({ ask, isStream, asked, must }: Bench, tokens: number): Promise<void> {
  const answer = await ask({ more: { x_emulator: SIXTY } })
  must(answer.tookMs < 45_000, 'within 45 s')
  if (!isStream) return must(answer.model === 'backup' && answer.isWhole, 'the fallback answers, whole')
  must(answer.status === 200 && answer.pieces === tokens, `${tokens} tokens arrive (${answer.pieces})`)
  must(answer.error !== undefined, 'an error event tells the truth')
  must(!answer.isDone && answer.finish === undefined, 'there is no false end')
  must((await asked()).backup === 0, 'nobody begins another answer')
}
