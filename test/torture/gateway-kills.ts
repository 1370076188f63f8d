/** A gateway killed at random moments under load: chat, renewals, changes of the settings, counts (row C-01). */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownTexts } from '../../src/stores/files/own-texts.ts'
import { settingsFile } from '../../src/stores/files/settings-file.ts'
import { lockByLease } from '../../src/stores/lock-by-lease.ts'
import { openInlineState } from '../../src/stores/sqlite/inline.ts'
import { systemClock } from '../../src/system/clock.ts'
import { seeded } from '../catalogue/support/seeded.ts'
import { freePort, newHouse, type EmulatorHandle, type House } from '../journeys/support/house.ts'
import type { Figures } from './figures.ts'
import { deviceLogin } from './outside-logins.ts'
import { brokenIn } from './wholeness.ts'

export interface GatewayKillsWish {
  readonly kills: number
  readonly seed: number
}

interface World {
  readonly house: House
  readonly emulator: EmulatorHandle
  readonly token: string
  readonly seed: number
}

/** Renewed by each gateway that starts, and each second after. */
const LIFETIME_S = 2
const LANES = 4
const LONGEST_LIFE_MS = 200
const ACCOUNT = 'qwen-portal:default'

export async function gatewayKills({ kills, seed }: GatewayKillsWish): Promise<Figures> {
  const random = seeded(seed)
  const house = newHouse()
  const violations: string[] = []
  let told = 0
  let answers = 0
  try {
    const emulator = await house.emulator(['--interval', '0'])
    settle(house, emulator)
    await emulator.order('device', { accessTokenSeconds: LIFETIME_S })
    await emulator.order('limit', { perDay: 1_000_000 })
    await plantLogin(house, emulator)
    const token = (await house.run(['gateway', 'token'])).stdout.trim()
    const world: World = { house, emulator, token, seed }
    // The last life finds out what the last kill has left.
    for (let kill = 1; kill <= kills + 1; kill += 1) {
      const wrong = (line: string): void => void violations.push(`seed ${seed}, kill ${kill}: ${line}`)
      const life = await oneLife(world, random.below(LONGEST_LIFE_MS))
      answers += life.acknowledged.length
      if (life.login === 'told') told += 1
      if (life.login === 'lost') wrong(`the login was lost, and nobody was told: ${life.words}`)
      for (const line of [...(await brokenIn(house.stateFolder)), ...missingIn(house, life.acknowledged)]) wrong(line)
      if (life.login !== 'alive') await house.signIn(emulator)
    }
    violations.push(...(await undercounted(world)))
  } finally {
    await house.leave()
  }
  const lost = violations.filter((line) => /lost|missing/.test(line)).length
  return { cases: kills, lost, told, violations, note: `${answers} answers acknowledged` }
}

function settle(house: House, { url, portal, backup }: EmulatorHandle): void {
  const quota = { requestsPerDay: 1_000_000 }
  house.settings({
    models: { providers: { 'qwen-portal': { baseUrl: portal, oauthBaseUrl: url, quota }, backup } },
    agents: { defaults: { model: { primary: 'qwen-portal/coder-model', fallbacks: ['backup/backup-model'] } } },
    plugins: { entries: { 'qwen-portal-auth': { enabled: true } } },
  })
}

/** As a sign-in leaves it, which takes two seconds. */
async function plantLogin({ stateFolder }: House, { url }: EmulatorHandle): Promise<void> {
  const { access_token: accessToken, refresh_token: refreshToken } = await deviceLogin(url)
  const expiresAt = new Date(Date.now() + LIFETIME_S * 1_000)
  const models = {
    models: { providers: { 'qwen-portal': { accessToken, refreshToken, expiresAt } } },
    auth: { profiles: { [ACCOUNT]: { provider: 'qwen-portal', mode: 'oauth' } } },
  }
  writeFileSync(join(stateFolder, 'models.json'), JSON.stringify(models), { mode: 0o600 })
}

