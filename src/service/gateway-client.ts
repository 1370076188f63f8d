/** Asks a running gateway how it is, once it has proved to be ours. */
import * as z from 'zod/mini'
import type { HttpClient } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import type { Language } from '../core/text.ts'
import { collect, type Collected } from '../net/collect.ts'
import { CHALLENGE_HEADER, challengeTo, PROOF_HEADER } from './proof.ts'

const proxySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('proxy'),
    address: z.string(),
    place: z.string(),
    exceptFor: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('unusable'), place: z.string(), reason: z.string() }),
])
const limitsSchema = z.object({
  connectMs: z.number(),
  firstEventMs: z.number(),
  answerMs: z.number(),
  idleMs: z.number(),
  streamMs: z.number(),
})
const networkSchema = z.object({
  proxy: proxySchema,
  ca: z.nullable(z.object({ file: z.string(), certificates: z.int() })),
  limits: limitsSchema,
  providers: z.record(z.string(), z.object({ proxy: z.optional(proxySchema), limits: z.optional(limitsSchema) })),
})

const healthSchema = z.looseObject({
  status: z.string(),
  pid: z.int(),
  version: z.string(),
  stateFolder: z.string(),
  startedAt: z.string(),
  streams: z.int(),
  problems: z.array(z.string()),
  /** A gateway of another version may tell it otherwise, or not at all. */
  network: z.catch(z.optional(networkSchema), undefined),
})

export type Health = z.infer<typeof healthSchema>

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
    const read = healthSchema.safeParse(JSON.parse(answer.body.toString('utf8')))
    return read.success ? read.data : undefined
  } catch {
    // Not JSON: another program's page.
    return undefined
  }
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
