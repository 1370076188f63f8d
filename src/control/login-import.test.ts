/** Logins of other programs copied: theirs stay as they are, ours are never written over. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Provider } from '../core/provider.ts'
import { providerFrom } from '../core/provider.ts'
import modelstudio from '../plugins/modelstudio/index.ts'
import openai from '../plugins/openai/index.ts'
import qwen from '../plugins/qwen-portal/index.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { resultOf, type LoginsImported } from './contract.ts'
import { importLogins, type LoginImportWish } from './login-import.ts'
import { twoFiles, type TwoFiles } from './two-files.fixture.ts'

const PROVIDERS: readonly Provider[] = [qwen, modelstudio, openai].flatMap(({ providers }) =>
  providers.map((definition) => providerFrom(definition.id, definition, undefined)),
)
const EXPIRES = '2026-11-24T12:00:00.000Z'
const CREDS = {
  access_token: 'at-1',
  token_type: 'Bearer',
  refresh_token: 'rt-1',
  resource_url: 'portal.qwen.ai',
  expiry_date: Date.parse(EXPIRES),
}
const STORE = {
  version: 1,
  profiles: {
    'qwen-portal:default': {
      type: 'oauth',
      provider: 'qwen-portal',
      access: 'at-1',
      refresh: 'rt-1',
      expires: Date.parse(EXPIRES),
      email: 'me@example.com',
    },
    'openai:work': { type: 'api_key', provider: 'openai', key: 'sk-work' },
    'anthropic:claude': { type: 'oauth', provider: 'anthropic', access: 'a', refresh: 'r', expires: 1 },
    'openai:bearer': { type: 'token', provider: 'openai', token: 't' },
    'openai:broken': { type: 'api_key', provider: 'openai', key: 'two words' },
  },
  usageStats: { 'openai:work': { errorCount: 3 } },
}

/** Files of another program: path below a folder -> value. */
function theirs(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-theirs '))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, value] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return folder
}

const imported = (
  files: TwoFiles,
  wish: Partial<LoginImportWish> & { readonly path: string },
): Promise<LoginsImported> =>
  files.act(({ setup, modelsJson }) =>
    importLogins(
      { from: 'openclaw', dryRun: false, copy: false, ...wish },
      { setup, providers: PROVIDERS, modelsJson },
    ),
  )
const lower = ({ sources }: TwoFiles): unknown => parseJson5(readFileSync(join(sources.folder, 'models.json'), 'utf8'))
const reasons = ({ left }: LoginsImported): Record<string, string> =>
  Object.fromEntries(left.map(({ name, reason }) => [name, String(reason)]))

