/** An HTTP/1.1 answer taken apart: the same whichever way it is cut, and the same as Node's own parser sees it. */
import { request } from 'node:http'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerParser, MalformedAnswerError } from './answer-parser.ts'

interface Seen {
  readonly heads: { status: number; headers: Record<string, unknown> }[]
  body: string
  readonly ended: 'whole' | 'torn' | 'malformed'
  readonly reusable: boolean
}

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

/** Fed piece by piece; `closes` = the other side closes after it. */
function read(pieces: readonly (string | Buffer)[], closes = true): Seen {
  const heads: Seen['heads'] = []
  let body = ''
  let ends = 0
  const parser = new AnswerParser({
    head: ({ status, headers }) => void heads.push({ status, headers: { ...headers } }),
    data: (piece) => void (body += Buffer.from(piece).toString('latin1')),
    end: () => void (ends += 1),
  })
  let ended: Seen['ended'] = 'torn'
  try {
    for (const piece of pieces) parser.feed(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
    const reusable = parser.reusableAfter !== undefined
    if (parser.isOver || (closes && parser.close())) ended = 'whole'
    expect(ends).toBe(ended === 'whole' ? 1 : 0)
    return { heads, body, ended, reusable }
  } catch (error) {
    if (!(error instanceof MalformedAnswerError)) throw error
    expect(ends).toBe(0)
    return { heads, body, ended: 'malformed', reusable: false }
  }
}

const whole = (text: string): Seen => read([text])

describe('a body ends', () => {
  it.each([
    ['where its length says', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello', 'hello', true],
    ['at once, with no length at all and status 204', 'HTTP/1.1 204 No Content\r\n\r\n', '', true],
    ['at once with 304, whatever its length says', 'HTTP/1.1 304 OK\r\ncontent-length: 5\r\n\r\n', '', true],
    ['after its last chunk', `${CHUNKED}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, 'hello', true],
    [
      'after chunks with extensions, blanks before them too',
      `${CHUNKED}5 ;a="b c"\r\nhello\r\n0\r\n\r\n`,
      'hello',
      true,
    ],
    ['after its trailers', `${CHUNKED}5\r\nhello\r\n0\r\nx-sum: 1\r\nx-other: 2\r\n\r\n`, 'hello', true],
    ['where the connection does, where nothing else says so', 'HTTP/1.1 200 OK\r\n\r\nhello', 'hello', false],
  ])('%s', (_where, text, body, reusable) => {
    expect(whole(text)).toMatchObject({ ended: 'whole', body, reusable })
  })

  it('never in the middle of a length, a chunk or the trailers', () => {
    const texts = [
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
      `${CHUNKED}3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nx: y\r\n\r\n`,
      'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    ]
    for (const text of texts) {
      for (let end = 0; end < text.length; end += 1) expect(whole(text.slice(0, end)).ended).toBe('torn')
      expect(whole(text).ended).toBe('whole')
    }
  })
})

describe('a head', () => {
  it('gives names in lower case, repeated ones as a list, values without blanks around them', () => {
    const { heads } = whole('HTTP/1.1 200 OK\r\nX-One: \t a b \t\r\nset-cookie: a\r\nSet-Cookie: b\r\nx-empty:\r\n\r\n')
    expect(heads[0]?.headers).toEqual({ 'x-one': 'a b', 'set-cookie': ['a', 'b'], 'x-empty': '' })
  })

  it('joins a line that goes on in the next one', () => {
    expect(whole('HTTP/1.1 200 OK\r\nx-a: one\r\n\t two\r\n\r\n').heads[0]?.headers).toEqual({ 'x-a': 'one two' })
  })

  it.each([
    ['a connection that closes', 'connection: close\r\ncontent-length: 0\r\n', false],
    ['a connection that closes, among other words', 'connection: x, Close\r\ncontent-length: 0\r\n', false],
    ['a name that only looks like it', 'connection: closed-captions\r\ncontent-length: 0\r\n', true],
  ])('says of %s whether it carries on', (_what, lines, reusable) => {
    expect(whole(`HTTP/1.1 200 OK\r\n${lines}\r\n`).reusable).toBe(reusable)
  })

  it('of an HTTP/1.0 server lets the connection carry on only where it says so, and never after chunks', () => {
    const answer = (lines: string, body = ''): Seen => whole(`HTTP/1.0 200 OK\r\n${lines}\r\n${body}`)
    expect(answer('content-length: 0\r\n').reusable).toBe(false)
    expect(answer('connection: keep-alive\r\ncontent-length: 0\r\n').reusable).toBe(true)
    expect(answer('connection: keep-alive\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n').reusable).toBe(false)
  })
})

it.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
  ['a line without a colon', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
  ['a blank before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 3\r\n\r\nabc'],
  ['a name of nothing', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n'],
  ['a first line that goes on', 'HTTP/1.1 200 OK\r\n x: y\r\n\r\n'],
  ['a bare line feed', 'HTTP/1.1 200 OK\r\nx: a\ncontent-length: 3\r\n\r\nabc'],
  ['a bare carriage return', 'HTTP/1.1 200 OK\r\nx: a\rcontent-length: 3\r\n\r\nabc'],
  ['a zero byte', 'HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd'],
  ['the same length twice', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc'],
  ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 3, 3\r\n\r\nabc'],
  ['a length below nothing', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ['a length with a sign', 'HTTP/1.1 200 OK\r\ncontent-length: +3\r\n\r\nabc'],
  ['a length in another base', 'HTTP/1.1 200 OK\r\ncontent-length: 0x3\r\n\r\nabc'],
  ['a length that no number holds', 'HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nabc'],
  ['a length beside chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['a coding that nobody asked for', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n'],
  ['chunks that are not the last coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, gzip\r\n\r\n'],
  ['chunks twice', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['a length with a blank that is none', 'HTTP/1.1 200 OK\r\ncontent-length: 2\xa0\r\n\r\nab'],
  ['a coding behind a blank that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: \xa0chunked\r\n\r\n0\r\n\r\n'],
  ['a chunk without size', `${CHUNKED}\r\nabc\r\n`],
  ['a chunk size that is none', `${CHUNKED}zz`],
  ['a chunk size below nothing', `${CHUNKED}-1\r\n`],
  ['a chunk size in another form', `${CHUNKED}0x3\r\nabc\r\n`],
  ['a chunk size that no number holds', `${CHUNKED}ffffffffffffffff\r\n`],
  ['a chunk that is longer than it says', `${CHUNKED}3\r\nabcd\r\n`],
  ['a chunk that ends in a bare line feed', `${CHUNKED}3\r\nabc\n`],
  ['a chunk size that ends in a bare line feed', `${CHUNKED}3\nabc\r\n`],
  ['an extension with a line feed', `${CHUNKED}3;a\nb\r\nabc\r\n`],
  ['a chunk line without end', `${CHUNKED}3;${'x'.repeat(5_000)}`],
  ['a head without end', `HTTP/1.1 200 OK\r\n${'x-pad: 0123456789\r\n'.repeat(1_000)}`],
  ['a trailer with a bare line feed', `${CHUNKED}0\r\nx: a\nb\r\n\r\n`],
  ['a trailer without a colon', `${CHUNKED}0\r\nno colon \0\r\n\r\n`],
  ['a trailer without a name', `${CHUNKED}0\r\nx: a\r\n: b\r\n\r\n`],
  ['a first trailer that goes on', `${CHUNKED}0\r\n x: a\r\n\r\n`],
  ['trailers without end', `${CHUNKED}0\r\n${'x-pad: 0123456789\r\n'.repeat(1_000)}`],
])('%s is malformed, however it is cut', (_what, text) => {
  expect(whole(text).ended).toBe('malformed')
  expect(read(text.split('')).ended).toBe('malformed')
})

it('tells of bytes after the end only that the connection is no good any more', () => {
  const text = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
  expect(whole(text).reusable).toBe(true)
  expect(whole(`${text}HTTP/1.1 200 OK\r\n\r\nmore`)).toMatchObject({ body: 'ok', ended: 'whole', reusable: false })
})

it('reads what drips once, not anew with each piece', () => {
  /** The quickest of several, so that a busy machine does not count. */
  const tookMs = (bytes: number): number => {
    const pieces = Array.from(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(bytes)}`, (sign) => Buffer.from(sign))
    const rounds = Array.from({ length: 5 }, () => {
      const start = performance.now()
      expect(read(pieces).ended).toBe('torn')
      return performance.now() - start
    })
    return Math.min(...rounds)
  }
  // Four times as much takes four times as long; read anew each time it would be sixteen times.
  expect(tookMs(16_000) / tookMs(4_000)).toBeLessThan(8)
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/)
const latin1 = (codes: Uint8Array): string => Buffer.from(codes).toString('latin1')
const value = fc
  .uint8Array({ maxLength: 20 })
  .map((codes) => latin1(codes.filter((code) => (code >= 32 && code < 127) || code >= 160)).replaceAll(/^ +| +$/g, ''))
const bodyText = fc.uint8Array({ maxLength: 60 }).map(latin1)
const OURS = new Set(['content-length', 'transfer-encoding', 'connection', 'upgrade', 'keep-alive', 'trailer'])

/** A well-formed answer of any framing. */
const answer = fc
  .record({
    status: fc.constantFrom(200, 201, 204, 302, 304, 400, 429, 500, 599),
    early: fc.array(fc.constantFrom('HTTP/1.1 102 x\r\n\r\n', 'HTTP/1.1 103 y\r\nlink: z\r\n\r\n'), { maxLength: 2 }),
    fields: fc.array(fc.tuple(token, value), { maxLength: 6 }),
    framing: fc.constantFrom('counted', 'chunked', 'until-close'),
    pieces: fc.array(bodyText, { maxLength: 5 }),
    extension: fc.constantFrom('', ';a', ';a=b', ';x="y z"'),
    trailers: fc.array(fc.tuple(token, value), { maxLength: 2 }),
  })
  .map(({ status, early, fields, framing, pieces, extension, trailers }) => {
    const lines = fields.filter(([name]) => !OURS.has(name.toLowerCase())).map(([name, text]) => `${name}: ${text}\r\n`)
    const hasBody = status !== 204 && status !== 304
    const body = pieces.join('')
    const hex = (text: string): string => text.length.toString(16)
    const chunks = pieces.filter((piece) => piece !== '').map((piece) => `${hex(piece)}${extension}\r\n${piece}\r\n`)
    const last = `0\r\n${trailers
      .filter(([name]) => !OURS.has(name.toLowerCase()))
      .map(([name, text]) => `${name}: ${text}\r\n`)
      .join('')}\r\n`
    const framed = !hasBody
      ? ['', '']
      : framing === 'counted'
        ? [`Content-Length: ${body.length}\r\n`, body]
        : framing === 'chunked'
          ? ['Transfer-Encoding: chunked\r\n', chunks.join('') + last]
          : ['', body]
    return `${early.join('')}HTTP/1.1 ${status} Some Reason\r\n${lines.join('')}${framed[0]}\r\n${framed[1]}`
  })

/** Cut at random places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((start, index) => text.slice(start, at[index])).filter((piece) => piece !== '')
}

it('is read the same however it is cut', () => {
  fc.assert(
    fc.property(answer, fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 }), (text, places) => {
      const expected = whole(text)
      expect(expected.ended).toBe('whole')
      expect(read(cut(text, places))).toEqual(expected)
      expect(read(text.split(''))).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})

/** What node:http sees of the same bytes; undefined = it calls them malformed or torn. */
function nodeSees(text: string): Promise<{ status: number; body: string; values: string[] } | undefined> {
  return new Promise((done) => {
    const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, written) => written() })
    const asked = request({ createConnection: () => socket, method: 'POST' }, (response) => {
      let body = ''
      response.on('data', (piece: Buffer) => (body += piece.toString('latin1')))
      const { statusCode: status = 0, rawHeaders } = response
      const values = rawHeaders.filter((_, index) => index % 2 === 1).toSorted()
      response.on('end', () => done(response.complete ? { status, body, values } : undefined))
      response.on('error', () => done(undefined))
    })
    asked.on('error', () => done(undefined))
    asked.on('upgrade', () => done(undefined))
    asked.on('close', () => done(undefined))
    asked.end()
    setImmediate(() => {
      socket.push(Buffer.from(text, 'latin1'))
      socket.push(null)
    })
  })
}

it('reads of a well-formed answer the values and the end that node:http reads', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (text) => {
      const seen = whole(text)
      const node = await nodeSees(text)
      const head = seen.heads.at(-1)
      const values = Object.values(head?.headers ?? {}).flat()
      expect(node).toEqual({ status: head?.status, body: seen.body, values: values.map(String).toSorted() })
    }),
    { numRuns: 300 },
  )
})

