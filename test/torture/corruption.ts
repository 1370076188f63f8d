/** Files that were damaged before we start: settings, credentials, state.db with its WAL (row C-06). */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpenClawError } from '../../src/core/errors.ts'
import type { AttemptRow, State } from '../../src/core/ports.ts'
import { FileError } from '../../src/stores/files/file-errors.ts'
import { Json5SyntaxError } from '../../src/stores/files/json5-syntax-error.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { systemClock } from '../../src/system/clock.ts'
import { seeded, type Seeded } from '../catalogue/support/seeded.ts'
import { quickFolder } from '../support/quick-folder.ts'
import type { Figures } from './figures.ts'
import { startInstantServer } from './instant-server.ts'
import { hurriedClock } from './moved-clock.ts'
import { openOurs } from './ours.ts'
import { PROFILE, PROVIDER, standardPlugin } from './standard-provider.ts'

export interface CorruptionWish {
  readonly inputs: number
  readonly seed: number
}

/** A damaged text or file of the good one. */
type Damage = (good: Buffer, random: Seeded) => Buffer

const DAMAGES: readonly [Damage, ...Damage[]] = [
  (good, random) => flipped(good, random, 1),
  (good, random) => flipped(good, random, 1 + random.below(8)),
  (good, random) => good.subarray(0, random.below(good.length)),
  (good, random) => zeroed(good, random),
  (good) => Buffer.alloc(good.length),
  () => Buffer.alloc(0),
  (good, random) => Buffer.concat([good.subarray(random.below(good.length)), good]),
]

function flipped(good: Buffer, random: Seeded, times: number): Buffer {
  const bad = Buffer.from(good)
  for (let time = 0; time < times; time += 1) {
    const at = random.below(bad.length)
    bad[at] = (bad[at] ?? 0) ^ (1 << random.below(8))
  }
  return bad
}

function zeroed(good: Buffer, random: Seeded): Buffer {
  const bad = Buffer.from(good)
  const at = random.below(bad.length)
  return bad.fill(0, at, Math.min(bad.length, at + 1 + random.below(4_096)))
}

/** Damaged texts are met side by side, in folders of their own. */
const LANES = 8

export async function corruptions({ inputs, seed }: CorruptionWish): Promise<Figures> {
  const random = seeded(seed)
  const violations: string[] = []
  const texts = Math.ceil(inputs * 0.8)
  violations.push(...(await damagedTexts(texts, random)), ...(await damagedState(inputs - texts, random)))
  return {
    cases: inputs,
    lost: violations.filter((line) => line.includes('lost')).length,
    violations: violations.map((line) => `seed ${seed}: ${line}`),
  }
}

/** Either file, by turns: it is read for what it still says, or refused with its place; what cannot be read stays as it is. */
async function damagedTexts(inputs: number, random: Seeded): Promise<readonly string[]> {
  const folder = quickFolder()
  const server = await startInstantServer()
  const good = {
    'openclaw.json': Buffer.from(
      '// mine\n{\n  "language": "zh-CN", /* so */\n  "agents": { "defaults": { "model": "standard/m" } }\n}\n',
    ),
    'models.json': Buffer.from(
      JSON.stringify(
        {
          models: {
            providers: {
              [PROVIDER]: { accessToken: 'at-1', refreshToken: 'rt-1', expiresAt: '2020-01-01T00:00:00.000Z' },
            },
          },
          auth: { profiles: { [PROFILE]: { provider: PROVIDER, mode: 'oauth' } } },
        },
        null,
        2,
      ),
    ),
  }
  const damaged = Array.from({ length: inputs }, () => {
    const name = random.pick(['models.json', 'openclaw.json'] as const)
    return { name, bad: random.pick(DAMAGES)(good[name], random) }
  })
  const wrong: string[] = []
  const lane = async (_: unknown, number: number): Promise<void> => {
    const own = join(folder, String(number))
    mkdirSync(own, { mode: 0o700 })
    for (let next = damaged.pop(); next; next = damaged.pop()) {
      const { name, bad } = next
      for (const [each, text] of Object.entries(good)) writeFileSync(join(own, each), text, { mode: 0o600 })
      const path = join(own, name)
      writeFileSync(path, bad)
      const met = await attempts(own, server.url)
      const after = readFileSync(path)
      if (!isKnown(met)) wrong.push(`${name}: ${String(met)}, for ${bad.toString('base64').slice(0, 400)}`)
      // What was refused was not written over, and what was written over is kept.
      if (met !== undefined && !after.equals(bad)) wrong.push(`${name}: it was refused and changed, so that it is lost`)
      if (met === undefined && !after.equals(bad) && !isBlank(bad)) {
        const kept = existsSync(`${path}.bak`) ? readFileSync(`${path}.bak`) : Buffer.alloc(0)
        if (!kept.equals(bad)) wrong.push(`${name}: what was written over is lost`)
      }
    }
  }
  try {
    // A file that was emptied is waited for, as an editor may be about to fill it.
    await Promise.all(Array.from({ length: LANES }, lane))
  } finally {
    server.end()
    rmSync(folder, { recursive: true, force: true })
  }
  return wrong
}

