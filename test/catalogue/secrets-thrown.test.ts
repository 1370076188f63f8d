/** What is thrown, or told as a failure, while secrets are in reach: row X-02 of the catalogue. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as node from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { fileCredentialStore } from '../../src/accounts/credential-store.ts'
import { withKeys } from '../../src/accounts/keys-wanted.ts'
import { oauthClient } from '../../src/accounts/oauth-client.ts'
import { sealingFile } from '../../src/accounts/sealing-file.ts'
import { openVault, type Vault } from '../../src/accounts/vault.ts'
import { loginEdits } from '../../src/config/profiles.ts'
import { resultOf } from '../../src/control/contract.ts'
import { moveSecrets } from '../../src/control/secret-move.ts'
import type { Credential } from '../../src/core/credential.ts'
import type { Lock, SettingsFile } from '../../src/core/edit.ts'
import type { State } from '../../src/core/ports.ts'
import type { ProviderDefinition } from '../../src/core/provider.ts'
import { Secret } from '../../src/core/secret.ts'
import type { SecretHome } from '../../src/core/settings.ts'
import { openHttpClient } from '../../src/net/client.ts'
import { checkKey } from '../../src/serving/check-key.ts'
import { listedModels } from '../../src/serving/listed-models.ts'
import { demandStrong } from '../../src/service/owner-token.ts'
import { loadSetup } from '../../src/setup/load.ts'
import { readOrMakeSecret, readSecret } from '../../src/stores/files/secret-file.ts'
import { settingsFile } from '../../src/stores/files/settings-file.ts'
import { pluginsFolder } from '../../src/system/built.ts'
import { systemClock } from '../../src/system/clock.ts'
import { keychainOn } from '../../src/system/keychain.ts'
import { systemRandom } from '../../src/system/random.ts'
import { sizeOf } from './sizes.ts'
import { canary, tracesIn } from './support/canaries.ts'

const SECRETS = {
  'access token': canary('-_.~+/='),
  'refresh token': canary('-_.~+/='),
  'API key': canary('-_'),
  'device code': canary('-_'),
  'code verifier': canary('-_'),
  passphrase: canary('-_'),
  "the owner's token": `aaaa${canary('', 36)}changeme`,
  "a proxy's password": canary(''),
}
const [accessToken, refreshToken, apiKey] = [SECRETS['access token'], SECRETS['refresh token'], SECRETS['API key']].map(
  (text) => new Secret(text),
) as [Secret, Secret, Secret]
const PAIR: Credential = { kind: 'oauth', accessToken, refreshToken, expiresAt: new Date('2030-01-01T00:00:00Z') }
const OWNER = { id: 'p:default', provider: 'p', mode: 'oauth' } as const

/** Everything that whoever catches it could print of it. */
function printed(met: unknown): string {
  const ways = [
    inspect(met, { depth: 30, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    JSON.stringify(met) ?? '',
    String(met),
  ]
  if (met instanceof Error) ways.push(met.message, met.stack ?? '', printed(met.cause))
  return ways.join('\n')
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'openclaw-thrown-'))
  onTestFinished(() => {
    chmodSync(made, 0o700)
    rmSync(made, { recursive: true, force: true })
  })
  return made
}

interface Files {
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
  readonly vault: Vault
  readonly lock: Lock
  readonly state: Pick<State, 'notes'>
}

/** One for all: making a key takes long. */
const vault = openVault({
  keychain: () => Promise.resolve(keychainOn('linux', { PATH: '' })),
  givenPassphrase: async () => ({ secret: new Secret(SECRETS.passphrase), from: 'OPENCLAW_PASSPHRASE' }),
})

/** Whose disk gives up at its so many-th change. */
function filesThatFail(failsAt: number, text: string): Files {
  const place = folder()
  writeFileSync(join(place, 'models.json'), text)
  let calls = 0
  const failing = <Call extends (...words: never[]) => unknown>(call: Call): Call =>
    ((...words: Parameters<Call>) => {
      calls += 1
      if (calls === failsAt) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', given: words })
      return call(...words)
    }) as Call
  const disk = {
    open: failing(node.open),
    rename: failing(node.rename),
    unlink: failing(node.unlink),
    mkdir: failing(node.mkdir),
  }
  const ours = { lastHash: () => Promise.resolve(undefined), remember: () => Promise.resolve() }
  const lock: Lock = (_, work) => work({ stillOurs: () => Promise.resolve(true) })
  const state = { notes: { get: () => Promise.resolve(undefined), put: () => Promise.resolve() } }
  const openclawJson = settingsFile(join(place, 'openclaw.json'), lock, ours, disk)
  const models = settingsFile(join(place, 'models.json'), lock, ours, disk)
  const modelsJson = sealingFile(models, openclawJson, () => Promise.resolve(vault))
  return { openclawJson, modelsJson, vault, lock, state }
}