describe('from the original', () => {
  it('takes what openclaw can use, says why it leaves the rest, and touches nothing of its', async () => {
    const files = twoFiles('{}', '{}')
    const folder = theirs({ 'agents/main/agent/auth-profiles.json': STORE })
    const file = join(folder, 'agents/main/agent/auth-profiles.json')
    const before = readFileSync(file, 'utf8')
    const result = await imported(files, { path: folder })
    expect(result).toMatchObject({
      from: 'openclaw',
      path: folder,
      dryRun: false,
      taken: [
        {
          profile: 'qwen-portal:default',
          provider: 'qwen-portal',
          mode: 'oauth',
          email: 'me@example.com',
          expiresAt: EXPIRES,
          file,
          shared: true,
        },
        { profile: 'openai:work', mode: 'api_key', shared: false },
      ],
      file: join(files.sources.folder, 'models.json'),
    })
    expect(reasons(result)).toEqual({
      'anthropic:claude': 'no plugin and no settings entry brings the provider anthropic',
      'openai:bearer': 'it holds no login that openclaw can read',
      'openai:broken': 'it holds no login that openclaw can read',
    })
    expect(lower(files)).toEqual({
      models: { providers: { 'qwen-portal': { accessToken: 'at-1', refreshToken: 'rt-1', expiresAt: EXPIRES } } },
      auth: {
        profiles: {
          'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth', email: 'me@example.com' },
          'openai:work': { provider: 'openai', mode: 'api_key', apiKey: 'sk-work' },
        },
      },
    })
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(JSON.stringify(result)).not.toMatch(/at-1|rt-1|sk-work/)
  })

  it('reads a file of one agent, and all agents of a folder; what both have is taken once', async () => {
    const folder = theirs({
      'agents/main/agent/auth-profiles.json': STORE,
      'agents/two/agent/auth-profiles.json': {
        profiles: { ...STORE.profiles, 'openai:two': { type: 'api_key', provider: 'openai', key: 'sk-two' } },
      },
    })
    const one = await imported(twoFiles('{}', '{}'), { path: join(folder, 'agents/two/agent/auth-profiles.json') })
    expect(one.taken.map(({ profile }) => profile)).toEqual(['qwen-portal:default', 'openai:work', 'openai:two'])
    const all = await imported(twoFiles('{}', '{}'), { path: folder })
    expect(all.taken.map(({ profile }) => profile)).toEqual(['qwen-portal:default', 'openai:work', 'openai:two'])
    expect(reasons(all)).toMatchObject({ 'openai:work': 'it is set here already' })
  })

  it('never writes over a login that is here, and says how to have both', async () => {
    const files = twoFiles(
      '{}',
      `{ models: { providers: { 'qwen-portal': { accessToken: 'mine', refreshToken: 'mine', expiresAt: '${EXPIRES}' } } } }`,
    )
    const only = { profiles: { 'qwen-portal:default': STORE.profiles['qwen-portal:default'] } }
    const path = join(theirs({ 'auth-profiles.json': only }), 'auth-profiles.json')
    const before = readFileSync(join(files.sources.folder, 'models.json'), 'utf8')
    expect(reasons(await imported(files, { path }))['qwen-portal:default']).toContain('--profile-id')
    expect(readFileSync(join(files.sources.folder, 'models.json'), 'utf8')).toBe(before)
    const second = await imported(files, { path, profileId: 'work' })
    expect(second.taken.map(({ profile }) => profile)).toEqual(['qwen-portal:work'])
    expect(lower(files)).toMatchObject({
      models: { providers: { 'qwen-portal': { accessToken: 'mine' } } },
      auth: { profiles: { 'qwen-portal:work': { accessToken: 'at-1', refreshToken: 'rt-1' } } },
    })
  })

  it('never writes over a login that was made while it read, and takes the others', async () => {
    const files = twoFiles('{}', '{}')
    const path = theirs({ 'auth-profiles.json': STORE })
    const setup = await files.setup()
    const mine = {
      models: { providers: { 'qwen-portal': { accessToken: 'mine', refreshToken: 'mine', expiresAt: EXPIRES } } },
    }
    writeFileSync(join(files.sources.folder, 'models.json'), JSON.stringify(mine))
    const { modelsJson } = files.sources
    const wish = { from: 'openclaw', path, dryRun: false, copy: false }
    const result = await resultOf(importLogins(wish, { setup, providers: PROVIDERS, modelsJson }))
    expect(result.taken.map(({ profile }) => profile)).toEqual(['openai:work'])
    expect(reasons(result)['qwen-portal:default']).toContain('--profile-id')
    expect(lower(files)).toMatchObject(mine)

    const only = { profiles: { 'qwen-portal:default': STORE.profiles['qwen-portal:default'] } }
    const nothing = await resultOf(
      importLogins(
        { ...wish, path: theirs({ 'auth-profiles.json': only }) },
        { setup, providers: PROVIDERS, modelsJson },
      ),
    )
    expect(nothing).toMatchObject({ taken: [] })
    expect(nothing).not.toHaveProperty('file')
  })

  it('leaves the place of an account that was signed out to that account', async () => {
    const entry = { provider: 'qwen-portal', mode: 'oauth', email: 'other@example.com' }
    const files = twoFiles('{}', JSON.stringify({ auth: { profiles: { 'qwen-portal:default': entry } } }))
    const result = await imported(files, { path: theirs({ 'auth-profiles.json': STORE }) })
    expect(reasons(result)['qwen-portal:default']).toContain('--profile-id')
    expect(lower(files)).toMatchObject({ auth: { profiles: { 'qwen-portal:default': entry } } })
  })

  it('says what it would do, and does nothing', async () => {
    const files = twoFiles('{}', '{}')
    const result = await imported(files, { path: theirs({ 'auth-profiles.json': STORE }), dryRun: true })
    expect(result.taken).toHaveLength(2)
    expect(result.file).toBeUndefined()
    expect(lower(files)).toEqual({})
  })
})

