/** G-08: SIGKILL at every write between the token answer and the end of a login: the old login or the new one, whole. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { parseJson5 } from '../../src/stores/files/json5-parse.ts'
import { startPortal } from '../../src/accounts/emulator.fixture.ts'
import { openHouse, PROFILE, PROVIDER, signedIn } from '../../src/accounts/house.fixture.ts'

const portal = await startPortal()
const CHILD = resolve(import.meta.dirname, 'fixtures/login-kill-child.ts')

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
    execFile(process.execPath, [CHILD, folder, portal.url, String(nth)], (error, said, complaint) => {
      if (error && error.signal !== 'SIGKILL') throw new Error(complaint, { cause: error })
      const [models, settings] = ['models.json', 'openclaw.json'].map((name) =>
        readFileSync(join(folder, name), 'utf8'),
      )
      done({ killed: error !== null, said, models: models ?? '', settings: settings ?? '' })
    })
  })
}

it(
  'a login that is killed leaves the old pair or the new one, and a good one in either case',
  { timeout: 240_000 },
  async () => {
    const house = openHouse(portal)
    const process_ = await house.open()
    await signedIn(portal, process_, { email: 'me@x.org', label: 'old' })
    const old = house.models().models.providers[PROVIDER]
    const outcomes: Outcome[] = []
    for (let nth = 1; outcomes.at(-1)?.killed !== false; nth += 4) {
      // The last of them live to the end: they have fewer writes than that.
      const lane = await Promise.all([0, 1, 2, 3].map((more) => killedAt(nth + more, house)))
      outcomes.push(...lane.toSorted((a, b) => Number(b.killed) - Number(a.killed)))
    }
    expect(outcomes.filter(({ killed }) => killed).length).toBeGreaterThan(20)

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
