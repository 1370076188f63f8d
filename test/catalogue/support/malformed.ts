/** Requests that are no HTTP, or that two readers could read in two ways. */
import type { Seeded } from './seeded.ts'

/** One that must not be answered as if it were well-formed; `host` is the right Host. */
export function malformed(random: Seeded, host: string): Buffer {
  return Buffer.from(random.pick(KINDS)(random, host), 'latin1')
}

type Kind = (random: Seeded, host: string) => string

const some = (random: Seeded, least = 1, most = 12): string =>
  Array.from({ length: least + random.below(most - least + 1) }, () => random.sign()).join('')
const post = (host: string, ...lines: readonly string[]): string =>
  [`POST /v1/chat/completions HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n')
const control = (random: Seeded): string => random.pick(['\0', '\x01', '\x0b', '\x7f', '\r', '\n'])

const KINDS: readonly [Kind, ...Kind[]] = [
  // No request line.
  (random) => `${some(random)}\r\n\r\n`,
  (random) => `${some(random)} /\r\n\r\n`,
  (random, host) => `GET / HTTP/${random.pick(['0.9', '1.2', '2.0', '3', '11', 'x'])}\r\nHost: ${host}\r\n\r\n`,
  (random, host) => `G${control(random)}T /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  (random, host) => `${some(random, 3).toLowerCase()} /health HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  (random, host) =>
    `GET /hea${random.pick(['\0', '\x01', '\x0b', '\x1f', '\x7f'])}th HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  // Host.
  (random, host) =>
    `GET /health HTTP/1.1\r\nHost: ${host}\r\n${random.pick(['Host', 'host', 'HOST'])}: ${some(random)}\r\n\r\n`,
  (random) => `GET /health HTTP/1.1\r\nX-${some(random)}: 1\r\n\r\n`,
  // Header lines.
  (random, host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\n${some(random)}\r\n\r\n`,
  (random, host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\nx-a : ${some(random)}\r\n\r\n`,
  (random, host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\nx-a: 1\r\n ${some(random)}\r\n\r\n`,
  (random, host) =>
    `GET /health HTTP/1.1\r\nHost: ${host}\r\nx-${random.pick(['\0', ' ', '(', '/', '\x7f'])}a: 1\r\n\r\n`,
  (random, host) =>
    `GET /health HTTP/1.1\r\nHost: ${host}\r\nx-a: ${some(random)}${random.pick(['\0', '\x01', '\x7f'])}\r\n\r\n`,
  (random, host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\nx-a: ${some(random)}\n\n`,
  (random, host) => `GET /health HTTP/1.1\nHost: ${host}\nx-a: ${some(random)}\n\n`,
  (random, host) => `GET /health HTTP/1.1\r\nHost: ${host}\r\n: ${some(random)}\r\n\r\n`,
  // Where the body ends.
  (random, host) => `${post(host, `Content-Length: ${1 + random.below(9)}`, 'Content-Length: 20')}abc`,
  (random, host) => post(host, `Content-Length: ${random.pick(['-1', '+5', '0x5', '5 5', '1e2', 'a', '5,6', ' '])}`),
  (random, host) => post(host, `Content-Length: ${'9'.repeat(20 + random.below(20))}`),
  (random, host) => `${post(host, `Content-Length: ${random.below(9)}`, 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  (random, host) => `${post(host, 'Transfer-Encoding: chunked', `Content-Length: ${random.below(9)}`)}0\r\n\r\n`,
  (random, host) =>
    `${post(host, `Transfer-Encoding: ${random.pick(['chunked, gzip', 'gzip', 'xchunked', 'chunked,', '\x0bchunked'])}`)}0\r\n\r\n`,
  (random, host) => `${post(host, 'Transfer-Encoding: chunked', `Transfer-Encoding: ${some(random)}`)}0\r\n\r\n`,
  (random, host) =>
    `${post(host, 'Transfer-Encoding: chunked')}${random.pick(['g', '-1', ' 5', '0x5', '', ';'])}\r\nabcde\r\n0\r\n\r\n`,
  (random, host) => `${post(host, 'Transfer-Encoding: chunked')}${'f'.repeat(17 + random.below(9))}\r\n`,
  (random, host) => `${post(host, 'Transfer-Encoding: chunked')}3\r\n${some(random, 5)}\r\n0\r\n\r\n`,
]
