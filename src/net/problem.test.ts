/** What goes wrong below HTTP is told in the port's words. */
import { describe, expect, it } from 'vitest'
import { ask, openClient, post, rawServer } from './fixtures/servers.ts'
import { isTorn, problemFrom } from './problem.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

describe('an answer that breaks', () => {
  it.each([
    ['in its content-length', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok', 'reset'],
    ['in its content-length, closing', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nok', 'reset'],
    ['between two chunks', `${HEAD}2\r\nok\r\n`, 'reset'],
    [
      'in a chunk, closing',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nok',
      'reset',
    ],
    ['in its head', 'HTTP/1.1 200 OK\r\ncontent-', 'reset'],
    ['by being no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'protocol'],
    ['by a head without end', `HTTP/1.1 200 OK\r\n${'x-pad: 0123456789\r\n'.repeat(4_000)}`, 'protocol'],
    ['by a chunk length that is none', `${HEAD}zz\r\n`, 'protocol'],
    [
      'by an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'protocol',
    ],
  ])('%s is a problem, never an end', async (_where, bytes, kind) => {
    const server = await rawServer((socket) => socket.end(bytes))
    const answer = await ask(openClient(), post(server.url))
    expect(answer.events.at(-1)).toBe(`problem ${kind}`)
    expect(answer.problem()?.neverSent).toBe(false)
  })
})

describe('a fault on the way to a connection', () => {
  const connecting = { host: 'api.example.test', connecting: true, neverSent: true }

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['EHOSTUNREACH', 'refused'],
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ETIMEDOUT', 'connect-timeout'],
    ['ECONNRESET', 'reset'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
  ])('%s is %s', (code, kind) => {
    const problem = problemFrom(Object.assign(new Error('words of the system'), { code }), connecting)
    expect(problem).toMatchObject({ kind, neverSent: true, message: expect.saying('api.example.test') })
  })

  it('of several addresses counts as the first one said', () => {
    const refused = Object.assign(new Error('one'), { code: 'ECONNREFUSED' })
    const all = Object.assign(new AggregateError([refused, refused]), { code: 'ECONNREFUSED' })
    expect(problemFrom(all, connecting).kind).toBe('refused')
  })

  it('that is no error at all is told too', () => {
    expect(problemFrom('odd', connecting)).toMatchObject({ kind: 'tls', message: expect.saying('odd') })
    expect(isTorn(undefined)).toBe(false)
  })
})
