/** Faults on demand: each kind, seen from the client. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunksIn, contentIn, eventually, question, startWithClient, tokensIn } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
let token: string
beforeEach(async () => {
  portal = await startWithClient()
  token = (await portal.login()).access_token
})
afterEach(() => portal.close())

const chatPath = '/v1/chat/completions'
const tokenPath = '/api/v1/oauth2/token'
const order = async (fault: object): Promise<void> => {
  expect((await portal.control('faults', { path: chatPath, ...fault })).status).toBe(200)
}
const ask = (more: object = {}) => portal.chat(token, question('hello', more))
const askStream = () => ask({ stream: true })

/** The raw text of a stream up to where it ended, in whatever way. */
async function readStream(signal?: AbortSignal): Promise<{ text: string; ended: 'cleanly' | 'broken' }> {
  const response = await fetch(portal.url + chatPath, {
    method: 'POST',
    body: JSON.stringify(question('hello', { stream: true })),
    headers: { authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
  })
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true })
    return { text, ended: 'cleanly' }
  } catch {
    // The break is what the test asked for.
    return { text, ended: 'broken' }
  }
}

const contentChunks = (text: string) => chunksIn(text).filter(({ choices }) => choices[0]?.delta.content)

describe('faults in place of an answer', () => {
  it('send any status, body and headers, so often as ordered, and then no more', async () => {
    await order({ kind: 'status', status: 503, body: 'Service Unavailable', headers: { 'retry-after': '2' }, times: 2 })
    for (const _ of [1, 2]) {
      const heard = await ask()
      expect(heard).toMatchObject({ status: 503, text: 'Service Unavailable' })
      expect(heard.headers.get('retry-after')).toBe('2')
    }
    expect((await ask()).status).toBe(200)
    expect(await portal.state()).toMatchObject({
      faults: [{ path: chatPath, remaining: 0, matched: 2, fault: { kind: 'status', status: 503 } }],
      counters: { faults: { status: 2 } },
    })
  })

  it('send an empty body or any JSON', async () => {
    await order({ kind: 'status', status: 429 })
    expect(await ask()).toMatchObject({ status: 429, text: '' })
    await order({ kind: 'json', status: 400, body: { error: { code: 'data_inspection_failed' } } })
    expect(await ask()).toMatchObject({ status: 400, json: { error: { code: 'data_inspection_failed' } } })
  })

  it('send the page of a web application firewall', async () => {
    await order({ kind: 'html' })
    await order({ kind: 'html', status: 405 })
    for (const status of [200, 405]) {
      const heard = await ask()
      expect(heard.status).toBe(status)
      expect(heard.headers.get('content-type')).toBe('text/html')
      expect(heard.text).toContain('aliyun_waf_')
    }
  })

  it('send a token answer without a token', async () => {
    const { refresh_token } = await portal.login()
    await order({ path: tokenPath, kind: 'no-token' })
    expect(await portal.refresh(refresh_token)).toMatchObject({ status: 200, json: { access_token: null } })
    await order({ path: tokenPath, kind: 'no-token', empty: true })
    expect(await portal.refresh(refresh_token)).toMatchObject({ status: 200, text: '{}' })
    expect((await portal.refresh(refresh_token)).status).toBe(200)
  })

  it('drop the connection before a byte', async () => {
    await order({ kind: 'drop' })
    await expect(ask()).rejects.toThrow('fetch failed')
    expect((await portal.state()).counters.aborted).toBe(0)
  })

  it('never answer, until the client leaves', async () => {
    await order({ kind: 'hang' })
    const leave = AbortSignal.timeout(30)
    await expect(portal.chat(token, question('hello'), { signal: leave })).rejects.toThrow()
    const { counters } = await eventually(portal.state, (state) => state.counters.aborted === 1)
    expect(counters.aborted).toBe(1)
    expect(counters.endpoints[`POST ${chatPath}`]).toEqual({ requests: 1, byStatus: {} })
  })

  it('come late', async () => {
    await order({ kind: 'slow', delayMs: 30 })
    const startedAt = performance.now()
    expect((await ask()).status).toBe(200)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29)
  })
})

