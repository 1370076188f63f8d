/** The folder that a way to save works on: as it is before, and what it may be afterwards. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuthorizationServer } from './authorization.ts'
import { changedByAct, isAct, prepareAct } from './login-acts.ts'
import { signInAt } from './signed-in.ts'
import type { Way } from './ways.ts'
import type { Texts } from './wholeness.ts'

interface Saving {
  readonly way: Way
  readonly folder: string
  readonly server: AuthorizationServer
}

const OTHERS = { accessToken: 'other-at', refreshToken: 'other-rt', expiresAt: '2100-01-01T00:00:00.000Z' }

/** As it is before the first save. */
export async function prepareFolder({ way, folder, server }: Saving): Promise<void> {
  if (isAct(way)) return prepareAct(way, folder)
  writeFileSync(join(folder, 'openclaw.json'), '// mine\n{ "language": "zh-CN" /* so */ }\n', { mode: 0o600 })
  if (way !== 'login') return signInAt(server, folder)
  // Somebody else's login must not be touched.
  const models = {
    models: { providers: { other: OTHERS } },
    auth: { profiles: { 'other:default': { provider: 'other', mode: 'oauth' } } },
  }
  writeFileSync(join(folder, 'models.json'), JSON.stringify(models, null, 2), { mode: 0o600 })
}

/** A file is as it was, or as this way to save makes it. */
export function changedBeyond(before: Texts, after: Texts, way: Way): readonly string[] {
  if (isAct(way)) return changedByAct(way, after)
  const wrong: string[] = []
  const blind = (text: string): string =>
    text.replaceAll(/("(?:accessToken|refreshToken|expiresAt)": ?)"[^"]*"/g, '$1""')
  if (way === 'refresh' && blind(before['models.json']) !== blind(after['models.json']))
    wrong.push('models.json changed beyond its tokens')
  if (way !== 'login' && way !== 'refresh' && before['models.json'] !== after['models.json'])
    wrong.push('models.json changed')
  if (way === 'login' && !after['models.json'].includes(OTHERS.refreshToken)) wrong.push('another login was lost')
  if (
    way === 'login' &&
    /"standard": \{/.test(after['models.json']) &&
    !/"refreshToken": "rt-\d+"/.test(after['models.json'])
  ) {
    wrong.push('half a login was saved')
  }
  const settings = ['language": "zh-CN"', 'language": "en"']
  if (!settings.some((each) => after['openclaw.json'].includes(each)) || !after['openclaw.json'].includes('/* so */')) {
    wrong.push(`openclaw.json is neither old nor new: ${after['openclaw.json']}`)
  }
  return wrong
}
