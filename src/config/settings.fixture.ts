/** Settings out of JSON5 texts, as the tests of this room write them, and one that holds every key. */
import type { Settings } from '../core/settings.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { readSettings, type ReadSettings } from './read.ts'

interface Files {
  /** openclaw.json */
  readonly upper?: string
  /** models.json */
  readonly lower?: string
  readonly environment?: Readonly<Record<string, string>>
}

export function read({ upper, lower, environment = {} }: Files): ReadSettings {
  const valueOf = (text: string | undefined): unknown => (text === undefined ? undefined : parseJson5(text))
  return readSettings({ upper: valueOf(upper), lower: valueOf(lower) }, environment)
}

export function settingsFrom(files: Files): Settings {
  const found = read(files)
  if (found.kind === 'invalid') throw new Error(`${found.path.join('.')}: ${String(found.wrong)}`)
  return found.settings
}

/** A settings file in which every key of the schema stands. */
export const WHOLE = {
  $schema: 's',
  models: {
    providers: {
      x: {
        baseUrl: 'https://a.example/v1',
        oauthBaseUrl: 'https://a.example',
        clientId: 'c',
        apiKey: 'k',
        api: 'openai-completions',
        models: ['a', { id: 'b', name: 'B', input: ['text'], contextWindow: 1, maxTokens: 1 }],
        quota: { requestsPerDay: 1, requestsPerMinute: 1, timeZone: 'UTC' },
        limits: { connectMs: 1, firstEventMs: 1, answerMs: 1, idleMs: 1, streamMs: 1 },
        proxy: 'off',
        accessToken: 'a',
        refreshToken: 'r',
        expiresAt: 'e',
      },
    },
    aliases: { q: 'x/a' },
    limits: { connectMs: 1, firstEventMs: 1, answerMs: 1, idleMs: 1, streamMs: 1 },
  },
  auth: {
    profiles: {
      'x:b': {
        provider: 'x',
        mode: 'oauth',
        email: 'e',
        apiKey: 'k',
        accessToken: 'a',
        refreshToken: 'r',
        expiresAt: 'e',
        baseUrl: 'https://b.example',
      },
    },
    order: { x: ['x:b'] },
    rotate: true,
  },
  agents: {
    defaults: { model: 'x/a', imageModel: { primary: 'x/a', fallbacks: ['x/b'] } },
    list: [{ id: 'a', default: true, model: { primary: 'x/a', fallbacks: [] } }],
  },
  plugins: { load: { paths: ['~/plugins'] }, entries: { p: { enabled: true, sha256: 'a' } } },
  gateway: {
    port: 1,
    refFallback: true,
    hedge: 'always',
    hedgeAfterMs: 1,
    filterFallback: false,
    rememberResponses: 'memory',
    proxy: 'http://me:secret@proxy.example:3128',
    ca: '~/ca.pem',
    bind: 'lan',
    tls: { cert: 'cert.pem', key: 'key.pem' },
    trustedProxies: ['10.0.0.0/8'],
    hosts: ['gateway.example'],
  },
  language: 'en',
}

/** The path of every value in it, the objects and lists among them included. */
export function placesIn(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))
  return path.length === 0 ? below : [path, ...below]
}

export function replacedAt(root: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(root)) return root.map((item, at) => (String(at) === key ? replacedAt(item, rest, value) : item))
  const inner = Object.entries(root as object).find(([name]) => name === key)?.[1]
  return { ...(root as object), [key]: replacedAt(inner, rest, value) }
}
