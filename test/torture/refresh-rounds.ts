/** Many processes of ours that find one token expired at the same moment, round after round: rows. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { quickFolder } from '../support/quick-folder.ts'
import { startActor, type Actor } from './actors.ts'
import { theAuthorizationServer } from './authorization.ts'
import type { Figures } from './figures.ts'
import { signInAt, tokensIn } from './signed-in.ts'

export interface RoundsWish {
  readonly rounds: number
  readonly actors: number
  /** `linked` = each process has a state folder of its own, whose models.json leads to one file. */
  readonly folders: 'one' | 'linked'
  /** How many requests each process has at that moment. */
  readonly requests?: number
}

const LIFETIME_MS = 3_600_000

export async function refreshRounds({ rounds, actors: count, folders, requests = 1 }: RoundsWish): Promise<Figures> {
  const server = await theAuthorizationServer()
  const folder = quickFolder()
  const actors: Actor[] = []
  const violations: string[] = []
  let slowestMs = 0
  try {
    const home = join(folder, 'home')
    mkdirSync(home, { mode: 0o700 })
    await signInAt(server, home)
    await server.history()
    actors.push(
      ...(await Promise.all(
        Array.from({ length: count }, (_, index) =>
          startActor({
            folder: folders === 'one' ? home : linkedFolder(folder, index),
            url: server.url,
            // One gateway, and commands beside it; where folders differ each may have its own.
            as: index === 0 || (folders === 'linked' && index === 1) ? 'gateway' : 'command',
            offsetMs: 0,
          }),
        ),
      )),
    )
    for (let round = 1; round <= rounds; round += 1) {
      const offsetMs = round * (LIFETIME_MS + 1_000)
      await Promise.all(actors.map((actor) => actor.ask({ do: 'clock', offsetMs })))
      const began = performance.now()
      const answers = await Promise.all(actors.map((actor) => actor.ask({ do: 'many', times: requests })))
      slowestMs = Math.max(slowestMs, performance.now() - began)
      const tokens = new Set(answers.flatMap((answer) => (answer.kind === 'many' ? answer.tokens : [answer.kind])))
      const inFile = tokensIn(home)
      const shown = (await server.history()).map(({ outcome }) => outcome)
      if (shown.join() !== 'redeemed')
        violations.push(`round ${round}: refresh tokens were ${shown.join(', ') || 'not shown'}`)
      if (tokens.size !== 1 || !tokens.has(inFile.accessToken))
        violations.push(`round ${round}: the processes do not agree`)
      if (!(await server.accepts(inFile.accessToken))) violations.push(`round ${round}: the token is not good`)
    }
  } finally {
    await Promise.all(actors.map((actor) => actor.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  return { cases: rounds, lost: violations.length, violations, note: `slowest round ${slowestMs.toFixed(0)} ms` }
}

/** The first leads there by its folder, the others by the file. */
function linkedFolder(folder: string, index: number): string {
  const own = join(folder, `state ${index}`)
  if (index === 0) symlinkSync(join(folder, 'home'), own)
  else {
    mkdirSync(own, { mode: 0o700 })
    symlinkSync(join(folder, 'home', 'models.json'), join(own, 'models.json'))
  }
  return own
}
