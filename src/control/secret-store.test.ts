/** Secrets of logins on the move from one place to another: all of them, and none of them lost on the way. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import * as node from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { sealingFile } from '../accounts/sealing-file.ts'
import { openDesk, PASSPHRASE, type Desk, type DeskGiven } from '../accounts/vault.fixture.ts'
import { withKeys } from '../accounts/keys-wanted.ts'
import { merged, valueAt } from '../config/merge.ts'
import { secretsIn } from '../config/secret-slots.ts'
import type { Lock } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import type { SecretHome } from '../core/settings.ts'
import { systemCode } from '../stores/files/file-errors.ts'
import { settingsFile } from '../stores/files/settings-file.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { keychainOn } from '../system/keychain.ts'
import { resultOf, type SecretsMoved, type SecretStore } from './contract.ts'
import { moveSecrets } from './secret-move.ts'
import { secretStore } from './secret-store.ts'

const LOWER = `// ours
{
  models: { providers: { p: { baseUrl: 'https://p.example', accessToken: 'canary-at', refreshToken: 'canary-rt' } } },
  auth: { profiles: { 'q:work': { provider: 'q', mode: 'api_key', apiKey: 'canary-q' } } },
}
`
const UPPER = `// mine
{
  models: { providers: { r: { apiKey: 'canary-r' /* from the mail */ }, s: { apiKey: '\${S_KEY}' } } },
  gateway: { proxy: 'http://me:canary-proxy@p:1' },
}
`
/** Of those that are moved: proxies stay. */
const SECRETS = ['canary-at', 'canary-q', 'canary-r', 'canary-rt']

interface Files {
  readonly folder: string
  readonly text: (name: string) => string
  /** Acts as one process would; `dies` = at its so many-th change on disk it is no more, `fails` = that change alone is. */
  readonly process: (given: ProcessGiven, dies?: number) => Process
}

interface ProcessGiven extends DeskGiven {
  readonly fails?: number
  /** Before each edit of openclaw.json. */
  readonly meanwhile?: () => void
}

interface Process {
  readonly desk: Desk
  readonly move: (to: SecretHome, passphrase?: 'another') => Promise<SecretsMoved>
  readonly look: () => Promise<SecretStore>
  /** Every secret as this process reads it. */
  readonly secrets: () => Promise<readonly string[]>
}

function files(upper = UPPER, lower = LOWER): Files {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = (name: string): string => join(folder, name)
  const text = (name: string): string => (existsSync(place(name)) ? readFileSync(place(name), 'utf8') : '')
  writeFileSync(place('openclaw.json'), upper)
  writeFileSync(place('models.json'), lower)
  return {
    folder,
    text,
    process({ fails, meanwhile, ...given }, dies = Infinity) {
      let calls = 0
      const mortal = <Call extends (...words: never[]) => unknown>(call: Call): Call =>
        ((...words: Parameters<Call>) => {
          calls += 1
          if (calls >= dies) throw new Error('the process is no more')
          if (calls === fails) throw new Error('the disk fails once')
          return call(...words)
        }) as Call
      const disk = {
        open: mortal(node.open),
        rename: mortal(node.rename),
        unlink: mortal(node.unlink),
        mkdir: mortal(node.mkdir),
      }
      const ours = { lastHash: () => Promise.resolve(undefined), remember: () => Promise.resolve() }
      const lock: Lock = (_, work) => work({ stillOurs: () => Promise.resolve(true) })
      const desk = openDesk(given)
      const own = settingsFile(place('openclaw.json'), lock, ours, disk)
      const edit: typeof own.edit = (change) => {
        meanwhile?.()
        return own.edit(change)
      }
      const openclawJson = { ...own, edit }
      const models = settingsFile(place('models.json'), lock, ours, disk)
      const means = {
        openclawJson,
        modelsJson: sealingFile(models, openclawJson, () => Promise.resolve(desk.vault)),
        vault: desk.vault,
        lock,
        state: { notes: { get: () => Promise.resolve(undefined), put: () => Promise.resolve() } },
        keychain: () => Promise.resolve(keychainOn('win32', {})),
        gatewayRuns: () => Promise.resolve(false),
      }
      return {
        desk,
        move: (to, passphrase) => resultOf(moveSecrets({ to, ...(passphrase && { passphrase }) }, means)),
        look: () => resultOf(secretStore(means)),
        secrets: async () => {
          const values = merged(parseJson5(text('models.json')), parseJson5(text('openclaw.json')))
          const opened = secretsIn(values).map((secret) =>
            withKeys(desk.vault, () => desk.vault.unsealNow(secret.text, secret).reveal()),
          )
          return (await Promise.all(opened)).toSorted()
        },
      }
    },
  }
}

/** What a thief of the disk would read. */
const clearIn = ({ text }: Files): readonly string[] =>
  ['models.json', 'models.json.bak', 'openclaw.json', 'openclaw.json.bak'].flatMap((name) =>
    SECRETS.filter((secret) => new RegExp(`'${secret}'|"${secret}"`).test(text(name))).map(
      (secret) => `${name}: ${secret}`,
    ),
  )

it.each(['keychain', 'encrypted'] as const)('moves to %s whatever is written out, old copies too', async (to) => {
  const one = files()
  const { move, secrets, desk, look } = one.process({ passphrase: PASSPHRASE })
  expect(await look()).toEqual({
    store: 'file',
    secrets: { file: 3, keychain: 0, encrypted: 0 },
    elsewhere: ['models.providers.r.apiKey'],
    keychain: { usable: false, reason: 'openclaw knows no keychain on Windows' },
  })
  expect(await move(to)).toMatchObject({ store: to, moved: 4, passwords: ['gateway.proxy'] })
  expect(clearIn(one)).toEqual([])
  expect(await secrets()).toEqual(
    [...SECRETS.slice(0, 3), '${S_KEY}', 'canary-rt'].filter((text) => !text.includes('$')),
  )
  expect(await look()).toMatchObject({ store: to, secrets: { file: 0, [to]: 4 }, elsewhere: [] })
  expect(desk.entries.size).toBe(to === 'keychain' ? 1 : 0)
  // The person's own words are where they were.
  expect(one.text('models.json')).toContain('// ours')
  expect(one.text('models.json.bak')).toContain('// ours')
  expect(one.text('openclaw.json')).toContain('// mine')
  expect(one.text('openclaw.json')).toContain('${S_KEY}')
  expect(await move(to)).toMatchObject({ moved: 0 })
})

it('moves from one to another and back, and leaves nothing in the keychain', async () => {
  const one = files()
  const { move, secrets, desk } = one.process({ passphrase: PASSPHRASE })
  for (const to of ['keychain', 'encrypted', 'keychain'] as const) {
    await move(to)
    expect(await secrets()).toEqual(SECRETS)
    expect(clearIn(one)).toEqual([])
  }
  expect(await move('file')).toMatchObject({ store: 'file', moved: 4, files: [join(one.folder, 'models.json')] })
  expect(await secrets()).toEqual(SECRETS)
  expect(desk.entries.size).toBe(0)
  expect(one.text('models.json')).toContain("apiKey: 'canary-q'")
})

it('changes auth.store where the person wrote it', async () => {
  const one = files("{ auth: { store: 'file' } }")
  await one.process({}).move('keychain')
  expect(valueAt(parseJson5(one.text('openclaw.json')), ['auth', 'store'])).toBe('keychain')
})

it.each([
  ['a passphrase that is short', { passphrase: 'short' }],
  ['nobody who gives one', {}],
  ['somebody who types nothing', { typed: [] }],
])('changes nothing where the new place cannot be used: %s', async (_, given) => {
  for (const upper of [UPPER, UPPER.replace('{', "{ auth: { store: 'file' },")]) {
    const one = files(upper)
    await expect(one.process(given).move('encrypted')).rejects.toMatchObject({ code: 'passphrase-unfit' })
    expect(one.text('models.json')).toBe(LOWER)
    expect(one.text('openclaw.json')).toBe(upper)
    expect(readdirSync(one.folder).toSorted()).toEqual(['models.json', 'openclaw.json'])
  }
})

it('says in openclaw.json what models.json holds, wherever the disk fails', async () => {
  for (let fails = 1, ended = false; !ended; fails += 1) {
    const one = files("{ auth: { store: 'file' } }")
    const process = one.process({ fails })
    ended = await process.move('keychain').then(
      () => true,
      () => false,
    )
    const said = valueAt(parseJson5(one.text('openclaw.json')), ['auth', 'store'])
    const isMoved = one.text('models.json').includes('enc:v1:')
    expect([fails, said]).toEqual([fails, isMoved ? 'keychain' : 'file'])
    // Nor is a key left in the keychain that opens nothing.
    expect([fails, process.desk.entries.size]).toEqual([fails, isMoved ? 1 : 0])
    expect(fails).toBeLessThan(100)
  }
})

it('keeps a key that the person changes while a passphrase is asked for, or a moment later', async () => {
  const upper = "{ models: { providers: { r: { apiKey: 'canary-old' } } } }"
  for (const moment of ['asked', 'edited'] as const) {
    const one = files(upper, '{}')
    let changes = 1
    const change = (): void => {
      if (changes-- > 0) writeFileSync(join(one.folder, 'openclaw.json'), upper.replace('canary-old', 'canary-new'))
    }
    const { move, secrets, look } = one.process({
      typed: [PASSPHRASE],
      ...(moment === 'asked' ? { onAsked: change } : { meanwhile: change }),
    })
    expect(await move('encrypted')).toMatchObject({ moved: 1 })
    expect(await secrets()).toEqual(['canary-new'])
    expect(await look()).toMatchObject({ elsewhere: [], secrets: { encrypted: 1 } })
  }
})

it('changes nothing where the old place cannot be opened', async () => {
  const one = files()
  await one.process({ passphrase: PASSPHRASE }).move('encrypted')
  const before = one.text('models.json')
  await expect(one.process({}).move('file')).rejects.toBeInstanceOf(OpenClawError)
  expect(one.text('models.json')).toBe(before)
})

it('seals all anew under another passphrase, old copies too, and nothing on the way in clear', async () => {
  const one = files()
  await one.process({ passphrase: PASSPHRASE }).move('encrypted')
  const NEW = 'paper boat river moon'
  const refused = one.process({ passphrase: PASSPHRASE })
  const before = one.text('models.json')
  await expect(refused.move('encrypted', 'another')).rejects.toMatchObject({
    message: 'No passphrase to encrypt with: a new one has to be typed at a terminal.',
  })
  expect(one.text('models.json')).toBe(before)
  const changing = one.process({ passphrase: PASSPHRASE, typed: [NEW] })
  expect(await changing.move('encrypted', 'another')).toMatchObject({ store: 'encrypted', moved: 4 })
  expect(changing.desk.asked).toEqual(['new'])
  expect(clearIn(one)).toEqual([])
  expect(await one.process({ passphrase: NEW }).secrets()).toEqual(SECRETS)
  await expect(one.process({ passphrase: PASSPHRASE }).secrets()).rejects.toMatchObject({ code: 'secrets-locked' })
  // Nor does the old one open anything in a copy.
  const salts = (text: string): readonly string[] => [...new Set(text.match(/scrypt\.[\w-]+/g))]
  const [salt] = salts(one.text('models.json'))
  expect(salts(one.text('models.json'))).toHaveLength(1)
  for (const name of ['models.json.bak', 'openclaw.json.bak'])
    expect([name, salts(one.text(name))]).toEqual([name, [salt]])
})

it('leaves in an old copy nothing that is sealed with a key which nobody has any more', async () => {
  const one = files()
  await one.process({}).move('keychain')
  writeFileSync(join(one.folder, 'models.json'), '{}')
  await one.process({ passphrase: PASSPHRASE }).move('encrypted')
  writeFileSync(join(one.folder, 'models.json'), "{ models: { providers: { p: { apiKey: 'canary-q' } } } }")
  await one.process({ passphrase: PASSPHRASE }).move('encrypted')
  expect(one.text('openclaw.json.bak')).not.toContain('keychain.')
  expect(one.text('openclaw.json.bak')).toContain('// mine')
})

it('removes an old copy that cannot be read as settings', async () => {
  const one = files()
  writeFileSync(join(one.folder, 'openclaw.json.bak'), "{ models: { providers: { r: { apiKey: 'canary-r")
  await one.process({}).move('keychain')
  expect(clearIn(one)).toEqual([])
})

it.each([
  ['file', 'keychain'],
  ['keychain', 'file'],
] as const)('loses nothing when it dies on the way from %s to %s, wherever that is', async (from, to) => {
  let ended = false
  for (let dies = 1; !ended; dies += 1) {
    const one = files()
    const first = one.process({})
    if (from === 'keychain') await first.move('keychain')
    const { entries } = first.desk
    ended = await one
      .process({ entries }, dies)
      .move(to)
      .then(
        () => true,
        (error: unknown) => {
          expect(systemCode(error)).toBeUndefined()
          return false
        },
      )
    const next = one.process({ entries })
    expect(await next.secrets()).toEqual(SECRETS)
    await next.move(to)
    expect(await next.secrets()).toEqual(SECRETS)
    if (to === 'keychain') expect(clearIn(one)).toEqual([])
    expect(dies).toBeLessThan(100)
  }
})
