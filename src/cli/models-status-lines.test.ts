/** `models status` as people read it: what is the same of several accounts is told once. */
import { expect, it } from 'vitest'
import type { ModelsStatus, QuotaStatus } from '../control/contract.ts'
import { styled } from '../system/terminal.ts'
import { loadWords } from '../texts/index.ts'
import { statusLines } from './models-status-lines.ts'
import type { Output } from './output.ts'

const limits = { connectMs: 5_000, firstEventMs: 60_000, answerMs: 300_000, idleMs: 30_000, streamMs: 60_000 }
const day = (used: number, limit: number): QuotaStatus => ({
  used,
  limit,
  resetsAt: '2026-11-24T16:00:00.000Z',
  timeZone: 'Asia/Shanghai',
  countedBy: 'openclaw',
  requestsPerMinute: 60,
  source: 'as published',
})

async function today(quota: ModelsStatus['quota'], width?: number): Promise<readonly string[]> {
  const status: ModelsStatus = {
    schema: 1,
    configPath: '/f',
    default: null,
    fallbacks: [],
    imageModel: null,
    imageFallbacks: [],
    chain: [],
    aliases: {},
    providers: {},
    quota,
    auth: { order: {}, profiles: {}, existing: [] },
    network: { proxy: { kind: 'none' }, ca: null, limits, providers: {} },
    warnings: [],
    problems: [],
    refusedPlugins: {},
  }
  const nothing = (): void => undefined
  const output: Output = {
    words: await loadWords('en'),
    styles: styled(false),
    width,
    interactive: false,
    line: nothing,
    piece: nothing,
    note: nothing,
    json: nothing,
  }
  const lines = statusLines(status, output, new Date('2026-11-24T12:00:00Z'))
  return lines.slice(lines.indexOf('Today'))
}

it('the end of the day and its limits are told once for all accounts of whom they are true, indented', async () => {
  expect(await today({ 'p:one': day(3, 2_000), 'p:two': day(0, 2_000), 'p:other': day(1, 50) })).toEqual([
    'Today',
    '  p:one: 3 of 2000 requests used',
    '  p:two: 0 of 2000 requests used',
    '    the day ends 2026-11-25 00:00 (Asia/Shanghai), in 4 h 0 min',
    '    2000 a day and 60 a minute: as published',
    '  p:other: 1 of 50 requests used',
    '    the day ends 2026-11-25 00:00 (Asia/Shanghai), in 4 h 0 min',
    '    50 a day and 60 a minute: as published',
    '  Counted here; the provider tells no count of its own.',
  ])
})

it('on a narrow screen it is folded', async () => {
  expect(await today({ 'p:one': day(3, 2_000) }, 40)).toEqual([
    'Today',
    '  p:one: 3 of 2000 requests used',
    '    the day ends 2026-11-25 00:00',
    '      (Asia/Shanghai), in 4 h 0 min',
    '    2000 a day and 60 a minute: as',
    '      published',
    '  Counted here; the provider tells no',
    '    count of its own.',
  ])
})
