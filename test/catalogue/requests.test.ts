/** Bodies that are made to break a reader: row F-04 of the catalogue against the built program. */
import { Agent, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readChatRequest } from '../../src/dialects/chat-completions/request.ts'
import { sizeOf } from './sizes.ts'
import { realGateway, type RealGateway } from './support/real-gateway.ts'
import { seeded, type Seeded } from './support/seeded.ts'

let gateway: RealGateway
const agent = new Agent({ keepAlive: true, maxSockets: 8 })
beforeAll(async () => {
  gateway = await realGateway()
})
afterAll(async () => {
  agent.destroy()
  await gateway.end()
})

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]'
const MODEL = '"model":"a/m"'
const withField = (field: string): string => `{${MODEL},${MESSAGES},${field}}`
const some = (random: Seeded): string => Array.from({ length: 1 + random.below(8) }, () => random.sign()).join('')
const nested = (depth: number, random: Seeded): string => {
  const isList = random.below(2) === 0
  return isList ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
}
const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))

type Kind = (random: Seeded) => string | Buffer

/** Each is a 400. */
const HOSTILE: readonly [Kind, ...Kind[]] = [
  (random) => withField(`"deep":${nested(65 + random.below(2_000), random)}`),
  (random) => withField(`"deep":${'['.repeat(10_000 + random.below(100_000))}`),
  (random) => withField(Array.from({ length: 10_001 }, (_, at) => `"${at}${random.sign()}":1`).join(',')),
  (random) => withField(`"${random.pick(['model', 'messages'])}":"${some(random)}"`),
  () => withField('"mod\\u0065l":"b/n"'),
  (random) => withField(`"x":1,"x":${random.below(9)}`),
  (random) => withField(`"${random.pick(['__proto__', 'constructor', 'prototype'])}":{"admin":true}`),
  () => withField('"\\u005f_proto__":{"admin":true}'),
  (random) =>
    bytes(
      `{${MODEL},${MESSAGES},"x":"`,
      random.pick([[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe4, 0xb8]]),
      '"}',
    ),
  (random) => bytes([0xef, 0xbb, 0xbf], withField(`"x":"${some(random)}"`)),
  (random) => Buffer.from(withField(`"x":"${some(random)}"`), 'utf16le'),
  (random) =>
    withField(
      `"x":${random.pick(['NaN', 'Infinity', '-Infinity', 'undefined', '0x10', '01', '+1', '.5', '1.', '1e', "'a'", '/*x*/1', '1,'])}`,
    ),
  (random) => withField(`"x":"${random.pick(['\n', '\t', '\0', '\\x41', '\\', '\\u12'])}"`),
  (random) => withField(`"x":"${some(random)}"`).slice(0, -1 - random.below(30)),
  (random) => `${withField(`"x":"${some(random)}"`)}${random.pick(['x', '{}', ']', '\0'])}`,
  (random) => random.pick(['', ' ', 'null', 'true', '"text"', '[]', '7', '{}', `{${MODEL}}`, `{${MESSAGES}}`]),
  (random) => `{${MESSAGES},"model":${random.pick(['7', 'null', '""', '[]', '{}', 'true'])}}`,
  (random) => `{${MODEL},"messages":${random.pick(['7', 'null', '""', '[]', '{}', 'true'])}}`,
  (random) => withField(`"stream":${random.pick(['1', '"true"', '[]', '{}'])}`),
  (random) => withField(`"fallbacks":${random.pick(['1', '"off"', '[1]', '[""]', '{}'])}`),
]

/** Each is legal, odd as it is, and reaches the upstream as it came. */
const ODD: readonly [Kind, ...Kind[]] = [
  (random) => withField(`"x":${random.pick(['1e400', '-0', '9007199254740993', '0.1e-400', `1${'0'.repeat(400)}`])}`),
  () => withField('"x":"\\ud800"'),
  () => withField('"x":{"__proto__":{"admin":true},"constructor":1}'),
  (random) => withField(`"deep":${nested(40 + random.below(20), random)}`),
  (random) => withField(`"工具\\u0000${some(random)}":"\\u0000"`),
]

interface Answered {
  readonly status: number
  readonly body: string
}

function post(body: string | Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${gateway.token}` }
    const path = '/v1/chat/completions'
    const asked = httpRequest(
      { agent, host: '127.0.0.1', port: gateway.port, method: 'POST', path, headers },
      (response) => {
        let text = ''
        response.on('data', (piece: Buffer) => (text += piece.toString('latin1')))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
        response.on('error', reject)
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

it(
  'F-04 refuses hostile JSON, passes odd JSON on as it came, and is changed by neither',
  { timeout: 60_000 },
  async () => {
    const random = seeded(4)
    const prototypes = (): string =>
      JSON.stringify([Object.prototype, Array.prototype].map((each) => Reflect.ownKeys(each).map(String)))
    const before = prototypes()
    for (let at = 0; at < sizeOf('F-04'); at += 1) {
      const isOdd = at % 5 === 0
      const body = random.pick(isOdd ? ODD : HOSTILE)(random)
      const shown = Buffer.from(body).toString('latin1').slice(0, 300)
      expect([shown, readChatRequest(Buffer.from(body)).kind]).toEqual([shown, isOdd ? 'ok' : 'refused'])
      const answer = await post(body)
      expect([shown, answer.status]).toEqual([shown, isOdd ? 200 : 400])
      if (isOdd) expect(gateway.upstream.bodies.pop()?.toString()).toBe(String(body).replace('"a/m"', '"m"'))
      else
        expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 'bad_request', type: 'invalid_request_error' } })
    }
    expect(prototypes()).toBe(before)
    expect(gateway.upstream.bodies).toHaveLength(0)
  },
)
