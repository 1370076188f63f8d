/** Credentials in models.json: where they stand, and when they may be replaced. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Credential } from '../core/credential.ts'
import type { CredentialStore } from '../core/ports.ts'
import { Secret } from '../core/secret.ts'
import { settingsFile } from '../stores/files/settings-file.ts'
import { credentialMark, fileCredentialStore } from './credential-store.ts'

const PROFILE = 'qwen-portal:default'
const ISO = '2026-03-14T18:00:00.000Z'
const pair = (name: string): Credential => ({
  kind: 'oauth',
  accessToken: new Secret(`at-${name}`),
  refreshToken: new Secret(`rt-${name}`),
  expiresAt: new Date(ISO),
})
const tokens = (name: string): string => `accessToken: 'at-${name}', refreshToken: 'rt-${name}', expiresAt: '${ISO}'`
const written = (name: string): string => `// ours\n{ models: { providers: { 'qwen-portal': { ${tokens(name)} } } } }\n`

function storeWith(text: string | undefined): { store: CredentialStore; path: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-credentials-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'models.json')
  if (text !== undefined) writeFileSync(path, text)
  const ours = { lastHash: () => Promise.resolve(undefined), remember: () => Promise.resolve() }
  return {
    store: fileCredentialStore(settingsFile(path, (_, work) => work({ stillOurs: () => Promise.resolve(true) }), ours)),
    path,
    folder,
  }
}

describe('a credential', () => {
  it('is read with its mark', async () => {
    expect(await storeWith(written('a')).store.read(PROFILE)).toEqual({
      credential: pair('a'),
      mark: credentialMark(pair('a')),
    })
  })

  it.each([undefined, '', '// nothing yet\n', '{}', '{ models: { providers: { other: { apiKey: "k" } } } }'])(
    'is not there in %j',
    async (text) => {
      expect(await storeWith(text).store.read(PROFILE)).toBeUndefined()
    },
  )

  it('stands in the profile’s own entry for every login but the default one', async () => {
    const { store, path } = storeWith(`{ auth: { profiles: {
      'qwen-portal:work': { provider: 'qwen-portal', mode: 'oauth', ${tokens('a')} },
      other: { provider: 'qwen-portal', mode: 'oauth', ${tokens('b')} },
      'x:default': { provider: 'qwen-portal', mode: 'oauth', ${tokens('c')} },
    } } }`)
    expect((await store.read('qwen-portal:work'))?.credential).toEqual(pair('a'))
    expect((await store.read('other'))?.credential).toEqual(pair('b'))
    // Named like the default login of x, but it is one of qwen-portal's others.
    expect((await store.read('x:default'))?.credential).toEqual(pair('c'))
    await store.compareAndSwap('x:default', credentialMark(pair('c')), pair('d'))
    expect((await store.read('x:default'))?.credential).toEqual(pair('d'))
    expect(readFileSync(path, 'utf8')).not.toContain('models')
  })

  it('is replaced where it still is the expected one, and nothing around it', async () => {
    const { store, path } = storeWith(written('a'))
    expect(await store.compareAndSwap(PROFILE, credentialMark(pair('a')), pair('b'))).toEqual({ kind: 'saved' })
    expect(readFileSync(path, 'utf8')).toBe(written('b'))
  })

  it('is not replaced where another one has come', async () => {
    const { store, path } = storeWith(written('newer'))
    expect(await store.compareAndSwap(PROFILE, credentialMark(pair('a')), pair('b'))).toEqual({
      kind: 'changed',
      current: { credential: pair('newer'), mark: credentialMark(pair('newer')) },
    })
    expect(readFileSync(path, 'utf8')).toBe(written('newer'))
  })

  it('is not brought back where it was taken out', async () => {
    const { store, path } = storeWith('{}')
    expect(await store.compareAndSwap(PROFILE, credentialMark(pair('a')), pair('b'))).toEqual({
      kind: 'changed',
      current: undefined,
    })
    expect(readFileSync(path, 'utf8')).toBe('{}')
  })

  it('has a mark of its secrets alone', () => {
    expect(credentialMark({ ...pair('a'), expiresAt: new Date(0) } as Credential)).toBe(credentialMark(pair('a')))
    const marks = [
      pair('a'),
      pair('b'),
      { kind: 'api-key', apiKey: new Secret('at-a') } as const,
      { kind: 'none' } as const,
    ].map(credentialMark)
    expect(new Set(marks).size).toBe(4)
    expect(marks.join()).not.toContain('at-')
  })
})

describe('whether a fresh credential could be saved', () => {
  it('is tried without leaving a trace', async () => {
    const { store, path, folder } = storeWith(written('a'))
    expect(await store.ready(PROFILE)).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe(written('a'))
    expect(readdirSync(folder)).toEqual(['models.json'])
  })

  it('is answered with the line that is broken', async () => {
    const { store, path } = storeWith(`{\n  models: { providers: { 'qwen-portal': { ${tokens('a')} } },\n  oops\n}`)
    expect(String(await store.ready(PROFILE))).toContain(`${path}:4:1: met }, expected a colon`)
    await expect(store.read(PROFILE)).rejects.toThrow(`${path}:4:1: met }`)
  })

  it.runIf(process.platform !== 'win32')('is answered with the disk that takes no file', () => {
    const { path } = storeWith(written('a'))
    const program = `
      import { fileCredentialStore } from ${JSON.stringify(new URL('credential-store.ts', import.meta.url).href)}
      import { settingsFile } from ${JSON.stringify(new URL('../stores/files/settings-file.ts', import.meta.url).href)}
      const ours = { lastHash: async () => undefined, remember: async () => {} }
      const store = fileCredentialStore(settingsFile(process.argv[1], (key, work) => work({ stillOurs: async () => true }), ours))
      process.stdout.write(String(await store.ready('${PROFILE}')))`
    // No file may grow in this shell, as on a full disk.
    const child = spawnSync('sh', ['-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath, '-e', program, path], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--input-type=module' },
    })
    expect(child.stdout, child.stderr).toMatch(/models\.json: it could not be written \(EFBIG/)
    expect(readFileSync(path, 'utf8')).toBe(written('a'))
  })

  it('is answered with the login that is not there', async () => {
    expect(await storeWith('{}').store.ready(PROFILE)).toEqual(
      expect.saying(/models\.json holds no tokens of qwen-portal:default/),
    )
  })
})
