/** Another program's file is read as it is found, however it is found, and written back with all that is not ours in it. */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sizeOf } from '../../test/catalogue/sizes.ts'
import { seeded } from '../../test/catalogue/support/seeded.ts'
import { Secret } from '../core/secret.ts'
import { qwenCode } from '../plugins/qwen-portal/qwen-code.ts'
import { fakeClock, type FakeClock } from './fake-clock.fixture.ts'
import { openOutsideFile, type OutsideFile, type Seen } from './outside-file.ts'
import { outsidePath } from './outside-path.ts'

const EXPIRES = Date.parse('2026-03-14T18:00:00Z')
const MEMBERS = {
  access_token: 'at-1',
  token_type: 'Bearer',
  refresh_token: 'rt-1',
  resource_url: 'portal.qwen.ai',
  expiry_date: EXPIRES,
}
const TEXT = JSON.stringify(MEMBERS, null, 2)
const NEXT = {
  kind: 'oauth' as const,
  accessToken: new Secret('at-2'),
  refreshToken: new Secret('rt-2'),
  expiresAt: new Date(EXPIRES + 21_600_000),
}

interface Given {
  readonly path: string
  readonly clock: FakeClock
  readonly file: OutsideFile
}

/** `onSleep` = what another program does while its file is waited for. */
function given(text: string | null = TEXT, onSleep: (path: string) => void = () => undefined): Given {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw 外 '))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'oauth_creds.json')
  if (text !== null) writeFileSync(path, text, { mode: 0o600 })
  const clock = fakeClock(undefined, async () => onSleep(path))
  return { path, clock, file: openOutsideFile(qwenCode, path, clock) }
}

const tokenIn = (seen: Seen): string => (seen.kind === 'pair' ? seen.credential.accessToken.reveal() : seen.kind)

describe('a look', () => {
  it('finds the pair, and gives the same object as long as the pair is the same', async () => {
    const { file, path } = given()
    const first = await file.lookNow()
    expect(first).toMatchObject({
      kind: 'pair',
      credential: { accessToken: 'at-1', refreshToken: 'rt-1', expiresAt: new Date(EXPIRES) },
    })
    utimesSync(path, 1, 1)
    const second = await file.lookNow()
    expect(second.kind === 'pair' && first.kind === 'pair' && second.credential === first.credential).toBe(true)
  })

  it('happens once a second at most, and reads nothing that has not changed', async () => {
    const { file, path, clock } = given()
    await file.look()
    writeFileSync(path, TEXT.replace('at-1', 'at-9'))
    expect(tokenIn(await file.look())).toBe('at-1')
    clock.advance(1_000)
    expect(tokenIn(await file.look())).toBe('at-9')
    const before = file.seen()
    clock.advance(1_000)
    expect(await file.look()).toBe(before)
  })

  it('tells when the file is gone, and when it is back', async () => {
    const { file, path, clock } = given()
    await file.look()
    rmSync(path)
    clock.advance(1_000)
    expect(await file.look()).toMatchObject({ kind: 'absent' })
    writeFileSync(path, TEXT)
    clock.advance(1_000)
    expect(tokenIn(await file.look())).toBe('at-1')
  })

  it.each([
    ['no refresh token', { access_token: 'a', email: 'me@example.com', updated_at: EXPIRES }],
    ['a word in its place', { ...MEMBERS, refresh_token: 'undefined' }],
    ['a control character in a token', { ...MEMBERS, access_token: 'a\nb' }],
    ['an end that is none', { ...MEMBERS, expiry_date: '2026-03-14T18:00:00Z' }],
    ['an end that no date can hold', { ...MEMBERS, expiry_date: 1e18 }],
    ['a list', [MEMBERS]],
  ])('takes %s for no login', async (_, members) => {
    const { file } = given(JSON.stringify(members))
    expect(await file.lookNow()).toMatchObject({
      kind: 'unreadable',
      reason: expect.saying('holds no login of Qwen Code'),
    })
  })

  it('reads no file of more than 64 KiB, and nothing that is no file', async () => {
    const large = given(JSON.stringify({ ...MEMBERS, more: 'x'.repeat(65_536) }))
    expect(await large.file.lookNow()).toMatchObject({ kind: 'unreadable' })
    const folder = given(null)
    symlinkSync(dirname(folder.path), folder.path)
    expect(await folder.file.lookNow()).toMatchObject({ kind: 'unreadable', reason: expect.saying('a folder') })
  })
})