describe('faults that spoil a stream', () => {
  it('break it after so many pieces of content', async () => {
    await order({ kind: 'cut', afterEvents: 3 })
    const { text, ended } = await readStream()
    expect(ended).toBe('broken')
    expect(contentChunks(text)).toHaveLength(3)
    expect(text).not.toContain('[DONE]')
  })

  it('break it before any content', async () => {
    await order({ kind: 'cut' })
    const { text, ended } = await readStream()
    expect(ended).toBe('broken')
    expect(chunksIn(text)).toHaveLength(1)
    expect(contentIn(text)).toBe('')
  })

  it('end it in order, but without a finish', async () => {
    await order({ kind: 'cut', afterEvents: 2, clean: true })
    const { text, ended } = await readStream()
    expect(ended).toBe('cleanly')
    expect(contentChunks(text)).toHaveLength(2)
    expect(chunksIn(text).every(({ choices }) => choices[0]?.finish_reason === null)).toBe(true)
  })

  it('let it stall, until the client leaves', async () => {
    await order({ kind: 'stall', afterEvents: 2 })
    const { text, ended } = await readStream(AbortSignal.timeout(50))
    expect(ended).toBe('broken')
    expect(contentChunks(text)).toHaveLength(2)
    expect((await eventually(portal.state, (state) => state.counters.aborted === 1)).counters.aborted).toBe(1)
  })

  it('put the error frame of the real server into it', async () => {
    await order({ kind: 'error-in-stream' })
    const alone = await askStream()
    expect(alone.status).toBe(200)
    expect(alone.text).toMatch(
      /^id:1\nevent:error\n:HTTP_STATUS\/429\ndata:\{"request_id":"[\da-f-]{36}","code":"Throttling.AllocationQuota","message":"Allocated quota exceeded, please increase your quota limit."\}\n\n$/,
    )
    await order({ kind: 'error-in-stream', afterEvents: 1, status: 400, code: 'DataInspectionFailed', message: 'No.' })
    const later = await askStream()
    expect(contentIn(later.text)).toBe('[emulator]')
    expect(later.text).toMatch(
      /\n\nid:3\nevent:error\n:HTTP_STATUS\/400\ndata:\{"request_id":"[^"]+","code":"DataInspectionFailed","message":"No."\}\n\n$/,
    )
  })

  it('hold it up after its head, with signs of life meanwhile', async () => {
    await order({ kind: 'delay', afterEvents: 1, delayMs: 60, pingMs: 20 })
    const startedAt = performance.now()
    const { text, ended } = await readStream()
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59)
    expect(ended).toBe('cleanly')
    expect(text).toContain(': ping\n\n')
    expect(contentIn(text)).toContain('stand-in')
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  it('let it stall with signs of life', async () => {
    await order({ kind: 'stall', afterEvents: 1, pingMs: 10 })
    const { text, ended } = await readStream(AbortSignal.timeout(80))
    expect(ended).toBe('broken')
    expect(contentChunks(text)).toHaveLength(1)
    expect(text).toContain(': ping\n\n')
  })

  it('give it another finish, or an error for one', async () => {
    await order({ kind: 'finish', afterEvents: 2, reason: 'content_filter' })
    const filtered = await askStream()
    expect(contentChunks(filtered.text)).toHaveLength(2)
    expect(chunksIn(filtered.text).at(-1)?.choices[0]?.finish_reason).toBe('content_filter')
    await order({ kind: 'error-in-stream', shape: 'finish', message: 'Throttling: TPM(2/1)' })
    const failed = chunksIn((await askStream()).text).at(-1)?.choices[0]
    expect(failed).toMatchObject({ delta: { content: 'Throttling: TPM(2/1)' }, finish_reason: 'error_finish' })
    await order({ kind: 'error-in-stream', shape: 'wrapped', code: 'server_error', message: 'No.', afterEvents: 1 })
    expect((await askStream()).text).toMatch(
      /\n\ndata: \{"error":\{"code":"server_error","message":"No\.","param":null,"type":"server_error"\}\}\n\n$/,
    )
  })

  it('leave its [DONE] away, and keep the connection open when told to', async () => {
    await order({ kind: 'no-done' })
    const { text, ended } = await readStream()
    expect(ended).toBe('cleanly')
    expect(text).not.toContain('[DONE]')
    expect(chunksIn(text).at(-1)?.choices[0]?.finish_reason).toBe('stop')
    await order({ kind: 'no-done', open: true })
    expect((await readStream(AbortSignal.timeout(50))).ended).toBe('broken')
  })

  it('break JSON in its midst', async () => {
    await order({ kind: 'malformed', afterEvents: 2 })
    const { text } = await askStream()
    expect(text.match(/"content":"[^"]+"\}/g)).toHaveLength(2)
    expect(() => chunksIn(text)).toThrow(SyntaxError)
  })

  it('reset the connection, before a byte or after some', async () => {
    await order({ kind: 'drop', reset: true })
    await expect(ask()).rejects.toThrow('fetch failed')
    await order({ kind: 'cut', afterEvents: 2, reset: true })
    expect((await readStream()).ended).toBe('broken')
    expect((await portal.state()).counters.aborted).toBe(0)
  })

  it('fill it with broken JSON', async () => {
    await order({ kind: 'malformed' })
    const heard = await askStream()
    expect(heard.status).toBe(200)
    expect(heard.headers.get('content-type')).toContain('text/event-stream')
    expect(() => chunksIn(heard.text)).toThrow(SyntaxError)
  })
})

describe('faults that spoil a JSON answer', () => {
  it('cut it, break it, or put an error into it', async () => {
    await order({ kind: 'cut' })
    await expect(ask()).rejects.toThrow()
    for (const fault of [{ kind: 'cut', clean: true }, { kind: 'malformed' }]) {
      await order(fault)
      const heard = await ask()
      expect(heard).toMatchObject({ status: 200, json: undefined })
      expect(heard.text).toMatch(/^\{"choices":/)
    }
    await order({ kind: 'error-in-stream' })
    expect(await ask()).toMatchObject({ status: 200, json: { code: 'Throttling.AllocationQuota' } })
  })

  it('lose the answer to a refresh that has spent its token', async () => {
    const { refresh_token } = await portal.login()
    await order({ path: tokenPath, kind: 'cut' })
    await expect(portal.refresh(refresh_token)).rejects.toThrow()
    expect(await portal.state()).toMatchObject({ counters: { refreshes: 1 } })
    expect((await portal.refresh(refresh_token)).status).toBe(400)
  })
})

describe('the queue', () => {
  it('takes the faults for a path in the order in which they came', async () => {
    await order({ kind: 'status', status: 500 })
    await order({ kind: 'cut', clean: true })
    await order({ kind: 'status', status: 502 })
    expect((await ask()).status).toBe(500)
    expect((await ask()).json).toBeUndefined()
    expect((await ask()).status).toBe(502)
  })

  it('hits the paths that begin as ordered, and no others', async () => {
    await order({ path: '/backup', kind: 'status', status: 500, times: 9 })
    expect((await ask()).status).toBe(200)
    expect((await portal.send('/backup/v1/models')).status).toBe(500)
    await order({ path: '/', kind: 'status', status: 500, times: 9 })
    expect((await portal.send('/__emulator/state')).status).toBe(200)
  })

  it('keeps a spoiling fault for a request that gets as far as an answer', async () => {
    await order({ kind: 'cut', clean: true })
    expect((await portal.chat('nobody', question('hello'))).status).toBe(401)
    expect((await ask()).json).toBeUndefined()
  })

  it('refuses orders that it cannot carry out, and names the kinds', async () => {
    const unknown = await portal.control('faults', { path: chatPath, kind: 'flood' })
    expect(unknown.status).toBe(400)
    expect(unknown.json).toEqual({
      error:
        'unknown kind "flood"; kinds: status, json, html, no-token, slow, hang, drop, cut, stall, delay, error-in-stream, finish, no-done, malformed',
    })
    const wrong = [
      { path: chatPath },
      { kind: 'hang' },
      { path: 'v1', kind: 'hang' },
      { path: chatPath, kind: 'hang', times: 0 },
      { path: chatPath, kind: 'hang', afterEvents: 1 },
      { path: chatPath, kind: 'status' },
      { path: chatPath, kind: 'status', status: 99 },
      { path: chatPath, kind: 'status', status: 500, headers: { 'bad header': 'x' } },
      { path: chatPath, kind: 'cut', afterEvents: 1.5 },
    ]
    for (const fault of wrong) expect((await portal.control('faults', fault)).status).toBe(400)
    expect((await portal.state()).faults).toEqual([])
  })
})

describe('tokens', () => {
  it('survive a fault that takes the place of the token answer', async () => {
    const tokens = await portal.login()
    await order({ path: tokenPath, kind: 'drop' })
    await expect(portal.refresh(tokens.refresh_token)).rejects.toThrow()
    const fresh = tokensIn(await portal.refresh(tokens.refresh_token))
    expect(fresh.access_token).toMatch(/^emu-at-/)
  })
})

it('gives an answer in one piece another finish too', async () => {
  await order({ kind: 'finish', reason: 'content_filter' })
  const answer = (await ask()).json as { choices: { finish_reason: string }[] }
  expect(answer.choices[0]?.finish_reason).toBe('content_filter')
})

it('takes back what was ordered, and leaves the logins', async () => {
  await order({ kind: 'status', status: 500, times: 9 })
  expect((await ask()).status).toBe(500)
  expect((await portal.control('faults', { clear: true })).status).toBe(200)
  expect((await ask()).status).toBe(200)
})

it('says what goes with the status where no code is ordered', async () => {
  await order({ kind: 'error-in-stream', status: 500 })
  expect((await readStream()).text).toContain('InternalError')
})

it('refuses a path where nothing is', async () => {
  const refused = await portal.control('faults', { path: '/nowhere', kind: 'hang' })
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('/nowhere')])
})
