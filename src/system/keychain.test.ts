/** The system's keychain, driven by its own program. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../core/secret.ts'
import { keychainOn, type Keychain } from './keychain.ts'

const SECRET = 'c2VjcmV0LW9mLWEtcGVyc29u_-'
const programs = join(import.meta.dirname, 'fixtures', 'keychain')

/** What a person's shell may hold. */
const VARIABLES = {
  OPENCLAW_PASSPHRASE: 'the passphrase',
  SOME_API_KEY: 'the key',
  HTTPS_PROXY: 'http://me:the-proxy@p:1',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1/bus',
  LC_MESSAGES: 'zh_CN.UTF-8',
}

interface Desk {
  readonly keychain: Keychain
  /** Every call of the program: its words and its environment. */
  readonly calls: () => string
}

function desk(platform: NodeJS.Platform, more: NodeJS.ProcessEnv = {}): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-keychain-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'keyring')
  const PATH = `${programs}${delimiter}${process.env['PATH']}`
  const environment = { ...process.env, PATH, XDG_FAKE_KEYRING: file, ...VARIABLES, ...more }
  return {
    keychain: keychainOn(platform, environment),
    calls: () => (existsSync(`${file}.calls`) ? readFileSync(`${file}.calls`, 'utf8') : ''),
  }
}

describe.each(['linux', 'darwin'] as const)('the keychain on %s', (platform) => {
  it('gives back what was put in, the newest of it, until it is removed', async () => {
    const { keychain } = desk(platform)
    expect(await keychain.get('one')).toBeUndefined()
    await keychain.put('one', new Secret('older'))
    await keychain.put('one', new Secret(SECRET))
    expect((await keychain.get('one'))?.reveal()).toBe(SECRET)
    expect(await keychain.get('two')).toBeUndefined()
    await keychain.remove('one')
    await keychain.remove('one')
    expect(await keychain.get('one')).toBeUndefined()
  })

  it('shows the secret in no argument and no environment', async () => {
    const { keychain, calls } = desk(platform)
    await keychain.put('one', new Secret(SECRET))
    await keychain.get('one')
    expect(calls()).toContain('argv')
    expect(calls()).not.toContain(SECRET.slice(0, 12))
    expect(calls()).not.toMatch(/the passphrase|the key|the-proxy/)
    // What it needs to find the keyring and to speak with the person.
    expect(calls()).toContain('/run/user/1/bus')
    expect(calls()).toContain('zh_CN')
  })

  it('takes nothing that would mean something to a line of commands', async () => {
    const { keychain } = desk(platform)
    await expect(keychain.get('one two')).rejects.toThrow('only letters')
    await expect(desk('darwin').keychain.put('one', new Secret('a"\nquit'))).rejects.toThrow('only letters')
  })

  it('says what is missing, and what mends it', async () => {
    const nothing = desk(platform, { PATH: '' }).keychain
    await expect(nothing.get('one')).rejects.toMatchObject({
      code: 'keychain-unusable',
      message: `The keychain cannot be used: ${platform === 'linux' ? 'secret-tool' : 'security'} is not installed.`,
      run: expect.stringMatching(/^sudo |^openclaw models auth store encrypted$/),
    })
  })
})

it('says that no keyring answers', async () => {
  const { keychain } = desk('linux', { XDG_FAKE_KEYRING: '' })
  for (const act of [() => keychain.get('one'), () => keychain.put('one', new Secret(SECRET))]) {
    await expect(act()).rejects.toMatchObject({
      message: expect.stringContaining('no keyring answers in this session'),
      run: 'openclaw models auth store encrypted',
    })
  }
})

it('says that nobody may unlock it', async () => {
  const { keychain } = desk('darwin', { XDG_FAKE_KEYRING_LOCKED: '1' })
  for (const act of [() => keychain.get('one'), () => keychain.put('one', new Secret(SECRET))]) {
    await expect(act()).rejects.toMatchObject({
      message: expect.stringContaining('User interaction is not allowed.'),
      run: 'security unlock-keychain',
    })
  }
})

it('is not known on other systems, and the other way is named', async () => {
  await expect(desk('win32').keychain.put('one', new Secret(SECRET))).rejects.toMatchObject({
    message: 'The keychain cannot be used: openclaw knows no keychain on Windows.',
    run: 'openclaw models auth store encrypted',
  })
})