describe('a file that is being written', () => {
  it('is waited for, three times a quarter of a second', async () => {
    let waits = 0
    const { file, clock } = given(TEXT.slice(0, 40), (path) => {
      waits += 1
      if (waits === 2) writeFileSync(path, TEXT)
    })
    expect(tokenIn(await file.lookNow())).toBe('at-1')
    expect(clock.slept).toEqual([250, 250])
  })

  it('is left alone when it stays broken, and not waited for again until somebody touches it', async () => {
    const { file, path, clock } = given('')
    expect(await file.lookNow()).toMatchObject({ kind: 'unreadable' })
    expect(clock.slept).toEqual([250, 250, 250])
    await file.lookNow()
    expect(clock.slept).toHaveLength(3)
    writeFileSync(path, TEXT)
    expect(tokenIn(await file.lookNow())).toBe('at-1')
  })

  it('R-21 loses nothing, wherever it is cut and whatever is in it: no pair is made up, and the file stays', async () => {
    const { file, path } = given()
    const whole = Buffer.from(TEXT)
    const chance = seeded(21)
    const cuts = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length))
    const flips = Array.from({ length: sizeOf('R-21') }, () => {
      const flipped = Buffer.from(whole)
      for (let times = 1 + chance.below(4); times > 0; times -= 1)
        flipped[chance.below(flipped.length)] = chance.below(256)
      return flipped
    })
    for (const bytes of [...cuts, ...flips]) {
      writeFileSync(path, bytes)
      const seen = await file.lookNow()
      expect(readFileSync(path).equals(bytes)).toBe(true)
      if (cuts.includes(bytes)) expect(seen.kind).toBe('unreadable')
      if (seen.kind !== 'pair') continue
      // What is still a login is the one that stands there, as any JSON reader has it.
      const members = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>
      expect(seen.credential).toMatchObject({
        accessToken: members['access_token'],
        refreshToken: members['refresh_token'],
      })
    }
  })
})

describe('a fresh pair', () => {
  it('goes in with all that stood beside the old one, for the owner alone', async () => {
    const { file, path } = given(JSON.stringify({ id_token: 'id', ...MEMBERS, theirs: { keep: [1] } }))
    chmodSync(path, 0o644)
    expect(await file.replace(() => NEXT)).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe(
      JSON.stringify(
        {
          id_token: 'id',
          access_token: 'at-2',
          token_type: 'Bearer',
          refresh_token: 'rt-2',
          resource_url: 'portal.qwen.ai',
          expiry_date: EXPIRES + 21_600_000,
          theirs: { keep: [1] },
        },
        null,
        2,
      ),
    )
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['oauth_creds.json'])
    expect(tokenIn(file.seen() ?? { kind: 'absent' })).toBe('at-2')
  })

  it('R-20 makes the file newer than it was, though the clock on the wall was set back', async () => {
    for (let hours = 1; hours <= sizeOf('R-20'); hours += 1) {
      const { file, path, clock } = given()
      const laterS = (clock.now().getTime() + hours * 3_600_000 + 0.4) / 1_000
      utimesSync(path, laterS, laterS)
      const before = statSync(path).mtimeMs
      await file.replace(() => NEXT)
      expect(statSync(path).mtimeMs).toBeGreaterThan(before)
      expect(statSync(path).mtimeMs - before).toBeLessThan(2)
    }
  })

  it('leaves what another program wrote at the same moment, and is asked about that', async () => {
    const { file, path } = given()
    const asked: string[] = []
    const written = await file.replace((seen) => {
      asked.push(tokenIn(seen))
      // Between our look and our rename.
      if (asked.length === 1) writeFileSync(path, TEXT.replace('at-1', 'at-theirs'))
      return asked.length === 1 ? NEXT : undefined
    })
    expect({ asked, written }).toEqual({ asked: ['at-1', 'at-theirs'], written: false })
    expect(readFileSync(path, 'utf8')).toContain('at-theirs')
  })

  it('follows a link of the person’s, and leaves it one', async () => {
    const { file, path } = given(null)
    writeFileSync(`${path}.real`, TEXT)
    symlinkSync(`${path}.real`, path)
    await file.replace(() => NEXT)
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readFileSync(`${path}.real`, 'utf8')).toContain('at-2')
  })
})

describe('the place', () => {
  const at = (environment: Record<string, string>, file?: string): string =>
    outsidePath(qwenCode, file === undefined ? {} : { file }, { HOME: '/home/me', ...environment })
  it('is the program’s own, moved by its variable, and by what the settings say', () => {
    expect(at({})).toBe('/home/me/.qwen/oauth_creds.json')
    expect(at({ QWEN_HOME: '' })).toBe('/home/me/.qwen/oauth_creds.json')
    expect(at({ QWEN_HOME: '/srv/qwen' })).toBe('/srv/qwen/oauth_creds.json')
    expect(at({ QWEN_HOME: '~/elsewhere' })).toBe('/home/me/elsewhere/oauth_creds.json')
    expect(at({ QWEN_HOME: 'here' })).toBe(join(process.cwd(), 'here/oauth_creds.json'))
    expect(at({ QWEN_HOME: '/srv/qwen' }, '~/kept.json')).toBe('/home/me/kept.json')
  })
})
