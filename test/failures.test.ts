/** What servers of models say when they fail, in one table: what is read out of it, and what a caller gets. */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { FAILURE_KINDS, type FailureKind } from '../src/core/failure.ts'
import type { ProviderDefinition } from '../src/core/provider.ts'
import { upstreamDialect } from '../src/dialects/formats.ts'
import { parsedJson } from '../src/dialects/fields.ts'
import { comeBackHeaders } from '../src/dialects/retry-after.ts'
import anthropic from '../src/plugins/anthropic/index.ts'
import deepseek from '../src/plugins/deepseek/index.ts'
import modelstudio from '../src/plugins/modelstudio/index.ts'
import moonshot from '../src/plugins/moonshot/index.ts'
import openai from '../src/plugins/openai/index.ts'
import openrouter from '../src/plugins/openrouter/index.ts'
import qwenPortal from '../src/plugins/qwen-portal/index.ts'
import { openHouse } from '../src/serving/fixtures/house.ts'
import { scriptedUpstream } from '../src/serving/fixtures/upstream.ts'
import {
  anthropicErrors,
  openaiErrors,
  otherErrors,
  qwenChat,
  RECORDED_AT,
  textOf,
  type RecordedAnswer,
  type RecordedExchange,
} from './support/recorded.ts'

/** A closed plan is known by a second 401, a network by no answer at all. */
const OURS: ReadonlySet<FailureKind> = new Set(['auth-retired', 'network'])

interface Row extends RecordedAnswer {
  readonly provider: string
  readonly definition: ProviderDefinition
  readonly stream: boolean
}

/** One of the settings alone: nothing but the dialect reads its errors. */
const custom: ProviderDefinition = {
  id: 'custom',
  label: { en: 'Custom' },
  dialect: 'chat-completions',
  baseUrl: 'https://models.example.com/v1',
  hosts: [],
  models: [{ id: 'm' }],
  aliases: {},
}
const others = { openrouter, deepseek, moonshot, custom: { providers: [custom] } }

const rows: readonly Row[] = [
  ...qwenChat.map((exchange) => row(exchange, isOfPortal(exchange) ? qwenPortal : modelstudio)),
  ...openaiErrors.map((answer) => row(answer, openai)),
  ...anthropicErrors.map((answer) => row(answer, anthropic)),
  ...otherErrors.map((answer) => row(answer, others[answer.provider])),
]

describe('an answer as it was recorded or documented', () => {
  it.each(rows)('is read for what it is: $provider $name', (one) => {
    const { verdict, kind, scope, retryAt, contextWindow } = one.expected
    expect(readingOf(one)).toEqual({
      ...(verdict && { verdict }),
      ...(kind && { kind, scope }),
      ...(retryAt && { retryAt }),
      ...(contextWindow && { contextWindow }),
    })
  })

  it.each(rows)('gives its caller the status that says so: $provider $name', async (one) => {
    const { definition, status, headers, stream, expected } = one
    const upstream = await scriptedUpstream()
    upstream.script('up', { status, headers, body: [textOf(one)] })
    const model = definition.defaultModel ?? 'm'
    const house = await openHouse({
      definitions: [definition],
      settings: {
        models: { providers: { [definition.id]: { baseUrl: upstream.url('up'), apiKey: 'some-key-of-ours' } } },
      },
    })
    house.clock.advance(RECORDED_AT.getTime() - house.clock.now().getTime())
    const done = new AbortController()
    const asking = house.ask({ model: `${definition.id}/${model}`, stream, fallbacks: [] }).finally(() => done.abort())
    // Where it is worth it, the time told is waited for.
    for (; !done.signal.aborted; await turn()) if (house.clock.sleeping.length > 0) house.clock.advance(2_001)
    const { served, caller } = await asking
    if (expected.callerStatus === undefined || caller.status === 200) {
      // What failed after its beginning was out keeps its status.
      expect(caller.status).toBe(200)
      const { result } = served as Extract<typeof served, { kind: 'answered' }>
      expect(result.verdict.kind).toBe(expected.verdict)
      return
    }
    expect(served.kind === 'refused' && served.refused.status).toBe(expected.callerStatus)
  })

  it('stands here in every kind that a server can bring about', () => {
    const kinds = new Set(rows.map(({ expected }) => expected.kind))
    const broughtAbout: readonly FailureKind[] = FAILURE_KINDS.filter((kind) => !OURS.has(kind))
    for (const kind of broughtAbout) expect(kinds).toContain(kind)
  })
})

it('reads hostile bodies of every size in a moment', () => {
  const pieces = [
    'model ',
    'model "',
    'model: a',
    '<title',
    '<title>',
    ' ',
    '"',
    'try again in 1s ',
    'quota exceeded ',
    'a-',
    '\u0000',
  ]
  const readers = [qwenPortal, modelstudio, openai, openrouter].map((plugin) => {
    const [definition] = plugin.providers
    return upstreamDialect('chat-completions').failureReader(definition?.readFailure)
  })
  const startedMs = performance.now()
  for (const read of readers) {
    for (const piece of pieces) {
      const long = piece.repeat(65_536 / piece.length)
      for (const text of [long, JSON.stringify({ error: { message: long, code: long, type: long } })]) {
        for (const status of [200, 400, 404, 429, 503])
          read({ status, contentType: '', text, json: parsedJson(text), now: RECORDED_AT })
      }
    }
  }
  expect(performance.now() - startedMs).toBeLessThan(3_000)
})

function row(
  answer: RecordedAnswer | RecordedExchange,
  plugin: { readonly providers: readonly ProviderDefinition[] },
): Row {
  const [definition] = plugin.providers
  if (!definition) throw new Error('the plugin has no provider')
  return { ...answer, provider: definition.id, definition, stream: !/json[._]/.test(answer.name) }
}

function isOfPortal({ url }: RecordedExchange): boolean {
  return new URL(url).hostname === 'portal.qwen.ai'
}

function readingOf(one: Row): object {
  const { definition, status, headers, stream } = one
  const dialect = upstreamDialect(definition.dialect)
  const readFailure = dialect.failureReader(definition.readFailure)
  const contentType = headers['content-type'] ?? ''
  const text = textOf(one)
  const told = (failure: ReturnType<typeof readFailure>): object => {
    expect(String(failure.evidence)).not.toBe('')
    const { kind, scope, retryAt, contextWindow } = failure
    return {
      kind,
      scope,
      ...(retryAt && { retryAt: retryAt.toISOString() }),
      ...(contextWindow && { contextWindow }),
    }
  }
  if (status !== 200) {
    return told(
      readFailure({ status, contentType, text, json: parsedJson(text), ...comeBackHeaders(headers), now: RECORDED_AT }),
    )
  }
  const options = { readFailure, now: () => RECORDED_AT, contentType }
  const watcher = dialect.watchStream(options)
  if (stream) watcher.feed(Buffer.from(text))
  const verdict = stream ? watcher.end() : dialect.readAnswer(Buffer.from(text), options).verdict
  return { verdict: verdict.kind, ...(verdict.kind !== 'complete' && told(verdict.failure)) }
}