const models = (more = ''): string => `{
  models: { providers: { p: { accessToken: '${SECRETS['access token']}', refreshToken: '${SECRETS['refresh token']}' } } },
  auth: { profiles: { 'q:work': { provider: 'q', mode: 'api_key', apiKey: '${SECRETS['API key']}' } } },${more}
}`

/** Each takes what is sent to it and misbehaves in its own way. */
const FAULTS: readonly ((said: string) => string | undefined)[] = [
  () => undefined,
  () => '',
  (said) => said,
  () => 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{"a',
  (said) => `HTTP/1.1 500 ${said.replaceAll(/[^\x21-\x7e]+/g, ' ')}\r\ncontent-length: 0\r\n\r\n`,
  (said) => `HTTP/1.1 401 no\r\nx-echo: ${said.replaceAll(/[^\x21-\x7e]+/g, ' ')}\r\nconnection: close\r\n\r\n${said}`,
  (said) =>
    `HTTP/1.1 400 no\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${JSON.stringify({ error: said, error_description: said })}`,
  (said) =>
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${JSON.stringify({ error: { message: said, code: said } })}`,
  (said) =>
    `HTTP/1.1 302 there\r\nlocation: https://h.invalid/${encodeURIComponent(said)}\r\ncontent-length: 0\r\n\r\n`,
  (said) => `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<title>${said}</title>`,
]

async function faulty(fault: (said: string) => string | undefined): Promise<string> {
  const server = createServer((socket) => {
    let said = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1')
      if (!said.includes('\r\n\r\n')) return
      const answer = fault(said)
      if (answer === undefined) socket.destroy()
      else socket.end(answer)
    })
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

it('X-02 no error carries a secret that was in its reach', { timeout: 120_000 }, async () => {
  const met: { readonly where: string; readonly what: unknown }[] = []
  /** Notes what is thrown; false = nothing was. */
  const tried = async (where: string, work: () => unknown): Promise<boolean> => {
    try {
      await work()
      return false
    } catch (error) {
      met.push({ where, what: error })
      return true
    }
  }
  /** The disk fails at each of its calls in turn, until the work gets through. */
  const atEachCall = async (where: string, text: string, work: (files: Files) => Promise<unknown>): Promise<void> => {
    for (let failsAt = 1, failed = true; failed; failsAt += 1) {
      const files = filesThatFail(failsAt, text)
      failed = await tried(`${where}, call ${failsAt}`, () => work(files))
    }
  }

  // A login saved, a token swapped, secrets moved; in clear and sealed.
  for (const store of ['file', 'encrypted'] as const) {
    const text = store === 'file' ? '{}' : "{ auth: { store: 'encrypted' } }"
    await atEachCall(`a login saved (${store})`, text, ({ modelsJson }) =>
      modelsJson.edit(() => loginEdits(OWNER, PAIR, undefined)),
    )
    await atEachCall(`a login rehearsed (${store})`, text, ({ modelsJson }) =>
      modelsJson.rehearse(() => loginEdits(OWNER, PAIR, undefined)),
    )
    await atEachCall(`a token swapped (${store})`, models(), async ({ modelsJson }) => {
      const kept = fileCredentialStore(modelsJson, () => Promise.resolve(vault))
      await kept.compareAndSwap('p:default', (await kept.read('p:default'))?.mark ?? '', PAIR)
    })
  }
  await atEachCall('secrets moved', models(), (files) =>
    resultOf(
      moveSecrets(
        { to: 'encrypted' },
        {
          ...files,
          gatewayRuns: async () => false,
        },
      ),
    ),
  )
  for (const to of ['keychain', 'elsewhere' as SecretHome]) {
    const files = filesThatFail(Infinity, models())
    await tried(`secrets moved to ${to}`, () =>
      resultOf(
        moveSecrets(
          { to: to as SecretHome },
          {
            ...files,
            gatewayRuns: async () => false,
          },
        ),
      ),
    )
  }

  // What is sealed, opened wrongly.
  const place = { profile: 'p:default', slot: 'refreshToken' } as const
  const sealed = await withKeys(vault, () => vault.sealNow(refreshToken, place, { home: 'encrypted', beside: [] }))
  for (const [wrong, where] of [
    [sealed.slice(0, -4), place],
    [sealed, { ...place, profile: 'p:other' }],
    ['enc:v9:x', place],
    [sealed.replace('scrypt.', 'keychain.'), place],
  ] as const) {
    await tried(`sealed: ${wrong.slice(0, 20)}`, () => withKeys(vault, () => vault.unsealNow(wrong, where)))
  }
  const stranger = openVault({
    keychain: () => Promise.reject(new Error('none')),
    givenPassphrase: async () => ({ secret: new Secret(`not ${SECRETS.passphrase}`), from: 'OPENCLAW_PASSPHRASE' }),
  })
  await tried('a wrong passphrase', () => withKeys(stranger, () => stranger.unsealNow(sealed, place)))

  // The keychain's own programs.
  const programs = resolve(import.meta.dirname, '../../src/system/fixtures/keychain')
  const PATH = `${programs}${delimiter}${process.env['PATH']}`
  for (const [platform, environment] of [
    ['linux', { PATH: '' }],
    ['linux', { PATH }],
    ['darwin', { PATH, XDG_FAKE_KEYRING: join(folder(), 'k'), XDG_FAKE_KEYRING_LOCKED: '1' }],
    ['win32', {}],
  ] as const) {
    const keychain = keychainOn(platform, environment)
    await tried(`put into the keychain (${platform})`, () => keychain.put('a', apiKey))
    await tried(`put into the keychain, oddly named (${platform})`, () => keychain.put('a b', refreshToken))
  }

  // Settings that cannot be read.
  for (const text of [
    models(', "'),
    models().slice(0, -20),
    models().replaceAll("'", ''),
    models().replace(/'([^']*)' \}/, "['$1'] }"),
    `{ models: '${SECRETS['API key']}' }`,
    `{ models: { providers: '${SECRETS['API key']}' } }`,
    `{ auth: { profiles: { '${SECRETS['API key'].slice(0, 0)}x': '${SECRETS['API key']}' } } }`,
    `{ gateway: { proxy: 'socks5://me:${SECRETS["a proxy's password"]}@p' } }`,
    `{ gateway: { proxy: ['http://me:${SECRETS["a proxy's password"]}@p'] } }`,
    `{ models: { providers: { p: { baseUrl: 'ftp://me:${SECRETS["a proxy's password"]}@h' } } } }`,
    `{ auth: { store: '${SECRETS['API key']}' } }`,
  ]) {
    const files = filesThatFail(Infinity, text)
    await tried(`settings: ${text.slice(0, 40)}`, () =>
      loadSetup({ ...files, environment: {}, pluginsFolder: pluginsFolder() }),
    )
    await tried(`an edit of them: ${text.slice(0, 40)}`, () =>
      files.modelsJson.edit(() => [
        { kind: 'set', path: ['models', 'providers', 'p', 'apiKey', '0'], value: SECRETS['API key'] },
      ]),
    )
  }

  // The owner's token.
  const owners = new Secret(SECRETS["the owner's token"])
  await tried('a token that could be guessed', () => demandStrong(owners, 'gateway-token'))
  const closed = folder()
  mkdirSync(join(closed, 'gateway-token'))
  await tried('a folder in its place', () => readSecret(join(closed, 'gateway-token')))
  await tried('a folder in its place, to be made', () => readOrMakeSecret(join(closed, 'gateway-token')))

  // Servers that misbehave: what they are asked for comes back as a failure.
  const http = openHttpClient({ proxyFromEnv: {} })
  onTestFinished(() => http.close())
  const way = { http, clock: systemClock, random: systemRandom, userAgent: 'openclaw/test' }
  const definition: ProviderDefinition = {
    id: 'p',
    label: { en: 'P' },
    dialect: 'chat-completions',
    baseUrl: 'https://p.invalid',
    hosts: [],
    models: [],
    aliases: {},
    listsModels: true,
  }
  for (const [at, fault] of FAULTS.entries()) {
    const baseUrl = await faulty(fault)
    const login = {
      kind: 'device-code' as const,
      baseUrl,
      deviceAuthorizationPath: '/device',
      tokenPath: '/token',
      clientId: 'c',
      scope: 's',
      verificationHosts: [],
    }
    const client = oauthClient(login, { ...way, http: () => Promise.resolve(http) })
    const device = {
      deviceCode: new Secret(SECRETS['device code']),
      codeVerifier: new Secret(SECRETS['code verifier']),
      userCode: 'u',
      verificationUri: baseUrl,
      expiresInS: 9,
    }
    const keyed = { definition, baseUrl, credential: { kind: 'api-key', apiKey } } as const
    const means = { ...way, signal: new AbortController().signal }
    for (const [what, answer] of Object.entries({
      refresh: await client.refresh(refreshToken),
      redeem: await client.redeemDeviceCode(device),
      check: await checkKey(keyed, means),
      list: await listedModels(keyed, means),
    })) {
      met.push({ where: `${what} at server ${at}`, what: answer })
    }
  }

  const traces = met.flatMap(({ where, what }) =>
    tracesIn(printed(what), SECRETS).map(
      ({ slot, as }) => `${slot} (${as}) in ${where}: ${inspect(what).slice(0, 400)}`,
    ),
  )
  expect(traces).toEqual([])
  expect(met.length).toBeGreaterThanOrEqual(sizeOf('X-02'))
})