/** All that a start may do with the files: undefined, or what it throws. */
async function attempts(folder: string, url: string): Promise<unknown> {
  for (const suffix of ['', '-wal', '-shm', '-writers'])
    rmSync(join(folder, `state.db${suffix}`), { recursive: true, force: true })
  try {
    const ours = await openOurs({ folder, plugin: standardPlugin(url), clock: hurriedClock(0), as: 'command' })
    try {
      const [provider, profile] = await ours.login(PROFILE).catch(() => [undefined, undefined] as const)
      if (provider && profile) await ours.accounts.access(provider, profile)
      await ours.files.openclawJson.edit(() => [{ kind: 'set', path: ['language'], value: 'en' }])
      const login = await ours.signIn()
      while (!(await login.next()).done);
    } finally {
      await ours.close()
    }
  } catch (error) {
    return error
  }
}

function isKnown(met: unknown): boolean {
  if (met === undefined || met instanceof FileError || met instanceof Json5SyntaxError) return true
  return met instanceof OpenClawError && met.code !== 'internal'
}

function isBlank(text: Buffer): boolean {
  return text.toString('utf8').trim() === ''
}

const NOTES = 30

/** It answers, or says that it is damaged; it is not made anew. */
async function damagedState(inputs: number, random: Seeded): Promise<readonly string[]> {
  const folder = quickFolder()
  const good = join(folder, 'good')
  const work = join(folder, 'work')
  const wrong: string[] = []
  mkdirSync(good)
  mkdirSync(work)
  try {
    await goodState(good)
    for (let input = 0; input < inputs; input += 1) {
      rmSync(work, { recursive: true })
      mkdirSync(work)
      mkdirSync(join(work, 'state.db-writers'))
      for (const name of ['state.db', 'state.db-wal']) copyFileSync(join(good, name), join(work, name))
      const name = random.pick(['state.db', 'state.db', 'state.db-wal'])
      const path = join(work, name)
      const bytes = readFileSync(path)
      // The header is a hundred bytes of many thousands, and half of the interest.
      const isHeader = random.below(2) === 0
      const damage = random.pick(DAMAGES)
      const bad = isHeader
        ? Buffer.concat([flipped(bytes.subarray(0, 100), random, 2), bytes.subarray(100)])
        : damage(bytes, random)
      writeFileSync(path, bad)
      // Without its WAL it must be refused where it is empty.
      if (name === 'state.db' && bad.length === 0) rmSync(join(work, 'state.db-wal'))
      const { errors, notes } = await askedOf(join(work, 'state.db'), input)
      for (const error of errors) if (!isKnown(error)) wrong.push(`${name}: ${String(error)}`)
      if (name === 'state.db' && notes === 0 && errors.length === 0) wrong.push(`${name}: all was lost without a word`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return wrong
}

/** With rows in the file, and others in the WAL as a process leaves them that is killed. */
async function goodState(folder: string): Promise<void> {
  const path = join(folder, 'state.db')
  const first = await openInlineState({ path, clock: systemClock })
  for (let note = 0; note < NOTES; note += 1) await filled(first, note)
  await first.close()
  const state = await openInlineState({ path, clock: systemClock })
  for (let note = NOTES; note < NOTES + 5; note += 1) await filled(state, note)
  const copies = ['state.db', 'state.db-wal'].map(
    (name) => [join(folder, name), readFileSync(join(folder, name))] as const,
  )
  await state.close()
  for (const [name, bytes] of copies) writeFileSync(name, bytes)
  if (statSync(join(folder, 'state.db-wal')).size === 0) throw new Error('the WAL holds nothing')
}

async function filled(state: State, note: number): Promise<void> {
  await state.notes.put(`note ${note}`, 'x'.repeat(400))
  await state.ledger.reserve({ row: rowOf(note), account: PROFILE, days: ['2026-03-14'], limit: 1_000_000 })
}

function rowOf(number: number): AttemptRow {
  return {
    attemptId: `attempt ${number}`,
    requestId: 'request',
    provider: PROVIDER,
    model: 'm',
    startedAt: new Date(1_700_000_000_000 + number),
    outcome: 'open',
  }
}

async function askedOf(
  path: string,
  input: number,
): Promise<{ readonly errors: readonly unknown[]; readonly notes: number }> {
  const errors: unknown[] = []
  let notes = 0
  const state = await openInlineState({ path, clock: systemClock, busyMs: 50 })
  const tried = async (work: () => unknown): Promise<void> => {
    try {
      await work()
    } catch (error) {
      errors.push(error)
    }
  }
  for (let note = 0; note < NOTES; note += 1) {
    await tried(async () => {
      if ((await state.notes.get(`note ${note}`)) !== undefined) notes += 1
    })
  }
  await tried(() => state.notes.put('another', 'note'))
  await tried(() =>
    state.ledger.reserve({ row: rowOf(1_000 + input), account: PROFILE, days: ['2026-03-14'], limit: 1_000_000 }),
  )
  await tried(() => state.leases.acquire('key', { holder: 'one', ttlMs: 1_000 }))
  await tried(() => state.requests.query({ limit: 100 }))
  await tried(() => state.view.used(PROFILE, '2026-03-14'))
  await tried(() => state.view.rest('account x'))
  await tried(() => state.close())
  return { errors, notes }
}
