/** The gateway's token in its file. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readOrMakeSecret, readSecret } from './secret-file.ts'

function place(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, path: join(folder, 'gateway-token') }
}

describe('a secret', () => {
  it('is made at the first asking, of 32 random bytes, for the owner alone', async () => {
    const { folder, path } = place()
    expect(await readSecret(path)).toBeUndefined()
    const secret = (await readOrMakeSecret(path)).reveal()
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['gateway-token'])
    expect((await readOrMakeSecret(path)).reveal()).toBe(secret)
    expect((await readSecret(path))?.reveal()).toBe(secret)
    expect((await readOrMakeSecret(place().path)).reveal()).not.toBe(secret)
  })

  it('is made in a folder that does not exist yet', async () => {
    const path = join(place().folder, 'new', 'gateway-token')
    expect((await readOrMakeSecret(path)).reveal()).toMatch(/^[\w-]{43}$/)
  })

  it.runIf(process.platform !== 'win32')(
    'that cannot be kept is told by its own name, not by that of the file it is made in',
    async () => {
      const { folder, path } = place()
      chmodSync(folder, 0o555)
      // Root may write anywhere, so that it is somebody else for a while.
      const isRoot = process.geteuid?.() === 0
      if (isRoot) process.seteuid?.(1)
      const error = await readOrMakeSecret(path).catch((thrown: unknown) => thrown)
      if (isRoot) process.seteuid?.(0)
      expect(error).toMatchObject({ kind: 'not-written', path })
      expect(String(error)).not.toContain('.tmp')
    },
  )

  it('is the same for all processes that make it at once', async () => {
    const { folder, path } = place()
    const program = `
      import { readOrMakeSecret } from ${JSON.stringify(new URL('secret-file.ts', import.meta.url).href)}
      process.stdout.write('ready')
      process.stdin.once('data', async () => {
        process.stdout.write('\\n' + (await readOrMakeSecret(${JSON.stringify(path)})).reveal())
        process.exit()
      })`
    const children = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
      const ready = once(child.stdout, 'data')
      return { child, ready, secret: once(child, 'close').then(() => said.split('\n')[1]) }
    })
    await Promise.all(children.map(({ ready }) => ready))
    for (const { child } of children) child.stdin.write('now')
    const secrets = await Promise.all(children.map(({ secret }) => secret))
    expect(new Set(secrets)).toEqual(new Set([readFileSync(path, 'utf8').trim()]))
    expect(readdirSync(folder)).toEqual(['gateway-token'])
  })

  it('is made anew where its file is empty', async () => {
    const { folder, path } = place()
    writeFileSync(path, '\n')
    expect(await readSecret(path)).toBeUndefined()
    const secret = (await readOrMakeSecret(path)).reveal()
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect((await readSecret(path))?.reveal()).toBe(secret)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['gateway-token'])
  })

  it('that others could read is the owner’s alone again', async () => {
    const { path } = place()
    writeFileSync(path, 'from-a-backup\n')
    chmodSync(path, 0o644)
    expect((await readOrMakeSecret(path)).reveal()).toBe('from-a-backup')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is not read from what is no file', async () => {
    const { folder } = place()
    await expect(readSecret(folder)).rejects.toMatchObject({ name: 'FileError', kind: 'not-a-file' })
  })
})
