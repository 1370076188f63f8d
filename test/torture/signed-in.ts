/** A state folder with a login at the authorization server in it, made by our own sign-in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseJson5 } from '../../src/stores/files/json5-parse.ts'
import type { AuthorizationServer } from './authorization.ts'
import { hurriedClock } from './moved-clock.ts'
import { openOurs, type Ours } from './ours.ts'
import { PROVIDER, standardPlugin } from './standard-provider.ts'

export async function signInAt(server: AuthorizationServer, folder: string): Promise<void> {
  const ours = await openOurs({ folder, plugin: standardPlugin(server.url), clock: hurriedClock(0), as: 'command' })
  await followSignIn(ours, server)
  await ours.close()
}

export async function followSignIn(ours: Ours, server: AuthorizationServer): Promise<void> {
  const login = await ours.signIn()
  for (;;) {
    const step = await login.next()
    if (step.done) return
    if (step.value.kind === 'code') await server.approve(step.value.url)
  }
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: string
}

/** As models.json holds them. */
export function tokensIn(folder: string): Tokens {
  const { models } = parseJson5(readFileSync(join(folder, 'models.json'), 'utf8')) as {
    readonly models: { readonly providers: Readonly<Record<string, Tokens>> }
  }
  const tokens = models.providers[PROVIDER]
  if (!tokens) throw new Error('models.json holds no tokens')
  return tokens
}
