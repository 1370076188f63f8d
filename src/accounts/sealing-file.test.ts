/** models.json, whose secrets are sealed on their way into it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as node from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { credentialEdits, loginEdits } from '../config/profiles.ts'
import type { Credential } from '../core/credential.ts'
import type { Edit, SettingsFile } from '../core/edit.ts'
import { Secret } from '../core/secret.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { settingsFile } from '../stores/files/settings-file.ts'
import { credentialMark, fileCredentialStore } from './credential-store.ts'
import { sealingFile } from './sealing-file.ts'
import { openDesk, PASSPHRASE, type DeskGiven } from './vault.fixture.ts'

const owner = { id: 'p:default', provider: 'p', mode: 'oauth' } as const
const pair = (name: string): Credential => ({
  kind: 'oauth',
  accessToken: new Secret(`at-canary-${name}`),
  refreshToken: new Secret(`rt-canary-${name}`),
  expiresAt: new Date('2030-01-01T00:00:00Z'),
})
const login = (name: string): readonly Edit[] => loginEdits(owner, pair(name), undefined)

interface House {
  readonly file: SettingsFile
  readonly text: () => string
  /** All that was ever written beside it, temporary files included. */
  readonly written: () => string
  readonly store: ReturnType<typeof fileCredentialStore>
  readonly asked: readonly string[]
  readonly upper: (text: string) => void
}

function house(text: string, given: DeskGiven = { passphrase: PASSPHRASE }, upper = '{}'): House {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-sealing-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [path, above] = [join(folder, 'models.json'), join(folder, 'openclaw.json')]
  writeFileSync(path, text)
  writeFileSync(above, upper)
  const ours = { lastHash: () => Promise.resolve(undefined), remember: () => Promise.resolve() }
  let written = ''
  const watched = {
    ...node,
    open: async (...call: Parameters<typeof node.open>) => {
      const handle = await node.open(...call)
      return Object.assign(handle, {
        writeFile: async (content: string) => {
          written += content
          await handle.write(content)
        },
      })
    },
  }
  const lock: Parameters<typeof settingsFile>[1] = (_, work) => work({ stillOurs: () => Promise.resolve(true) })
  const { vault, asked } = openDesk(given)
  const openclawJson = settingsFile(above, lock, ours)
  const file = sealingFile(settingsFile(path, lock, ours, watched), openclawJson, () => Promise.resolve(vault))
  return {
    file,
    text: () => readFileSync(path, 'utf8'),
    written: () => written,
    store: fileCredentialStore(file, () => Promise.resolve(vault)),
    asked,
    upper: (more) => writeFileSync(above, more),
  }
}

const secretsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:accessToken|refreshToken|apiKey)"?: ?["']([^"']+)/g)].map((match) => match[1] ?? '')

describe('models.json', () => {
  it('is written out where nobody said anything else, and no key is asked for', async () => {
    const { file, text, asked } = house('{}')
    await file.edit(() => login('a'))
    expect(secretsOf(text())).toEqual(['at-canary-a', 'rt-canary-a'])
    expect(asked).toEqual([])
  })

  it.each([
    ['its own auth.store', "{ auth: { store: 'encrypted' } }", '{}'],
    ['auth.store of openclaw.json', '{}', "{ auth: { store: 'encrypted' } }"],
    ['openclaw.json before its own', "{ auth: { store: 'file' } }", "{ auth: { store: 'keychain' } }"],
  ])('is sealed as %s says', async (_, lower, upper) => {
    const { file, text, written, store } = house(lower, { passphrase: PASSPHRASE }, upper)
    await file.edit(() => login('a'))
    expect(secretsOf(text()).every((secret) => secret.startsWith('enc:v1:'))).toBe(true)
    expect(written()).not.toContain('canary')
    expect((await store.read('p:default'))?.credential).toEqual(pair('a'))
  })

  it('stays sealed where a sealed secret stands and nobody says anything', async () => {
    const one = house("{ auth: { store: 'encrypted' } }")
    await one.file.edit(() => login('a'))
    await one.file.edit(() => [{ kind: 'unset', path: ['auth', 'store'] }])
    await one.file.edit(() => credentialEdits(owner, pair('b')))
    expect(one.text()).not.toContain('canary')
  })

  it('is sealed as openclaw.json said before somebody broke it', async () => {
    const one = house('{}', { passphrase: PASSPHRASE }, "{ auth: { store: 'encrypted' } }")
    await one.file.edit(() => login('a'))
    one.upper('{ auth: { store: ')
    await one.file.edit(() => credentialEdits(owner, pair('b')))
    expect(one.text()).not.toContain('canary')
  })

  it('is rehearsed without a secret in a temporary file', async () => {
    const { file, text, written } = house("{ auth: { store: 'encrypted' } }")
    await file.rehearse(() => login('a'))
    expect(written()).toContain('enc:v1:')
    expect(written()).not.toContain('canary')
    expect(text()).toBe("{ auth: { store: 'encrypted' } }")
  })

  it('keeps variables, addresses and other texts as they are', async () => {
    const { file, text } = house("{ auth: { store: 'encrypted' } }")
    const entry = { apiKey: '${P_KEY}', baseUrl: 'https://p.example', models: ['m'], quota: { requestsPerDay: 1 } }
    await file.edit(() => [{ kind: 'set', path: ['models', 'providers', 'p'], value: entry }])
    expect(parseJson5(text())).toMatchObject({ models: { providers: { p: entry } } })
  })

  it('has a login that gets another name sealed anew for it', async () => {
    const one = house("{ auth: { store: 'encrypted' } }")
    const work = { id: 'p:work', provider: 'p', mode: 'oauth' } as const
    await one.file.edit(() => loginEdits(work, pair('a'), undefined))
    await one.file.edit(({ text }) => {
      const { auth } = parseJson5(text) as { auth: { profiles: Record<string, Record<string, string>> } }
      return [
        { kind: 'set', path: ['auth', 'profiles', 'p:home'], value: auth.profiles['p:work'] ?? {} },
        { kind: 'unset', path: ['auth', 'profiles', 'p:work'] },
      ]
    })
    expect((await one.store.read('p:home'))?.credential).toEqual(pair('a'))
    expect(one.text()).not.toContain('canary')
  })
})

