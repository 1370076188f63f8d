/**
 * Qwen Code's side of the shared login as a process, keeping the protocol that Qwen Code published (0.15): a lock file with a
 * random id, taken for abandoned after 10 s, taken away blindly whenever one of its processes ends; a file that is read again
 * only when it is newer; and a file that is deleted when the server answers 400.
 * Arguments: its folder, the login server, the factor of all waits. Orders come as messages: `use`, `force`, `end`.
 */
import { randomUUID } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type PeerOrder = { readonly id: number; readonly act: 'use' | 'force' | 'end' }
export type PeerAnswer =
  | { readonly id: number; readonly kind: 'ok'; readonly token: string }
  | { readonly id: number; readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'deleted' }
  /** A new pair is in the file; `tookMs` since it took the lock for it. */
  | { readonly kind: 'renewed'; readonly spent: string; readonly tookMs: number }

/** To an order of its `id`. */
export type PeerReply = Extract<PeerAnswer, { id: number }>

interface Creds {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: string
  readonly resource_url?: string
  readonly expiry_date: number
}

const [folder = '', server = '', factorText = '1'] = process.argv.slice(2)
const factor = Number(factorText)
const BUFFER_MS = 30_000 * factor
const ABANDONED_MS = 10_000 * factor
const CHECK_MS = 5_000 * factor
const TRIES = 20
const FIRST_WAIT_MS = 100 * factor
const LONGEST_WAIT_MS = 2_000 * factor

const path = join(folder, 'oauth_creds.json')
const lock = join(folder, 'oauth_creds.lock')
/** The public client id. */
const CLIENT_ID = 'f0304373b74a44d2b584a3fb70ca9e56'

let cached: Creds | undefined
let fileTimeMs = 0
let checkedMs = 0
/** What its client knows: kept although the cache was emptied. */
let inClient: Creds | undefined
let renewing: Promise<Creds> | undefined
/** Between the server's answer and the file: a process that ended there would lose the login by itself. */
const section = { saving: 0 }

const tell = (answer: PeerAnswer): void => void process.send?.(answer)
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

// Whoever ends takes the lock away, whosever it is.
const takeLockAway = (): void => {
  try {
    unlinkSync(lock)
  } catch {
    // There is none, or it is no file.
  }
}
for (const event of ['exit', 'SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection']) {
  process.on(event, takeLockAway)
}

async function reload(): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (mtimeMs <= fileTimeMs) return
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Partial<Creds>
    if (!read.access_token || !read.refresh_token || !read.token_type || !read.expiry_date) throw new Error('no login')
    cached = read as Creds
    inClient = cached
  } catch {
    cached = undefined
  }
  fileTimeMs = mtimeMs
}

async function look(): Promise<void> {
  try {
    await reload()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    fileTimeMs = 0 // what it has in memory stays
  }
}

const isValid = (creds: Creds | undefined): creds is Creds =>
  creds !== undefined && Date.now() < creds.expiry_date - BUFFER_MS

async function use(force: boolean): Promise<Creds> {
  if (!renewing && Date.now() - checkedMs >= CHECK_MS) {
    checkedMs = Date.now()
    await look()
  }
  if (!force && isValid(cached)) return cached
  renewing ??= renew(force).finally(() => {
    renewing = undefined
  })
  return renewing
}

async function renew(force: boolean): Promise<Creds> {
  if (!inClient?.refresh_token) throw new Error('NO_REFRESH_TOKEN')
  await takeLock()
  const lockedMs = performance.now()
  try {
    await look()
    if (!force && isValid(cached)) return cached
    const spent = inClient.refresh_token
    const creds = await redeem()
    try {
      const temporary = `${path}.${randomUUID()}.tmp`
      await writeFile(temporary, JSON.stringify(creds, null, 2), { mode: 0o600 })
      await rename(temporary, path)
      fileTimeMs = (await stat(path)).mtimeMs
      tell({ kind: 'renewed', spent, tookMs: performance.now() - lockedMs })
    } finally {
      section.saving -= 1
    }
    return creds
  } finally {
    await unlink(lock).catch(() => undefined)
  }
}

async function redeem(): Promise<Creds> {
  const spent = inClient
  section.saving += 1
  try {
    const response = await fetch(`${server}/api/v1/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: spent?.refresh_token ?? '',
        client_id: CLIENT_ID,
      }).toString(),
    })
    if (response.status === 400 || response.status === 401) {
      await unlink(path).then(
        () => tell({ kind: 'deleted' }),
        () => undefined,
      )
      cached = undefined
      fileTimeMs = 0
      throw new Error('CLEARED')
    }
    if (!response.ok) throw new Error('REFRESH_FAILED')
    const answer = (await response.json()) as Creds & { readonly expires_in: number }
    cached = {
      access_token: answer.access_token,
      token_type: answer.token_type,
      refresh_token: answer.refresh_token || (spent?.refresh_token ?? ''),
      ...(answer.resource_url && { resource_url: answer.resource_url }),
      expiry_date: Date.now() + answer.expires_in * 1_000,
    }
    inClient = cached
    return cached
  } catch (error) {
    section.saving -= 1
    throw error
  }
}

async function takeLock(): Promise<void> {
  let waitMs = FIRST_WAIT_MS
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      return await writeFile(lock, randomUUID(), { flag: 'wx' })
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    try {
      if (Date.now() - (await stat(lock)).mtimeMs > ABANDONED_MS) {
        const aside = `${lock}.stale.${randomUUID()}`
        await rename(lock, aside)
        await unlink(aside)
        continue
      }
    } catch {
      // It was let go, or is no file: tried again like any other.
    }
    await sleep(waitMs)
    waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)
  }
  throw new Error('LOCK_TIMEOUT')
}

async function end(): Promise<never> {
  while (section.saving > 0) await sleep(1)
  process.exit(0)
}

process.on('message', ({ id, act }: PeerOrder) => {
  if (act === 'end') return void end()
  use(act === 'force').then(
    ({ access_token }) => tell({ id, kind: 'ok', token: access_token }),
    (error: unknown) => tell({ id, kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
await look()
tell({ id: 0, kind: 'ok', token: '' })
