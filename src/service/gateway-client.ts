/** What our own command line asks of a running gateway, once it has proved to be ours. */
import { checked, knownPart } from '../core/checked.ts'
import type { HttpClient, Notes } from '../core/ports.ts'
import { either, list, optional, record, single, text, thing, whole, word, type ValueOf } from '../core/shape.ts'
import type { Secret } from '../core/secret.ts'
import type { Language } from '../core/text.ts'
import { collect, type Collected } from '../net/collect.ts'
import { CHALLENGE_HEADER, challengeTo, PROOF_HEADER } from './proof.ts'
import { noteOrder, successionFrom, type Succession, type SuccessionOrder } from './succession.ts'

const words = text('a text')
const count = whole('a whole number', 0)

const proxyShape = either(
  [
    thing({ kind: word(['none'], 'none') }, 'no proxy'),
    thing({ kind: word(['proxy'], 'proxy'), address: words, place: words, exceptFor: optional(words) }, 'a proxy'),
    thing({ kind: word(['unusable'], 'unusable'), place: words, reason: words }, 'a proxy that cannot be used'),
  ],
  'a proxy or none',
)
const limitsShape = thing(
  { connectMs: count, firstEventMs: count, answerMs: count, idleMs: count, streamMs: count },
  'deadlines',
)
const nothing = single<null>({ expected: 'null', holds: (value) => value === null })
const networkShape = thing(
  {
    proxy: proxyShape,
    ca: either([nothing, thing({ file: words, certificates: count }, 'authorities')], 'authorities or none'),
    limits: limitsShape,
    hedge: optional(thing({ mode: words, afterMs: count }, 'when another one is asked too')),
    providers: record(
      thing({ proxy: optional(proxyShape), limits: optional(limitsShape) }, 'what differs'),
      'providers by id',
    ),
  },
  'the way to providers',
)

const healthShape = thing(
  {
    status: words,
    pid: count,
    version: words,
    stateFolder: words,
    startedAt: words,
    streams: count,
    problems: list(single<unknown>(), 'a list of problems'),
    /** The keys of all that rests there; one of an earlier version does not tell. */
    resting: optional(list(words, 'a list of keys')),
    /** A gateway of another version may tell it otherwise, or not at all. */
    network: single<unknown>(),
  },
  'how a gateway is',
)

const problemShape = thing({ code: optional(words), message: words, run: optional(words) }, 'a problem')

export type Health = Omit<ValueOf<typeof healthShape>, 'network' | 'problems'> & {
  readonly problems: readonly ValueOf<typeof problemShape>[]
  readonly network?: ValueOf<typeof networkShape>
}

const DEADLINE_MS = 3_000

/** Undefined = nobody answers there, or somebody who does not know our token and is not sent it either. */
export async function askHealth(
  http: HttpClient,
  port: number,
  { token, language = 'en' }: { readonly token: Secret; readonly language?: Language },
): Promise<Health | undefined> {
  const challenge = challengeTo(token, port)
  const first = await askAt(http, port, [CHALLENGE_HEADER, challenge.text])
  if (!first || !challenge.isMetBy(String(first.headers[PROOF_HEADER] ?? ''))) return undefined
  const answer = await askAt(http, port, ['authorization', `Bearer ${token.reveal()}`, 'accept-language', language])
  if (answer?.status !== 200) return undefined
  try {
    const read = checked(JSON.parse(answer.body.toString('utf8')), healthShape)
    if (!read.ok) return undefined
    const { network: told, ...rest } = read.value
    const health = { ...rest, problems: rest.problems.map(problemFrom) }
    const network = checked(told, networkShape)
    return { ...health, ...(network.ok && { network: knownPart(network.value, networkShape) }) }
  } catch {
    // Not JSON: another program's page.
    return undefined
  }
}

/** A gateway of an earlier version tells sentences. */
function problemFrom(told: unknown): Health['problems'][number] {
  const read = checked(told, problemShape)
  return read.ok ? knownPart(read.value, problemShape) : { message: String(told) }
}

/** Longer than a gateway waits for the new process. */
const SUCCESSION_MS = 20_000

type Ordered = Succession | { readonly kind: 'unknown' | 'refused' | 'unanswered' }

/**
 * Of a gateway that has just proved to be ours. `unknown` = it knows no such order, as an earlier version does not;
 * `refused` = its token was replaced in this moment, or another order was noted in the place of ours: once more;
 * `unanswered` = it may have ended meanwhile, and the new process may come up yet.
 */
export async function orderSuccessor(
  order: SuccessionOrder,
  {
    http,
    port,
    token,
    notes,
  }: { readonly http: HttpClient; readonly port: number; readonly token: Secret; readonly notes: Notes },
): Promise<Ordered> {
  const answer = await collect(
    http,
    {
      method: 'POST',
      url: `http://127.0.0.1:${port}/control/successor`,
      headers: ['authorization', `Bearer ${token.reveal()}`, 'content-type', 'application/json'],
      body: await noteOrder(order, notes),
      connectMs: DEADLINE_MS,
      headMs: SUCCESSION_MS,
      idleMs: SUCCESSION_MS,
      totalMs: SUCCESSION_MS,
      once: true,
      newConnection: true,
    },
    { maxBytes: 65_536 },
  )
  if ('problem' in answer) return { kind: 'unanswered' }
  if (answer.status === 404) return { kind: 'unknown' }
  if (answer.status === 401 || answer.status === 403) return { kind: 'refused' }
  if (answer.status !== 200) return { kind: 'failed', detail: `HTTP ${answer.status}` }
  return successionFrom(answer.body.toString('utf8')) ?? { kind: 'unanswered' }
}

async function askAt(
  http: HttpClient,
  port: number,
  headers: readonly string[],
): Promise<Extract<Collected, { readonly status: number }> | undefined> {
  const answer = await collect(
    http,
    {
      method: 'GET',
      url: `http://127.0.0.1:${port}/health`,
      headers,
      connectMs: DEADLINE_MS,
      headMs: DEADLINE_MS,
      idleMs: DEADLINE_MS,
      totalMs: DEADLINE_MS,
    },
    { maxBytes: 65_536 },
  )
  return 'problem' in answer ? undefined : answer
}
