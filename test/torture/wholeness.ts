/** What must be true of a state folder whatever became of the process that wrote to it. */
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sweepTemporaries } from '../../src/stores/files/atomic-write.ts'
import { parseJson5 } from '../../src/stores/files/json5-parse.ts'

export const FILES = ['models.json', 'openclaw.json'] as const
export type Texts = Readonly<Record<(typeof FILES)[number], string>>

export function textsIn(folder: string): Texts {
  const text = (name: string): string => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  return { 'models.json': text('models.json'), 'openclaw.json': text('openclaw.json') }
}

/** What is not whole, one line each. */
export async function brokenIn(folder: string): Promise<readonly string[]> {
  const broken: string[] = []
  for (const name of readdirSync(folder).filter((each) => /^(models|openclaw)\.json(\.bak)?$/.test(each))) {
    try {
      parseJson5(readFileSync(join(folder, name), 'utf8'))
    } catch (error) {
      broken.push(`${name}: ${String(error)}`)
    }
  }
  const check = integrityOf(join(folder, 'state.db'))
  if (check !== 'ok') broken.push(`state.db: ${check}`)
  broken.push(...(await leftIn(folder)))
  return broken
}

function integrityOf(path: string): string {
  if (!existsSync(path)) return 'ok'
  const database = new DatabaseSync(path)
  try {
    const check = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'])
    // Each row that was counted stands for one of the day's count.
    const tables = database.prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'counts'").get()
    if (check !== 'ok' || Number(tables?.['tables']) === 0) return check
    const used = Number(database.prepare('SELECT coalesce(sum(used), 0) AS used FROM counts').get()?.['used'])
    const counted = database.prepare('SELECT count(*) AS rows FROM attempts WHERE days NOT NULL AND refunded = 0').get()
    return used === Number(counted?.['rows'])
      ? 'ok'
      : `${used} are counted, and there are ${String(counted?.['rows'])} rows`
  } catch (error) {
    return String(error)
  } finally {
    database.close()
  }
}

const KNOWN =
  /^(?:(?:models|openclaw)\.json(?:\.bak)?|openclaw\.json\.last-good|gateway-token|gateway\.log|state\.db(?:-wal|-shm|-journal|-writers|\.v\d+\.bak)?|put-back|theirs\.json)$/

/** SQLite's note of a first page that was never written; whoever opens the file for writing takes it away. */
export function journalLeftIn(folder: string): readonly string[] {
  return existsSync(join(folder, 'state.db-journal')) ? ['state.db-journal outlived the next process'] : []
}

/** Temporary files, old enough, that the sweep leaves behind; every other name is ours. */
async function leftIn(folder: string): Promise<readonly string[]> {
  const ago = new Date(Date.now() - 2 * 86_400_000)
  for (const name of readdirSync(folder)) if (!KNOWN.test(name)) utimesSync(join(folder, name), ago, ago)
  await sweepTemporaries(folder)
  return readdirSync(folder)
    .filter((name) => !KNOWN.test(name))
    .map((name) => `${name} was left behind`)
}
