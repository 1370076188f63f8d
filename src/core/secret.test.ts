/** What a secret shows of itself: nothing, however it is printed. */
import { inspect, format } from 'node:util'
import { expect, it } from 'vitest'
import { Secret } from './secret.ts'

const TEXT = 'sk-canary-7f3a9c'
const secret = new Secret(TEXT)
const credential = { kind: 'api-key', apiKey: secret } as const
const traceOf = (printed: string): boolean => ['canary', '7f3a'].some((piece) => printed.includes(piece))

it('is the text that was put in, for whoever asks for it by name', () => {
  expect(secret.reveal()).toBe(TEXT)
})

it('is the same as another of the same text, and as no other', () => {
  expect(secret.isSame(new Secret(TEXT))).toBe(true)
  expect(secret.isSame(new Secret(`${TEXT}x`))).toBe(false)
})

it.each<readonly [string, () => string]>([
  // What a careless program does with it; the types and the linter refuse it here and there.
  ['a template', () => `key: ${secret as unknown as string}`],
  ['a sum', () => 'key: ' + (secret as unknown as string)],
  ['a message', () => new Error(secret as unknown as string).message],
  ['String', () => String(secret)],
  ['JSON', () => JSON.stringify({ credential, list: [secret] })],
  ['JSON of its copy', () => JSON.stringify(Object.assign({}, secret))],
  ['inspect', () => inspect({ credential })],
  [
    'inspect of all there is',
    () => inspect(secret, { showHidden: true, customInspect: false, getters: true, depth: 9 }),
  ],
  ['inspect of its class', () => inspect(Secret, { showHidden: true, depth: 9 })],
  ['format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
  ['a stack', () => inspect(new Error('failed', { cause: credential }))],
  ['an error that carries it', () => inspect(Object.assign(new Error('failed'), { credential }))],
  ['a clone', () => inspect(structuredClone(credential), { showHidden: true })],
  ['its keys', () => [...Object.keys(secret), ...Object.values(secret), ...Reflect.ownKeys(secret)].join()],
  ['a form', () => new URLSearchParams({ key: secret as unknown as string }).toString()],
  ['a header', () => new Headers({ key: secret as unknown as string }).get('key') ?? ''],
])('prints nothing of itself in %s', (_way, print) => {
  expect(traceOf(print())).toBe(false)
})

it('says that something was left out', () => {
  expect(JSON.stringify({ credential })).toBe('{"credential":{"kind":"api-key","apiKey":"[REDACTED]"}}')
  expect(inspect(credential)).toBe("{ kind: 'api-key', apiKey: [REDACTED] }")
})

it('cannot be taken for a text by mistake', () => {
  const wantsText = (text: string): number => text.length
  // @ts-expect-error: this is what the compiler finds
  expect(wantsText(secret)).toBeUndefined()
})
