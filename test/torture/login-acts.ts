/** Acts on logins as ways to save (a rename, a logout, an import): what they begin with, and what the same command ends. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resultOf } from '../../src/control/contract.ts'
import { importLogins } from '../../src/control/login-import.ts'
import { logOut } from '../../src/control/logout.ts'
import { renameLogin } from '../../src/control/rename-login.ts'
import { lastRefresh } from '../../src/accounts/refresh-times.ts'
import type { AttemptRow } from '../../src/core/ports.ts'
import type { Ours } from './ours.ts'
import { PROFILE, PROVIDER } from './standard-provider.ts'
import { textsIn, type Texts } from './wholeness.ts'

export const ACTS = ['rename', 'logout', 'import'] as const
export type Act = (typeof ACTS)[number]

export const isAct = (way: string): way is Act => ACTS.some((act) => act === way)

const OFFICE = `${PROVIDER}:office`
const DAY = '2026-03-14'
const RENEWED = '2026-03-14T11:00:00.000Z'
const EXPIRES = '2100-01-01T00:00:00.000Z'
const PAIR = { accessToken: 'at-mine', refreshToken: 'rt-mine', expiresAt: EXPIRES }
/** Somebody else's login must not be touched. */
const OTHERS = { accessToken: 'other-at', refreshToken: 'other-rt', expiresAt: EXPIRES }
const SETTINGS = `// mine
{ "language": "zh-CN" /* so */, "auth": { "order": { "${PROVIDER}": ["${PROFILE}"] } } }
`

/** The files as they are before the act, whatever an earlier one made of them. */
export function prepareAct(act: Act, folder: string): void {
  const isThere = act !== 'import'
  const entry = { provider: PROVIDER, mode: 'oauth', label: 'Mine' }
  const models = {
    models: { providers: { ...(isThere && { [PROVIDER]: PAIR }), other: OTHERS } },
    auth: {
      profiles: { ...(isThere && { [PROFILE]: entry }), 'other:default': { provider: 'other', mode: 'oauth' } },
    },
  }
  const { accessToken: access, refreshToken: refresh } = PAIR
  const theirs = { type: 'oauth', provider: PROVIDER, access, refresh, expires: Date.parse(EXPIRES) }
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 })
  put('openclaw.json', SETTINGS)
  put('models.json', JSON.stringify(models, null, 2))
  if (act === 'import') put('theirs.json', JSON.stringify({ profiles: { [PROFILE]: theirs } }))
}

/** What is known of the login beside the files. */
export async function countBefore(act: Act, { state }: Ours): Promise<void> {
  if (act !== 'rename') return
  const row: AttemptRow = {
    attemptId: `attempt-${process.pid}-${process.hrtime.bigint()}`,
    requestId: 'request-1',
    provider: PROVIDER,
    model: 'm',
    profile: PROFILE,
    startedAt: new Date(`${DAY}T12:00:00Z`),
    outcome: 'open',
  }
  await state.ledger.reserve({ row, account: PROFILE, days: [DAY], limit: 1_000_000 })
  await state.notes.put(`last-refresh ${PROFILE}`, RENEWED)
}

export async function acted(act: Act, ours: Ours): Promise<void> {
  const means = await ours.acts()
  switch (act) {
    case 'rename':
      await resultOf(renameLogin({ profile: PROFILE, name: 'office' }, means))
      return
    case 'logout':
      await resultOf(logOut({ profile: PROFILE, forget: false, server: 'told' }, means))
      return
    case 'import': {
      const wish = { from: 'openclaw', path: join(ours.folder, 'theirs.json'), dryRun: false, copy: false }
      const providers = [...means.setup.providers.values()]
      await resultOf(importLogins(wish, { setup: means.setup, providers, modelsJson: means.modelsJson }))
    }
  }
}

/** Whatever became of the act: its secrets are whole, in one place, and nothing else has changed. */
export function changedByAct(act: Act, after: Texts): readonly string[] {
  const wrong: string[] = []
  const models = after['models.json']
  const [access, refresh] = [timesIn(models, PAIR.accessToken), timesIn(models, PAIR.refreshToken)]
  if (access !== refresh || access > 1) wrong.push(`the tokens stand there ${access} and ${refresh} times`)
  if (act === 'rename' && access !== 1) wrong.push('the login was lost')
  if (act !== 'import' && timesIn(models, '"Mine"') !== 1) wrong.push('the label was lost')
  if (timesIn(models, OTHERS.refreshToken) !== 1) wrong.push('another login was lost')
  const settings = after['openclaw.json']
  const isWhole = [PROFILE, OFFICE].some((id) => settings === SETTINGS.replace(PROFILE, id))
  if (!isWhole) wrong.push(`openclaw.json is neither old nor new: ${settings}`)
  return wrong
}

/** The same command ends what it began; what is then not as it should be. */
export async function endedAct(act: Act, ours: Ours): Promise<readonly string[]> {
  const { settings } = (await ours.acts()).setup
  if (act === 'import' || settings.profiles.get(PROFILE)?.credential) await acted(act, ours)
  const after = textsIn(ours.folder)
  const wrong = [...changedByAct(act, after)]
  const standing = timesIn(after['models.json'], PAIR.refreshToken)
  if (act === 'logout' && standing !== 0) wrong.push('it is signed in still')
  if (act === 'import' && standing !== 1) wrong.push('it was not taken over')
  return act === 'rename' ? [...wrong, ...(await leftUnderOldName(ours))] : wrong
}

async function leftUnderOldName(ours: Ours): Promise<readonly string[]> {
  const { state } = ours
  const { profiles, profileOrder } = (await ours.acts()).setup.settings
  const wrong: string[] = []
  if (profiles.has(PROFILE) || !profiles.get(OFFICE)?.credential) wrong.push('it has its old name still')
  if (profileOrder.get(PROVIDER)?.join() !== OFFICE) wrong.push('the order names another')
  const counted = (await state.ledger.counts(DAY)).filter(({ used }) => used > 0)
  if (counted.map(({ account }) => account).join() !== OFFICE) wrong.push(`counted: ${JSON.stringify(counted)}`)
  if ((await lastRefresh(OFFICE, state.notes)) !== RENEWED) wrong.push('its last renewal was forgotten')
  return wrong
}

function timesIn(text: string, part: string): number {
  return text.split(part).length - 1
}
