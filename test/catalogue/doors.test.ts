/** What opens a gateway to other machines, and what keeps it shut: rows against the built program. */
import { writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { connect } from 'node:tls'
import { expect, it, type TestContext } from 'vitest'
import { Secret } from '../../src/core/secret.ts'
import { demandStrong } from '../../src/service/owner-token.ts'
import { freePort, newHouse, type House } from '../journeys/support/house.ts'
import { sizeOf } from './sizes.ts'

const fixtures = resolve(import.meta.dirname, '../../src/net/fixtures')
const TLS = { cert: join(fixtures, 'server.pem'), key: join(fixtures, 'server-key.pem') }

const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
const lan = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const hasIpv6 = addresses.some(({ family }) => family === 'IPv6')

interface Door {
  readonly house: House
  readonly port: number
}

async function newDoor({ onTestFinished }: TestContext): Promise<Door> {
  const house = newHouse()
  onTestFinished(() => house.leave())
  return { house, port: await freePort() }
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** A request to one of this machine's addresses; rejects where nobody takes it. */
function ask(
  { port }: Door,
  address: string,
  { scheme = 'http', headers = {} }: { scheme?: 'http' | 'https'; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const send = scheme === 'http' ? httpRequest : httpsRequest
  // The certificate is a test's; whether it is trusted is the caller's matter.
  const secure = scheme === 'https' ? { rejectUnauthorized: false } : {}
  return new Promise((done, fail) => {
    const asked = send({ host: address, port, path: '/health', agent: false, headers, ...secure }, (response) => {
      let body = ''
      response.on('data', (piece: Buffer) => (body += piece.toString()))
      response.on('end', () => done({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', fail)
    asked.end()
  })
}

async function started({ house, port }: Door, bind: string): Promise<void> {
  const ran = await house.run(['gateway', 'start', '--port', String(port), '--bind', bind])
  expect(ran).toMatchObject({ code: 0 })
}

const SECRETS = [
  { named: 'nothing', gateway: {}, opens: false },
  { named: 'a certificate without its key', gateway: { tls: { cert: TLS.cert } }, opens: false },
  { named: 'certificate and key', gateway: { tls: TLS }, opens: true },
  { named: 'a trusted proxy', gateway: { trustedProxies: ['203.0.113.0/24'] }, opens: true },
] as const

const BINDS = ['0.0.0.0', '::', lan ?? '192.0.2.1']
expect(SECRETS.length * BINDS.length).toBe(sizeOf('A-12'))

for (const bind of BINDS) {
  for (const { named, gateway, opens } of SECRETS) {
    it.concurrent(`A-12 ${opens ? 'opens' : 'does not open'} at ${bind === lan ? 'an address of the network' : bind} with ${named}`, async (context) => {
      if (bind === '::' && !hasIpv6) return context.skip('this machine has no IPv6')
      if (opens && bind !== '::' && lan === undefined) return context.skip('this machine is in no network')
      const door = await newDoor(context)
      const { house, port } = door
      house.settings({ gateway })
      const outside = bind === '::' ? '::1' : (lan ?? bind)
      if (!opens) {
        // By setting and by option, in this terminal and in the background.
        house.settings({ gateway: { ...gateway, bind } })
        for (const words of [
          ['gateway', 'run', '--port', String(port)],
          ['gateway', 'start', '--port', String(port), '--bind', bind],
        ]) {
          const ran = await house.run(words)
          expect([words, ran.code]).toEqual([words, 2])
          expect(ran.stderr).toContain('gateway.tls')
          expect(ran.stderr).toContain('Run: openclaw config set gateway.tls.')
        }
        await expect(ask(door, outside)).rejects.toThrow('ECONNREFUSED')
        return
      }
      await started(door, bind)
      expect((await ask(door, '127.0.0.1')).status).toBe(200)
      if (outside === '::1') return
      if ('tls' in gateway) {
        expect((await ask(door, outside, { scheme: 'https' })).status).toBe(200)
        expect((await ask(door, outside, { scheme: 'https', headers: { host: 'evil.test' } })).status).toBe(403)
        await expect(ask(door, outside)).rejects.toThrow()
        await expect(oldTls(door, outside)).rejects.toThrow()
      } else
        expect(await ask(door, outside)).toMatchObject({ status: 403, body: expect.stringContaining('foreign_peer') })
    })
  }
}

/** A greeting in TLS 1.1. */
function oldTls({ port }: Door, address: string): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect(
      {
        host: address,
        port,
        rejectUnauthorized: false,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      },
      () => {
        socket.destroy()
        done()
      },
    )
    socket.on('error', fail)
  })
}

it.concurrent('A-12 says which address is not this machine’s, and which file is no certificate', async (context) => {
  const door = await newDoor(context)
  const { house, port } = door
  house.settings({ gateway: { tls: TLS } })
  const elsewhere = await house.run(['gateway', 'run', '--port', String(port), '--bind', '203.0.113.7'])
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('203.0.113.7 is not an address of') })
  house.settings({ gateway: { tls: { ...TLS, key: TLS.cert } } })
  const swapped = await house.run(['gateway', 'run', '--port', String(port), '--bind', 'lan'])
  expect(swapped).toMatchObject({ code: 2, stderr: expect.stringContaining('certificate and key do not fit') })
  house.settings({ gateway: { tls: { ...TLS, cert: 'gone.pem' } } })
  const gone = await house.run(['gateway', 'run', '--port', String(port), '--bind', 'lan'])
  expect(gone).toMatchObject({ code: 2, stderr: expect.stringContaining(join(house.stateFolder, 'gone.pem')) })
})

it.concurrent('A-12 keeps where it listens over a restart', async (context) => {
  if (lan === undefined) return context.skip('this machine is in no network')
  const door = await newDoor(context)
  const { house } = door
  house.settings({ gateway: { tls: TLS } })
  await started(door, 'lan')
  expect((await house.run(['gateway', 'restart'])).code).toBe(0)
  expect((await ask(door, lan, { scheme: 'https' })).status).toBe(200)
})

it.concurrent('A-13 refuses a token that could be guessed, and takes every one that it makes', async (context) => {
  const door = await newDoor(context)
  const { house, port } = door
  const weak = [
    '',
    'a',
    'token',
    'changeme',
    'password',
    'secret',
    '123456',
    'openclaw',
    'admin',
    'qwerty',
    'letmein',
    '0000',
    'correct-horse-battery-staple',
    'Tr0ub4dor&3',
    '5f4dcc3b5aa765d61d8327deb882cf99'.slice(0, 31),
    'x'.repeat(31),
    ...['a', '0', '-', 'A', '中'].map((sign) => sign.repeat(40)),
    ...['ab', 'abc', '0123456789', 'deadbeef', 'qwertyuiop', 'token-', 'Zufall7', 'hunter2!'].map((piece) =>
      piece.repeat(40).slice(0, 40),
    ),
    ...[
      'changeme',
      'CHANGEME',
      'change-me',
      'change_me',
      'password',
      'Passwort',
      'secret',
      'example',
      'openclaw',
      'LetMeIn',
    ].map((word) => `${word}-7f3kq9zv2m5xw8t4n6bj1hd0csg`),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '0123456789abcdefghijklmnopqrstuvwxyz',
    'zyxwvutsrqponmlkjihgfedcba98765432',
    'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbcccc',
    '00000000000000000000000000000000000a',
    '11112222333344445555666677778888',
    'aabbccddeeffgghhiijjkkllmmnnooppqq',
    '000000000000000000000000000000000000000000000',
    'abababababababababababababababababa',
    '12341234123412341234123412341234',
    '98989898989898989898989898989898989',
  ]
  expect(weak).toHaveLength(sizeOf('A-13'))
  for (const token of weak) {
    expect(() => demandStrong(new Secret(token), 'gateway-token'), token).toThrow(
      expect.objectContaining({ code: 'token-weak' }),
    )
  }

  const file = join(house.stateFolder, 'gateway-token')
  for (let made = 0; made < 2; made += 1) {
    const token = (await house.run(['gateway', 'token'])).stdout.trim()
    expect(() => demandStrong(new Secret(token), file)).not.toThrow()
    for (const weakest of ['changeme', 'a'.repeat(40)]) {
      writeFileSync(file, `${weakest}\n`)
      for (const act of made === 0 ? ['run', 'start'] : ['restart']) {
        const refused = await house.run(['gateway', act, '--port', String(port)])
        expect(refused).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('Run: openclaw gateway token --rotate'),
        })
      }
      await expect(ask(door, '127.0.0.1')).rejects.toThrow('ECONNREFUSED')
    }
    // Nothing in the file is no token: one is made.
    writeFileSync(file, '')
  }
})

it.concurrent('A-15 heeds X-Forwarded-* of a trusted proxy alone, and then only to refuse', async (context) => {
  if (lan === undefined) return context.skip('this machine is in no network')
  const door = await newDoor(context)
  const { house } = door
  const forwarded: readonly Readonly<Record<string, string>>[] = [
    { 'x-forwarded-host': 'evil.test' },
    { 'x-forwarded-host': 'evil.test, ai.example.test' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': 'evil' },
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-port': '443' },
    { 'x-forwarded-prefix': '/health' },
    { 'x-real-ip': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1;host=evil.test;proto=https' },
    { 'x-original-url': '/v1/models' },
    { 'x-forwarded-user': 'root' },
    { 'x-forwarded-authorization': 'Bearer x' },
  ]
  expect(forwarded).toHaveLength(sizeOf('A-15'))
  const settle = async (trustedProxies: readonly string[]): Promise<void> => {
    house.settings({ gateway: { trustedProxies, hosts: ['ai.example.test'] } })
    // The running gateway reads it by itself.
    await new Promise((resolve_) => void setTimeout(resolve_, 700))
  }
  await house.run(['gateway', 'token'])
  house.settings({ gateway: { trustedProxies: ['203.0.113.7'], hosts: ['ai.example.test'] } })
  await started(door, 'lan')
  for (const headers of forwarded) {
    // A stranger in the network stays one, this machine stays this machine, a foreign name stays foreign.
    expect((await ask(door, lan, { headers })).status).toBe(403)
    expect((await ask(door, '127.0.0.1', { headers })).status).toBe(200)
    expect((await ask(door, '127.0.0.1', { headers: { ...headers, host: 'evil.test' } })).status).toBe(403)
    expect((await ask(door, '127.0.0.1', { headers: { ...headers, host: 'ai.example.test' } })).status).toBe(200)
  }
  await settle([`${lan}/32`])
  for (const headers of forwarded) {
    const names = headers['x-forwarded-host'] !== undefined
    expect([headers, (await ask(door, lan, { headers })).status]).toEqual([headers, names ? 403 : 200])
    expect((await ask(door, lan, { headers: { ...headers, host: 'evil.test' } })).status).toBe(403)
  }
  expect((await ask(door, lan, { headers: { 'x-forwarded-host': 'ai.example.test' } })).status).toBe(200)
})