/** Where the value begins and ends that says how the end of the body is found. */
const FRAMING_EDGES =
  /(?<=\n(?:Content-Length|Transfer-Encoding): )|(?<=\n(?:Content-Length|Transfer-Encoding): .*)(?=\r\n)/g

it('never makes of a damaged answer a whole one that node:http would read otherwise', async () => {
  // Half of it beside what says where the answer ends: there two readers disagree most easily.
  const damage = fc.tuple(
    fc.nat(),
    fc.boolean(),
    fc.constantFrom('\r', '\n', '\0', ' ', '\xa0', ':', '0', 'f', ';', 'HTTP', ''),
    fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
  )
  await fc.assert(
    fc.asyncProperty(answer, fc.array(damage, { minLength: 1, maxLength: 3 }), async (text, damages) => {
      let broken = text
      for (const [place, atFraming, put, gone] of damages) {
        const edges = atFraming ? [...broken.matchAll(FRAMING_EDGES)].map(({ index }) => index) : []
        const at = edges[place % edges.length] ?? place % (broken.length + 1)
        broken = broken.slice(0, at) + put + broken.slice(at + gone)
      }
      const seen = whole(broken)
      const cutUp = read(broken.split(''))
      expect({ ...cutUp, body: '' }).toMatchObject({ ended: seen.ended, reusable: seen.reusable })
      if (seen.ended !== 'whole') return
      const node = await nodeSees(broken)
      // Stricter than we are it may be; of what both take, both see the same.
      if (node) expect(node).toMatchObject({ status: seen.heads.at(-1)?.status, body: seen.body })
    }),
    { numRuns: 600 },
  )
})
