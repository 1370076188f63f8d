/** The disk fills up between a fresh token's answer and its save: row R-11. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startActor } from './actors.ts'
import { theAuthorizationServer } from './authorization.ts'
import type { Figures } from './figures.ts'
import { signInAt, tokensIn } from './signed-in.ts'
import { smallDisk } from './small-disk.ts'

const LIFETIME_MS = 3_600_000

/** Undefined = no disk can be mounted here. */
export async function savesOnFullDisk(rounds: number): Promise<Figures | undefined> {
  const disk = smallDisk(4_096)
  if (!disk) return undefined
  const server = await theAuthorizationServer()
  const violations: string[] = []
  try {
    await signInAt(server, disk.folder)
    const actor = await startActor({ folder: disk.folder, url: server.url, as: 'gateway', offsetMs: 0 })
    for (let round = 1; round <= rounds; round += 1) {
      await actor.ask({ do: 'clock', offsetMs: round * (LIFETIME_MS + 60_000) })
      await server.order({ orders: [{ kind: 'slow', ms: 300 }] })
      await server.history()
      const asked = actor.ask({ do: 'access' })
      await sleep(200)
      disk.fill()
      const got = await asked
      const wrong = (line: string): void => void violations.push(`round ${round}: ${line}`)
      if (got.kind !== 'token') {
        wrong(`a request failed: ${JSON.stringify(got)}`)
        disk.free()
        continue
      }
      if ((await server.history()).length !== 1) wrong('it was not one redemption')
      const { accessToken } = got
      if (!(await server.accepts(accessToken))) wrong('the token in memory is not good')
      const many = await actor.ask({ do: 'many', times: 20 })
      if (many.kind !== 'many' || many.tokens.some((token) => token !== accessToken))
        wrong('not every request is served from memory')
      if (tokensIn(disk.folder).accessToken === accessToken) wrong('the disk was not full in time')
      const told = await actor.ask({ do: 'told' })
      if (told.kind !== 'told' || !told.lines.some((line) => line.includes('not saved yet'))) wrong('nobody is told')
      disk.free()
      const deadline = performance.now() + 20_000
      while (tokensIn(disk.folder).accessToken !== accessToken && performance.now() < deadline) await sleep(50)
      if (tokensIn(disk.folder).accessToken !== accessToken)
        wrong('the login was lost: it was not saved when there was room')
      await sleep(100)
      const later = await actor.ask({ do: 'told' })
      if (later.kind !== 'told' || later.lines.length > 0) wrong(`still told: ${JSON.stringify(later)}`)
    }
    await actor.end()
  } finally {
    disk.remove()
  }
  return { cases: rounds, lost: violations.filter((line) => line.includes('lost')).length, violations }
}
