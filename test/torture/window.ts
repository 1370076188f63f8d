/** How long a fresh pair is nowhere but in memory: from the server's answer to the rename that puts it in its file. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startActor } from './actors.ts'
import { theAuthorizationServer } from './authorization.ts'
import { percentile, type Figures } from './figures.ts'
import { signInAt } from './signed-in.ts'

const LIFETIME_MS = 3_600_000

/** On a disk, with what its fsync costs. */
export async function unsavedWindow(renewals: number): Promise<Figures> {
  const server = await theAuthorizationServer()
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-window-'))
  const violations: string[] = []
  const windowsMs: number[] = []
  try {
    await signInAt(server, folder)
    const actor = await startActor({ folder, url: server.url, as: 'gateway', offsetMs: 0 })
    for (let renewal = 1; renewal <= renewals; renewal += 1) {
      await actor.ask({ do: 'clock', offsetMs: renewal * (LIFETIME_MS + 1_000) })
      await server.history()
      const got = await actor.ask({ do: 'access' })
      const [shown] = await server.history()
      if (got.kind !== 'token' || !shown) violations.push(`renewal ${renewal}: ${JSON.stringify(got)}`)
      // A rename changes the file's ctime.
      else windowsMs.push(statSync(join(folder, 'models.json')).ctimeMs - shown.atMs)
    }
    await actor.kill()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const [half, most] = [percentile(windowsMs, 0.5), percentile(windowsMs, 0.99)].map((ms) => ms.toFixed(1))
  return { cases: renewals, lost: 0, violations, note: `window p50 ${half} ms, p99 ${most} ms` }
}
