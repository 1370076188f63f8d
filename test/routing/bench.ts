/** One scenario in one world: an emulator with two providers, a gateway before them, and what was seen of it. */
import { CONSEQUENCES } from '../../src/core/failure.ts'
import type { Scenario } from './scenarios.ts'

/** Where it happens: in this process with a clock that is moved, or with the real programs in real time. */
export interface World {
  /** An order to the emulator. */
  readonly order: (act: string, fields?: object) => Promise<void>
  /** Requests that each provider of the emulator got. */
  readonly asked: () => Promise<Asked>
  readonly gateway: () => { readonly url: string; readonly token: string }
  /** In a moved world the gateway's sleep of so long is slept, while this is under way. */
  readonly during: <Value>(waits: readonly number[], act: () => Promise<Value>) => Promise<Value>
  readonly pass: (ms: number) => Promise<void>
  readonly nowMs: () => number
  /** Once there are so many, and they are settled; the first attempt first. */
  readonly rows: (requestId: string, count: number) => Promise<readonly Row[]>
}

export interface Asked {
  readonly primary: number
  readonly backup: number
}

export interface Row {
  readonly provider: string
  readonly outcome: string
  readonly outputTokens?: number
}

export interface Bench extends Pick<World, 'order' | 'asked' | 'pass' | 'nowMs'> {
  readonly isStream: boolean
  /** Of the primary provider. */
  readonly fault: (fields: object) => Promise<void>
  readonly ask: (wish?: Wish) => Promise<Answer>
  readonly must: (isSo: boolean, what: string) => void
}

export interface Wish {
  readonly question?: string
  readonly more?: object
  /** Without fallbacks. */
  readonly alone?: true
  readonly waits?: readonly number[]
}

export interface Answer {
  readonly status: number
  readonly tookMs: number
  /** The provider that answered. */
  readonly model: string | undefined
  /** As the answer itself calls it. */
  readonly saidModel: string | undefined
  readonly attempts: string
  /** Pieces with content that arrived. */
  readonly pieces: number
  readonly finish: string | undefined
  readonly isDone: boolean
  readonly isWhole: boolean
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly usedTokens: number | undefined
  readonly rows: readonly Row[]
}

export interface Told {
  /** Of the last answer. */
  readonly line: string
  readonly violations: readonly string[]
}

const FORMS = ['stream', 'JSON'] as const
export type Form = (typeof FORMS)[number]

export function formsOf({ isOfStreams }: Scenario): readonly Form[] {
  return isOfStreams ? ['stream'] : FORMS
}

export async function play({ id, run }: Scenario, form: Form, world: World): Promise<Told> {
  const isStream = form === 'stream'
  const violations: string[] = []
  let count = 0
  let last: Answer | undefined
  primaries = (primaries % PRIMARIES) + 1
  const primary = `primary${primaries}`
  await world.order('reset')
  await run({
    ...world,
    isStream,
    fault: (fields) => world.order('faults', { path: '/local', ...fields }),
    async ask(wish = {}) {
      count += 1
      last = await ask({ world, primary, isStream }, wish)
      return last
    },
    must(isSo, what) {
      const seen = last && { ...last, tookMs: Math.round(last.tookMs) }
      if (!isSo) violations.push(`${id} as ${form}: it is not so that ${what}: ${JSON.stringify(seen)}`)
    },
  })
  return { line: `${form}: ${lineOf(count, last)}`, violations }
}

function lineOf(count: number, last: Answer | undefined): string {
  if (!last) return 'nothing was asked'
  const { status, model, error, finish, rows, attempts, tookMs } = last
  const verdict = error ? `${error.code} (${status})` : `${finish ?? 'no finish'} from ${model ?? 'nobody'}`
  const met = attempts === '' ? '' : ` (${attempts})`
  const times = count > 1 ? `${count} requests, the last: ` : ''
  return `${times}${(tookMs / 1_000).toFixed(1)} s, ${rows.length} attempts${met}, ${verdict}`
}

/** What stands behind a request that was sent, and not answered. */
const SENT: ReadonlySet<string> = new Set([...Object.keys(CONSEQUENCES), 'outrun'])

interface Asking {
  readonly world: World
  readonly primary: string
  readonly isStream: boolean
}

async function ask({ world, primary, isStream }: Asking, wish: Wish): Promise<Answer> {
  const { question, more, alone, waits = [] } = wish
  const { url, token } = world.gateway()
  const startMs = world.nowMs()
  const { head, text } = await world.during(waits, async () => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, ...(alone && { 'x-openclaw-fallback': 'off' }) },
      body: JSON.stringify({
        model: `${primary}/local-model:7b`,
        fallbacks: ['backup/backup-model'],
        stream: isStream,
        ...(isStream && { stream_options: { include_usage: true } }),
        messages: [{ role: 'user', content: question ?? 'hi' }],
        ...more,
      }),
    })
    return { head: response, text: await response.text() }
  })
  const tookMs = world.nowMs() - startMs
  const events = head.headers.get('content-type')?.startsWith('text/event-stream')
    ? text.split('\n\n').flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice(6)) as Said] : []))
    : [JSON.parse(text) as Said]
  const choices = events.flatMap((event) => event.choices ?? [])
  const finish = choices.find(({ finish_reason }) => finish_reason)?.finish_reason ?? undefined
  const error = events.find((event) => event.error)?.error
  const attempts = head.headers.get('x-openclaw-attempts') ?? ''
  // The header tells of those who rest or are late, too.
  const failed = attempts.split(', ').filter((entry) => SENT.has(entry.split('=')[1] ?? ''))
  const count = failed.length + (head.ok ? 1 : 0)
  const isDone = text.endsWith('data: [DONE]\n\n')
  return {
    status: head.status,
    tookMs,
    model: nameIn(head.headers.get('x-openclaw-model') ?? undefined),
    saidModel: events.find(({ model }) => model)?.model,
    attempts: attempts.replaceAll(/primary\d+\/[^=]*/g, 'primary'),
    pieces: choices.filter(({ delta }) => delta?.content).length,
    finish,
    isDone,
    isWhole: head.status === 200 && finish === 'stop' && !error && (isDone || !isStream),
    error,
    usedTokens: events.findLast(({ usage }) => usage)?.usage?.completion_tokens,
    rows: (await world.rows(head.headers.get('x-request-id') ?? '', count)).map((row) => ({
      ...row,
      provider: nameIn(row.provider) ?? '',
    })),
  }
}

function nameIn(ref: string | undefined): string | undefined {
  return ref?.startsWith('primary') ? 'primary' : ref?.split('/')[0]
}

interface Said {
  readonly model?: string
  readonly error?: { readonly code: string; readonly message: string }
  readonly usage?: { readonly completion_tokens: number } | null
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null }
    readonly finish_reason?: string | null
  }[]
}

/** Each scenario has one of its own, so that what rests after one is nothing to the next. */
const PRIMARIES = 100
let primaries = 0

/** The settings of both worlds. */
export function settingsFor(
  emulator: { readonly local: string; readonly backup: object },
  limits: object = {},
): object {
  const primary = { baseUrl: emulator.local, models: [{ id: 'local-model:7b', contextWindow: 32_000 }], limits }
  return {
    models: {
      providers: {
        ...Object.fromEntries(Array.from({ length: PRIMARIES }, (_, index) => [`primary${index + 1}`, primary])),
        backup: { ...emulator.backup, models: [{ id: 'backup-model', contextWindow: 200_000 }] },
      },
    },
  }
}

export const PATHS = { primary: 'POST /local/v1/chat/completions', backup: 'POST /backup/v1/chat/completions' }