describe('a sealed login that an edit carries elsewhere', () => {
  const work = { id: 'p:work', provider: 'p', mode: 'oauth' } as const
  const place = ['auth', 'profiles', 'p:work']

  it.each<[string, readonly Edit[]]>([
    ['its entry renamed', [{ kind: 'rename', path: place, to: 'p:home' }]],
    [
      'renamed twice',
      ['p:x', 'p:home'].map((to, at) => ({ kind: 'rename', path: at ? [...place.slice(0, 2), 'p:x'] : place, to })),
    ],
  ])('opens there: %s', async (_, edits) => {
    const one = house("{ auth: { store: 'encrypted' } } // mine")
    await one.file.edit(() => loginEdits(work, pair('a'), undefined))
    await one.file.edit(() => edits)
    expect((await one.store.read('p:home'))?.credential).toEqual(pair('a'))
    expect(await one.store.read('p:work')).toBeUndefined()
    expect(one.written()).not.toContain('canary')
    expect(one.text()).toContain('// mine')
  })

  it('is not touched by an edit of another', async () => {
    const one = house("{ auth: { store: 'encrypted' } }")
    await one.file.edit(() => loginEdits(work, pair('a'), undefined))
    const before = secretsOf(one.text())
    // Nobody gives the passphrase: none is wanted.
    const closed = house(one.text(), {})
    await closed.file.edit(() => [{ kind: 'set', path: [...place, 'label'], value: 'Work' }])
    await closed.file.edit(() => [{ kind: 'unset', path: [...place, 'accessToken'] }])
    expect(secretsOf(closed.text())).toEqual(before.slice(1))
    expect(closed.asked).toEqual([])
  })

  it('in clear is sealed when it moves, and stays as the person wrote it until then', async () => {
    const clear =
      "{ auth: { store: 'encrypted', profiles: { 'p:work': { provider: 'p', mode: 'api_key', apiKey: 'canary' } } } }"
    const one = house(clear)
    await one.file.edit(() => [{ kind: 'set', path: [...place, 'label'], value: 'Work' }])
    expect(one.text()).toContain('canary')
    await one.file.edit(() => [{ kind: 'rename', path: place, to: 'p:home' }])
    expect(one.text()).not.toContain('canary')
    expect((await one.store.read('p:home'))?.credential).toEqual({ kind: 'api-key', apiKey: new Secret('canary') })
  })
})

describe('a token that is renewed', () => {
  it('is compared and swapped as if nothing were sealed', async () => {
    const { file, store, text } = house("{ auth: { store: 'encrypted' } }")
    await file.edit(() => login('a'))
    expect(await store.ready('p:default')).toBeUndefined()
    expect(await store.compareAndSwap('p:default', credentialMark(pair('a')), pair('b'))).toEqual({ kind: 'saved' })
    expect(await store.compareAndSwap('p:default', credentialMark(pair('a')), pair('c'))).toEqual({
      kind: 'changed',
      current: { credential: pair('b'), mark: credentialMark(pair('b')) },
    })
    expect(text()).not.toContain('canary')
  })

  it('is not spent where it could not be sealed again', async () => {
    const one = house("{ auth: { store: 'encrypted' } }")
    await one.file.edit(() => login('a'))
    const closed = house(one.text(), {})
    expect(String(await closed.store.ready('p:default'))).toContain('there is no passphrase in OPENCLAW_PASSPHRASE')
    await expect(closed.store.compareAndSwap('p:default', 'x', pair('b'))).rejects.toMatchObject({
      code: 'secrets-locked',
    })
    expect(closed.text()).toBe(one.text())
  })
})
