/** What is sealed opens for whoever has the key, in the place it was sealed for, and nowhere else. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SecretPlace } from '../config/secret-slots.ts'
import type { Credential } from '../core/credential.ts'
import { readSealed, writeSealed } from '../core/sealed.ts'
import { Secret } from '../core/secret.ts'
import { withKeys, type SealedHome } from './keys-wanted.ts'
import { openDesk, PASSPHRASE } from './vault.fixture.ts'
import type { Vault } from './vault.ts'

const TEXT = 'rt-of-a-person-é中'
const place: SecretPlace = { profile: 'p:default', slot: 'refreshToken' }
const expiresAt = new Date('2030-01-01T00:00:00Z')

const sealedBy = (vault: Vault, home: SealedHome, beside: readonly string[] = [], text = TEXT): Promise<string> =>
  withKeys(vault, () => vault.sealNow(new Secret(text), place, { home, beside }))
const openedBy = async (vault: Vault, text: string, where = place): Promise<string> =>
  (await withKeys(vault, () => vault.unsealNow(text, where))).reveal()

describe.each(['keychain', 'encrypted'] as const)('a secret that is sealed (%s)', (home) => {
  it('opens again, also for another process that has the key', async () => {
    const first = openDesk({ passphrase: PASSPHRASE })
    const text = await sealedBy(first.vault, home)
    expect(text).toMatch(/^enc:v1:(?:scrypt|keychain)\.[\w-]+:[\w-]{8}:[\w-]{16}:[\w-]+$/)
    expect(await openedBy(first.vault, text)).toBe(TEXT)
    const second = openDesk({ passphrase: PASSPHRASE, entries: first.entries })
    expect(await openedBy(second.vault, text)).toBe(TEXT)
  })

  it('looks different each time', async () => {
    const { vault } = openDesk({ passphrase: PASSPHRASE })
    const texts = [await sealedBy(vault, home), await sealedBy(vault, home)]
    expect(new Set(texts.map((text) => readSealed(text)?.box)).size).toBe(2)
  })

  it('opens in no other place', async () => {
    const { vault } = openDesk({ passphrase: PASSPHRASE })
    const text = await sealedBy(vault, home)
    for (const other of [
      { ...place, profile: 'p:work' },
      { ...place, slot: 'accessToken' as const },
    ]) {
      await expect(openedBy(vault, text, other)).rejects.toMatchObject({ code: 'secrets-locked' })
    }
  })

  it('opens no more once a single bit of it was changed', async () => {
    const { vault } = openDesk({ passphrase: PASSPHRASE })
    const sealed = readSealed(await sealedBy(vault, home))
    if (!sealed) throw new Error('not sealed')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('nonce', 'box'), fc.nat(), fc.nat(7), async (part, at, bit) => {
        const bytes = Buffer.from(sealed[part], 'base64url')
        const index = at % bytes.length
        bytes.writeUInt8(bytes.readUInt8(index) ^ (1 << bit), index)
        const text = writeSealed({ ...sealed, [part]: bytes.toString('base64url') })
        await expect(openedBy(vault, text)).rejects.toMatchObject({ code: 'secrets-locked' })
      }),
      { numRuns: 60 },
    )
    for (const box of ['', 'AA', sealed.box.slice(0, 20)]) {
      await expect(openedBy(vault, writeSealed({ ...sealed, box: box || 'A' }))).rejects.toMatchObject({
        code: 'secrets-locked',
      })
    }
  })

  it('is sealed with the key of the others in its file', async () => {
    const { vault, entries } = openDesk({ passphrase: PASSPHRASE })
    const first = await sealedBy(vault, home)
    const other = openDesk({ passphrase: PASSPHRASE, entries })
    expect(readSealed(await sealedBy(other.vault, home, ['sk-clear', first]))?.key).toEqual(readSealed(first)?.key)
    expect(entries.size).toBe(home === 'keychain' ? 1 : 0)
  })

  it('asks for the key once, however many want it', async () => {
    const { vault, entries } = openDesk({ passphrase: PASSPHRASE })
    const texts = await Promise.all([1, 2, 3].map(() => sealedBy(vault, home)))
    expect(new Set(texts.map((text) => JSON.stringify(readSealed(text)?.key))).size).toBe(1)
    const other = openDesk({ typed: [PASSPHRASE, PASSPHRASE], entries })
    await Promise.all(texts.map((text) => openedBy(other.vault, text)))
    expect(other.asked).toEqual([home === 'keychain' ? 'keychain' : 'known'])
  })
})

it('opens a whole login', async () => {
  const { vault } = openDesk({ passphrase: PASSPHRASE })
  const sealedIn = async (slot: SecretPlace['slot'], text: string): Promise<Secret> =>
    new Secret(
      await withKeys(vault, () =>
        vault.sealNow(new Secret(text), { profile: 'p:default', slot }, { home: 'encrypted', beside: [] }),
      ),
    )
  const written = {
    kind: 'oauth',
    accessToken: await sealedIn('accessToken', 'at'),
    // Written out by hand beside a sealed one.
    refreshToken: new Secret('rt'),
    expiresAt,
  } as const
  const opened: Credential = {
    kind: 'oauth',
    accessToken: new Secret('at'),
    refreshToken: new Secret('rt'),
    expiresAt,
  }
  expect(await vault.open({ kind: 'sealed', written }, 'p:default')).toEqual(opened)
  expect(await vault.open(opened, 'p:default')).toBe(opened)
})

describe('a passphrase', () => {
  it('that is wrong is told as that, with the variable it came from', async () => {
    const text = await sealedBy(openDesk({ passphrase: PASSPHRASE }).vault, 'encrypted')
    await expect(openedBy(openDesk({ passphrase: 'another one altogether' }).vault, text)).rejects.toThrow(
      'the passphrase in OPENCLAW_PASSPHRASE is not the one that they were encrypted with',
    )
  })

  it('is asked for until it is right, three times at most, and once for all logins', async () => {
    const text = await sealedBy(openDesk({ passphrase: PASSPHRASE }).vault, 'encrypted')
    const patient = openDesk({ typed: ['no', 'nor this', PASSPHRASE] })
    expect(await openedBy(patient.vault, text)).toBe(TEXT)
    expect(patient.asked).toEqual(['known', 'again', 'again'])
    const lost = openDesk({ typed: ['a', 'b', 'c', PASSPHRASE] })
    for (let login = 0; login < 2; login += 1) {
      await expect(openedBy(lost.vault, text)).rejects.toThrow('there is no passphrase in OPENCLAW_PASSPHRASE')
    }
    expect(lost.asked).toEqual(['known', 'again', 'again'])
  })

  it('typed in another form of the same letters is the same', async () => {
    const composed = openDesk({ passphrase: 'caf\u00e9 caf\u00e9 caf\u00e9' })
    const text = await sealedBy(composed.vault, 'encrypted')
    expect(await openedBy(openDesk({ passphrase: 'cafe\u0301 cafe\u0301 cafe\u0301' }).vault, text)).toBe(TEXT)
  })

  it('that is short, or nobody gives, encrypts nothing', async () => {
    await expect(sealedBy(openDesk({ passphrase: 'hunter2' }).vault, 'encrypted')).rejects.toThrow(
      'it has fewer than 12 characters',
    )
    await expect(sealedBy(openDesk().vault, 'encrypted')).rejects.toMatchObject({ code: 'passphrase-unfit' })
  })
})

describe("an entry of the keychain's that is gone", () => {
  it('opens nothing, and the login that mends it is named', async () => {
    const { vault } = openDesk()
    const text = await sealedBy(vault, 'keychain')
    await expect(openedBy(openDesk().vault, text)).rejects.toMatchObject({
      code: 'secrets-locked',
      message: expect.stringContaining('the keychain gives no entry openclaw/'),
      run: 'openclaw models auth login --provider p',
    })
  })

  it('names the login itself where it is not the default one', async () => {
    const work: SecretPlace = { profile: 'p:work', slot: 'apiKey' }
    const { vault } = openDesk()
    const text = await withKeys(vault, () => vault.sealNow(new Secret(TEXT), work, { home: 'keychain', beside: [] }))
    await expect(openedBy(openDesk().vault, text, work)).rejects.toMatchObject({
      run: 'openclaw models auth login --provider p --profile-id p:work',
    })
  })

  it('keeps no new login from being saved', async () => {
    const text = await sealedBy(openDesk().vault, 'keychain')
    const { vault } = openDesk()
    const anew = await sealedBy(vault, 'keychain', [text], 'rt-anew')
    expect(await openedBy(vault, anew)).toBe('rt-anew')
  })

  it('is not taken for another that has its name', async () => {
    const { vault, entries } = openDesk()
    const text = await sealedBy(vault, 'keychain')
    for (const entry of entries.keys()) entries.set(entry, new Secret('A'.repeat(43)))
    await expect(openedBy(openDesk({ entries }).vault, text)).rejects.toThrow(
      'is not the key that they were sealed with',
    )
  })
})

it('what a newer version sealed is told as that', async () => {
  await expect(openedBy(openDesk().vault, 'enc:v2:what:ever')).rejects.toThrow(
    'p:default was sealed by a newer openclaw',
  )
})
