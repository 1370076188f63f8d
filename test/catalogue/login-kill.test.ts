/** G-08: SIGKILL at the writes between the token answer and the end of a login: the old login or the new one, whole. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parseJson5 } from '../../src/stores/files/json5-parse.ts'
import { startPortal } from '../../src/accounts/emulator.fixture.ts'
import { openHouse, PROFILE, PROVIDER, signedIn } from '../../src/accounts/house.fixture.ts'
import { children, removeChildren } from '../torture/child-files.ts'
import { sizeOf } from './sizes.ts'

const portal = await startPortal()
const { file: program, environment: env } = await children()
afterAll(removeChildren)

/** There are some more of them. */
const WRITES = 48
/** Each of them, or some that are others on another day. */
const STEP = Math.max(1, Math.floor(WRITES / sizeOf('G-08')))
const FIRST = 1 + (Math.floor(Date.now() / 86_400_000) % STEP)

interface Outcome {
  readonly killed: boolean
  readonly said: string
  readonly models: string
  readonly settings: string
}

function killedAt(nth: number, before: { readonly folder: string }): Promise<Outcome> {
  const folder = join(before.folder, `kill-${nth}`)
  mkdirSync(folder)
  for (const name of ['openclaw.json', 'models.json']) copyFileSync(join(before.folder, name), join(folder, name))
  return new Promise((done) => {
    const words = ['--no-warnings', program('login-kill-child'), folder, portal.url, String(nth)]
    execFile(process.execPath, words, { env }, (error, said, complaint) => {
      if (error && error.signal !== 'SIGKILL') throw new Error(complaint, { cause: error })
      const [models, settings] = ['models.json', 'openclaw.json'].map((name) =>
        readFileSync(join(folder, name), 'utf8'),
      )
      done({ killed: error !== null, said, models: models ?? '', settings: settings ?? '' })
    })
  })
}

it(
  'G-08 leaves the old pair or the new one when a login is killed, and a good one in either case',
  { timeout: 240_000 },
  async () => {
    const house = openHouse(portal)
    const process_ = await house.open()
    await signedIn(portal, process_, { email: 'me@x.org', label: 'old' })
    const old = house.models().models.providers[PROVIDER]
    const outcomes: Outcome[] = []
    for (let nth = FIRST; outcomes.at(-1)?.killed !== false; nth += 4 * STEP) {
      // The last of them live to the end: they have fewer writes than that.
      const lane = await Promise.all([0, 1, 2, 3].map((more) => killedAt(nth + more * STEP, house)))
      outcomes.push(...lane.toSorted((a, b) => Number(b.killed) - Number(a.killed)))
    }
    expect(outcomes.filter(({ killed }) => killed).length).toBeGreaterThanOrEqual(WRITES / STEP)

    let news = 0
    for (const { killed, said, models, settings } of outcomes) {
      const file = parseJson5(models) as ReturnType<typeof house.models>
      const pair = file.models.providers[PROVIDER]
      const isNew = pair.accessToken !== old.accessToken
      news += Number(isNew)
      expect(pair.refreshToken === old.refreshToken).toBe(!isNew)
      expect(pair.expiresAt === old.expiresAt).toBe(!isNew)
      expect(file.auth.profiles[PROFILE]).toMatchObject({ email: 'me@x.org', label: isNew ? 'new' : 'old' })
      expect(await portal.accepts(pair.accessToken)).toBe(true)
      // It never said that it was signed in when it was not; openclaw.json is the old text or the new one, too.
      expect(said).toBe(killed ? '' : 'signed in\n')
      if (!killed) expect(isNew).toBe(true)
      expect(parseJson5(settings)).toMatchObject({ models: { aliases: { qwen: 'qwen-portal/coder-model' } } })
      expect(settings).toContain('/* the stand-in */')
    }
    expect(news).toBeGreaterThan(1)
    expect(news).toBeLessThan(outcomes.length)
  },
)
