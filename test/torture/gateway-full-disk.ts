/** A gateway whose state folder has no room left: row C-03. */
import { DatabaseSync } from 'node:sqlite'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, newHouse } from '../journeys/support/house.ts'
import type { Figures } from './figures.ts'
import { smallDisk } from './small-disk.ts'

export interface FullDiskWish {
  readonly kib: number
  readonly requests: number
}

/** Undefined = no disk can be mounted here. */
export async function gatewayOnFullDisk({ kib, requests }: FullDiskWish): Promise<Figures | undefined> {
  const disk = smallDisk(kib)
  if (!disk) return undefined
  const house = newHouse({ OPENCLAW_STATE_DIR: disk.folder })
  const violations: string[] = []
  const wrong = (line: string): void => void violations.push(`${kib} KiB: ${line}`)
  try {
    const { backup } = await house.emulator()
    const counted = { ...backup, quota: { requestsPerDay: 100_000 } }
    writeFileSync(join(disk.folder, 'openclaw.json'), JSON.stringify({ models: { providers: { backup, counted } } }), {
      mode: 0o600,
    })
    const token = (await house.run(['gateway', 'token'])).stdout.trim()
    const port = await freePort()
    const words = ['gateway', 'run', '--port', String(port)]
    // Who cannot take the folder's one place must not serve: two gateways that count apart would count wrong.
    disk.fill()
    const { code, stderr } = await house.run(words)
    if (code !== 1 || !stderr.includes(join(disk.folder, 'state.db')))
      wrong(`it does not say why it does not start: ${stderr}`)
    disk.free()
    const gateway = house.start(words)
    await gateway.says(/Gateway listening/)
    const ask = async (
      model: string,
    ): Promise<{ readonly status: number; readonly text: string; readonly id: string }> => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'x-openclaw-fallback': 'off' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] }),
      })
      return { status: answer.status, text: await answer.text(), id: answer.headers.get('x-request-id') ?? '' }
    }
    const health = async (): Promise<{ readonly stateWritable: boolean; readonly problems: readonly string[] }> =>
      (await (
        await fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: `Bearer ${token}` } })
      ).json()) as never
    const ids = [(await ask('counted/backup-model')).id]
    disk.fill()
    for (let request = 0; request < requests; request += 1) {
      const { status, id } = await ask('backup/backup-model')
      if (status !== 200) wrong(`a request that is not counted was not answered: ${status}`)
      ids.push(id)
    }
    const refused = await ask('counted/backup-model')
    if (refused.status !== 503) wrong(`what must be counted was not refused: ${refused.status}`)
    const told = await health()
    if (told.stateWritable || told.problems.length === 0) wrong(`/health does not tell: ${JSON.stringify(told)}`)
    disk.free()
    const deadline = performance.now() + 25_000
    while (!(await health()).stateWritable && performance.now() < deadline) await sleep(100)
    const again = await ask('counted/backup-model')
    if (again.status !== 200) wrong(`it does not come back: ${again.text}`)
    gateway.child.kill('SIGTERM')
    await gateway.ended
    const database = new DatabaseSync(join(disk.folder, 'state.db'))
    const known = new Set(
      database
        .prepare('SELECT request_id AS id FROM attempts')
        .all()
        .map(({ id }) => id),
    )
    if (String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']) !== 'ok')
      wrong('state.db is not whole')
    database.close()
    for (const id of ids) if (!known.has(id)) wrong(`the row of ${id} is lost`)
  } finally {
    await house.leave()
    disk.remove()
  }
  return { cases: requests, lost: violations.filter((line) => line.includes('lost')).length, violations }
}
