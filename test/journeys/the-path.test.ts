/** The guides' path from an empty home to an answer: plugin, restart, login, models, a question, a fallback. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newHouse, type EmulatorHandle, type House } from './support/house.ts'

describe('from an empty home to an answer', () => {
  let house: House
  let emulator: EmulatorHandle
  let client: OpenAI

  beforeAll(async () => {
    house = newHouse()
    emulator = await house.emulator()
    house.pointAt(emulator)
    await house.signIn(emulator)
    const { url, token } = await house.gateway()
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })
  }, 60_000)
  afterAll(() => house.leave())

  it('writes models.json in the guide shape and openclaw.json with alias and default', () => {
    const models = JSON.parse(house.read('models.json')) as Record<string, unknown>
    expect(models).toEqual({
      models: {
        providers: {
          'qwen-portal': {
            baseUrl: `${emulator.url}/v1`,
            accessToken: expect.stringMatching(/^emu-at-/),
            refreshToken: expect.stringMatching(/^emu-rt-/),
            expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          },
        },
      },
      auth: { profiles: { 'qwen-portal:default': { provider: 'qwen-portal', mode: 'oauth' } } },
    })
    const settings = JSON.parse(house.read('openclaw.json')) as Record<string, unknown>
    expect(settings).toMatchObject({
      models: { aliases: { qwen: 'qwen-portal/coder-model' } },
      agents: { defaults: { model: { primary: 'qwen-portal/coder-model', fallbacks: ['backup/backup-model'] } } },
    })
  })

  it('gives one whole line for `models list | grep qwen` and `plugins list | grep qwen`', async () => {
    const models = (await house.run(['models', 'list'])).stdout.split('\n').filter((line) => line.includes('qwen'))
    expect(models).toEqual([
      expect.stringMatching(/^qwen-portal\/coder-model +text +1M +yes +default, alias:qwen$/),
      expect.stringMatching(/^qwen-portal\/vision-model +text, pictures +131k +yes +-$/),
    ])
    const plugins = (await house.run(['plugins', 'list'])).stdout.split('\n').filter((line) => line.includes('qwen'))
    expect(plugins).toEqual([
      expect.stringMatching(/^qwen-portal-auth +on +qwen-portal +1\.0\.0 +Qwen login by device code$/),
    ])
  })

  it('streams an answer to the official SDK and names who answered', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'qwen', stream: true, messages: [{ role: 'user', content: 'What is a gateway?' }] })
      .withResponse()
    let text = ''
    for await (const chunk of data) text += chunk.choices[0]?.delta.content ?? ''
    expect(text).toMatch(/^\[emulator\] coder-model: You asked: "What is a gateway\?"/)
    expect(response.headers.get('x-openclaw-model')).toBe('qwen-portal/coder-model')
    expect(response.headers.get('x-openclaw-profile')).toBe('qwen-portal:default')
    expect(response.headers.get('x-openclaw-attempts')).toBe('')
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('answers JSON and lists models as the SDK asks for them', async () => {
    const answer = await client.chat.completions.create({
      model: 'openclaw',
      messages: [{ role: 'user', content: '你好' }],
    })
    expect(answer.choices[0]?.message.content).toContain('[emulator] coder-model')
    expect(answer.usage?.total_tokens).toBeGreaterThan(0)
    const ids = (await client.models.list()).data.map((model) => model.id)
    expect(ids).toEqual(
      expect.arrayContaining(['qwen-portal/coder-model', 'qwen-portal/vision-model', 'qwen', 'openclaw']),
    )
    expect((await client.models.retrieve('qwen-portal/vision-model')).id).toBe('qwen-portal/vision-model')
  })

  it('lets a model that sees say something true about a picture', async () => {
    const picture =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9lLn6qwAAAABJRU5ErkJggg=='
    const answer = await client.chat.completions.create({
      model: 'qwen-portal/vision-model',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: picture } },
          ],
        },
      ],
    })
    expect(answer.choices[0]?.message.content).toContain('a PNG picture, 2 x 3 pixels')
  })

  it('answers by hand with `agent`, in a stream, and says who answered', async () => {
    const asked = await house.run(['agent', '--message', 'Hello there'])
    expect(asked.code).toBe(0)
    expect(asked.stdout).toContain('You asked: "Hello there"')
    expect(asked.stderr).toContain('(answered by qwen-portal/coder-model)')
    const json = JSON.parse(
      (await house.run(['agent', '--message', 'Hello', '--model', 'backup/backup-model', '--json'])).stdout,
    ) as object
    expect(json).toMatchObject({
      model: 'backup/backup-model',
      profile: 'backup:default',
      attempts: [],
      finishReason: 'stop',
    })
  })

  it('shows in `models status` what is left of the day, and in its JSON what jq asks for', async () => {
    const status = JSON.parse((await house.run(['models', 'status', '--json'])).stdout) as {
      quota: Record<string, { used: number; limit: number; timeZone: string }>
      auth: { profiles: Record<string, object> }
    }
    expect(status.quota['qwen-portal:default']).toMatchObject({ limit: 2000, timeZone: 'Asia/Shanghai' })
    expect(status.quota['qwen-portal:default']?.used).toBe((await emulator.state()).accounts[0]?.used)
    expect(status.auth.profiles['qwen-portal:default']).toMatchObject({
      provider: 'qwen-portal',
      mode: 'oauth',
      state: 'ok',
    })
    expect((await house.run(['models', 'status'])).stdout).toMatch(/\d+ of 2000 requests used/)
  })

  it('takes a page instead of an answer for what it is: again once, then the fallback, or 502 without one', async () => {
    const ask = (fallback: string) =>
      client.chat.completions
        .create(
          { model: 'qwen', messages: [{ role: 'user', content: 'x' }] },
          { headers: { 'x-openclaw-fallback': fallback } },
        )
        .withResponse()
    await emulator.order('faults', { path: '/v1/chat/completions', kind: 'html', times: 2 })
    expect((await ask('on')).response.headers.get('x-openclaw-attempts')).toBe(
      'qwen-portal/coder-model=malformed, qwen-portal/coder-model=malformed',
    )
    // What rested after it comes back by itself.
    const nobody = (): string => 'nobody'
    const answering = (fallback: string): Promise<string | null> =>
      ask(fallback).then(({ response }) => response.headers.get('x-openclaw-model'), nobody)
    const backAgain = (fallback: string) =>
      expect.poll(() => answering(fallback), { timeout: 10_000, interval: 200 }).toBe('qwen-portal/coder-model')
    await backAgain('on')
    await emulator.order('faults', { path: '/v1/chat/completions', kind: 'html', times: 2 })
    const failure = await client.chat.completions
      .create(
        { model: 'qwen-portal/vision-model', messages: [{ role: 'user', content: 'x' }] },
        { headers: { 'x-openclaw-fallback': 'off' } },
      )
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({
      status: 502,
      message: expect.stringContaining('qwen-portal/vision-model did not answer'),
    })
    // The second time it rests longer where there is somebody else, and no longer than before where there is nobody.
    await backAgain('off')
  })

  it('falls back when the day is spent upstream, and does not ask the spent account again', async () => {
    await emulator.order('spend', { all: true })
    const ask = () =>
      client.chat.completions
        .create({ model: 'qwen', messages: [{ role: 'user', content: 'still there?' }] })
        .withResponse()
    const before = (await emulator.state()).counters.endpoints['POST /v1/chat/completions']?.requests ?? 0
    const first = await ask()
    expect(first.data.choices[0]?.message.content).toContain('[emulator] backup-model')
    expect(first.response.headers.get('x-openclaw-model')).toBe('backup/backup-model')
    expect(first.response.headers.get('x-openclaw-attempts')).toBe('qwen-portal/coder-model=quota')
    const second = await ask()
    expect(second.response.headers.get('x-openclaw-attempts')).toBe('qwen-portal/coder-model=resting:quota')
    expect((await emulator.state()).counters.endpoints['POST /v1/chat/completions']?.requests).toBe(before + 1)
    const byHand = await house.run(['agent', '--message', 'and by hand?'])
    expect(byHand.stderr).toContain(
      "(answered by backup/backup-model, instead of qwen-portal/coder-model (resting, the day's requests are spent))",
    )
  })
})