describe('from CLIProxyAPI', () => {
  const LOGIN = {
    type: 'qwen',
    access_token: 'at-1',
    refresh_token: 'rt-1',
    resource_url: 'portal.qwen.ai',
    email: 'me@example.com',
    expired: '2026-11-24T20:00:00+08:00',
    last_refresh: '2026-11-24T14:00:00+08:00',
  }

  it('takes the files of its folder, each as a login of its own', async () => {
    const files = twoFiles('{}', '{}')
    const folder = theirs({
      'qwen-me@example.com.json': LOGIN,
      'qwen-1741234567890.json': { ...LOGIN, email: '', access_token: 'at-2', refresh_token: 'rt-2' },
      'claude-me.json': { ...LOGIN, type: 'claude' },
      'config.yaml': 'port: 1',
      'broken.json': '{',
    })
    const result = await imported(files, { from: 'cliproxyapi', path: folder })
    expect(result.taken).toMatchObject([
      { profile: 'qwen-portal:qwen-1741234567890', shared: true },
      { profile: 'qwen-portal:me@example.com', email: 'me@example.com', expiresAt: EXPIRES },
    ])
    expect(reasons(result)).toEqual({
      'broken.json': 'it holds no login that openclaw can read',
      'claude-me.json': 'no plugin and no settings entry brings the provider claude',
    })
    expect(lower(files)).toMatchObject({
      auth: { profiles: { 'qwen-portal:me@example.com': { baseUrl: 'https://portal.qwen.ai/v1' } } },
    })
  })

  it('follows no address that the token must not go to', async () => {
    const files = twoFiles('{}', '{}')
    const path = theirs({ 'qwen-x.json': { ...LOGIN, resource_url: 'evil.example' } })
    await imported(files, { from: 'cliproxyapi', path })
    expect(JSON.stringify(lower(files))).not.toContain('evil')
  })

  it('gives one name to one login only', async () => {
    const path = theirs({ 'a.json': LOGIN, 'b.json': LOGIN })
    await expect(
      imported(twoFiles('{}', '{}'), { from: 'cliproxyapi', path, profileId: 'work' }),
    ).rejects.toMatchObject({ code: 'import-several', params: { count: 2 } })
    await expect(
      imported(twoFiles('{}', '{}'), { from: 'cliproxyapi', path: join(path, 'a.json'), profileId: 'a b' }),
    ).rejects.toMatchObject({ code: 'profile-name' })
  })
})

describe('from Qwen Code', () => {
  it('copies nothing unless told to, and offers to use it where it stands', async () => {
    const files = twoFiles('{}', '{}')
    const path = join(theirs({ 'oauth_creds.json': CREDS }), 'oauth_creds.json')
    await expect(imported(files, { from: 'qwen-code', path })).rejects.toMatchObject({
      code: 'import-shared',
      run: 'openclaw models auth login --provider qwen-portal --use-existing',
    })
    expect(lower(files)).toEqual({})
    const { taken } = await imported(files, { from: 'qwen-code', path, copy: true })
    expect(taken).toMatchObject([{ profile: 'qwen-portal:qwen-code-copy', shared: true, expiresAt: EXPIRES }])
    expect(readFileSync(path, 'utf8')).toBe(JSON.stringify(CREDS))
  })
})

it.each([
  ['somebody', '/', 'option-value'],
  ['openclaw', '/nowhere/at/all', 'file-unusable'],
])('says what is wrong with --from %s %s', async (from, path, code) => {
  await expect(imported(twoFiles('{}', '{}'), { from, path })).rejects.toMatchObject({ code })
})