interface Life {
  /** Requests that were counted, and answered to the end. */
  readonly acknowledged: readonly string[]
  /** As the gateway before has left it. */
  readonly login: 'alive' | 'told' | 'lost'
  readonly words: string
}

async function oneLife(world: World, killAfterMs: number): Promise<Life> {
  const { house } = world
  const port = await freePort()
  const gateway = house.start(['gateway', 'run', '--port', String(port)])
  await gateway.says(/Gateway listening/)
  const acknowledged: string[] = []
  const ask = async (fallback: 'on' | 'off'): Promise<Response> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.token}`, 'x-openclaw-fallback': fallback },
      body: JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'x' }] }),
    })
    const isCounted = answer.headers.get('x-openclaw-model')?.startsWith('qwen-portal/')
    if (answer.ok && isCounted && (await answer.clone().text()) !== '')
      acknowledged.push(answer.headers.get('x-request-id') ?? '')
    return answer
  }
  // A renewal that died with its gateway leaves a lease behind, which is waited for.
  const first = await ask('off')
  const words = first.ok ? '' : await first.text()
  const login = first.ok ? 'alive' : await toldOf(house)
  const over = new AbortController()
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted) await ask('on').catch(() => undefined) // it was killed
  }
  const lanes = [...Array.from({ length: LANES }, lane), changes(house, over.signal)]
  await sleep(killAfterMs)
  gateway.child.kill('SIGKILL')
  await gateway.ended
  over.abort()
  await Promise.all(lanes)
  return { acknowledged, login, words }
}

/** Somebody changes the settings all the time. */
async function changes(house: House, over: AbortSignal): Promise<void> {
  const state = await openInlineState({ path: join(house.stateFolder, 'state.db'), clock: systemClock })
  const file = settingsFile(
    join(house.stateFolder, 'openclaw.json'),
    lockByLease(state.leases, systemClock, 'a person'),
    ownTexts(() => Promise.resolve(state.notes)),
  )
  for (let change = 0; !over.aborted; change += 1) {
    await file.edit(() => [
      {
        kind: 'set',
        path: ['models', 'aliases', `a${change % 5}`],
        value: change % 2 ? 'qwen-portal/coder-model' : 'backup/backup-model',
      },
    ])
    await sleep(30)
  }
  await state.close()
}

/** A login that does not serve, as status tells it. */
async function toldOf(house: House): Promise<'told' | 'lost'> {
  const { stdout } = await house.run(['models', 'status', '--json'])
  const { auth } = JSON.parse(stdout) as {
    readonly auth: { readonly profiles: Readonly<Record<string, { readonly state: string; readonly reason?: string }>> }
  }
  const { state, reason = '' } = auth.profiles[ACCOUNT] ?? { state: 'none' }
  return state === 'needs-login' && reason !== '' ? 'told' : 'lost'
}

function missingIn(house: House, acknowledged: readonly string[]): readonly string[] {
  const database = new DatabaseSync(join(house.stateFolder, 'state.db'))
  const known = new Set(
    database
      .prepare('SELECT request_id AS id FROM attempts')
      .all()
      .map(({ id }) => id),
  )
  database.close()
  return acknowledged.filter((id) => !known.has(id)).map((id) => `the row of ${id} is missing`)
}

/** What was sent was counted before: never less than the provider counts. */
async function undercounted({ house, emulator, seed }: World): Promise<readonly string[]> {
  const theirs = (await emulator.state()).accounts.reduce((sum, { used }) => sum + used, 0)
  const database = new DatabaseSync(join(house.stateFolder, 'state.db'))
  const ours = Number(database.prepare('SELECT sum(used) AS used FROM counts WHERE account = ?').get(ACCOUNT)?.['used'])
  database.close()
  return ours >= theirs ? [] : [`seed ${seed}: we counted ${ours}, and the provider ${theirs}`]
}
