/** The approval page, as a browser meets it. */
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWithClient } from './test-client.ts'
import type { StartedDevice, TestClient } from './test-client.ts'

let portal: TestClient
let device: StartedDevice
beforeEach(async () => {
  portal = await startWithClient()
  device = await portal.startDevice()
})
afterEach(() => portal.close())

const open = (query: string, headers: Record<string, string> = {}) => portal.send(`/authorize${query}`, { headers })
const decide = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  portal.form('/authorize', fields, headers)

describe('the approval page', () => {
  it('shows the code of the complete address, and says that it is not Qwen', async () => {
    const { pathname, search } = new URL(device.verification_uri_complete)
    const page = await portal.send(pathname + search)
    expect(page.status).toBe(200)
    expect(page.text).toContain(`<strong class="code">${device.user_code}</strong>`)
    expect(page.text).toContain('This is the emulator of openclaw on your own computer. It is not Qwen')
    expect(page.text).not.toContain('<script')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'sha256-")
  })

  it('lets the code be typed by hand, in small letters and with dashes', async () => {
    const empty = await open('')
    expect(empty.status).toBe(200)
    expect(empty.text).toContain('Type the code that your terminal shows.')
    const typed = `${device.user_code.slice(0, 4)}-${device.user_code.slice(4)}`.toLowerCase()
    const page = await open(`?user_code=${typed}&client=qwen-code`)
    expect(page.text).toContain(`<strong class="code">${device.user_code}</strong>`)
  })

  it('says what the real page says when one of its two parameters is missing', async () => {
    for (const query of [`?user_code=${device.user_code}`, '?client=qwen-code', `?user_code=&client=qwen-code`]) {
      const page = await open(query)
      expect(page.status).toBe(400)
      expect(page.text).toContain('user_code or client is null')
    }
  })

  it('signs the named account in, and sends the person back to the terminal', async () => {
    const page = await decide({ user_code: device.user_code, account: 'me@example.com', decision: 'approve' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('go back to your terminal')
    expect((await portal.poll(device)).status).toBe(200)
    expect((await portal.state()).accounts).toContainEqual(
      expect.objectContaining({ account: 'me@example.com', logins: 1 }),
    )
  })

  it('takes you@example.com when the account is left empty', async () => {
    await decide({ user_code: device.user_code, account: ' ', decision: 'approve' })
    await portal.poll(device)
    expect((await portal.state()).accounts).toMatchObject([{ account: 'you@example.com', logins: 1 }])
  })

  it('denies', async () => {
    expect((await decide({ user_code: device.user_code, decision: 'deny' })).text).toContain('Denied')
    expect((await portal.poll(device)).json).toMatchObject({ error: 'access_denied' })
  })

  it('tells an unknown, an expired and an answered code apart', async () => {
    const unknown = await open('?user_code=ZZZZZZZZ&client=qwen-code')
    expect(unknown.status).toBe(404)
    expect(unknown.text).toContain('No login is waiting for this code.')

    await decide({ user_code: device.user_code, decision: 'approve' })
    const again = await decide({ user_code: device.user_code, decision: 'deny' })
    expect(again.status).toBe(400)
    expect(again.text).toContain('This code was answered already.')

    const late = await portal.startDevice()
    await portal.control('clock', { advanceMs: 900_000 })
    const expired = await open(`?user_code=${late.user_code}&client=qwen-code`)
    expect(expired.status).toBe(400)
    expect(expired.text).toContain('This code has expired.')
  })

  it('refuses an account name of several lines', async () => {
    const page = await decide({ user_code: device.user_code, account: 'a\nb', decision: 'approve' })
    expect(page.status).toBe(400)
    expect((await portal.poll(device)).json).toMatchObject({ error: 'authorization_pending' })
  })

  it('never echoes what came in as HTML', async () => {
    const page = await open(`?user_code=${encodeURIComponent('<b>x</b>')}&client=${encodeURIComponent('"><i>')}`)
    expect(page.text).not.toMatch(/<b>|<i>/)
  })

  it('speaks the language that the browser asks for', async () => {
    const languages = {
      'zh-CN,zh;q=0.9,en;q=0.8': ['zh-CN', '请输入终端里显示的代码。'],
      'zh-TW,zh;q=0.9': ['zh-TW', '請輸入終端機裡顯示的代碼。'],
      'zh-Hant-HK': ['zh-TW', '不是 Qwen'],
      'en;q=0.3, zh-CN;q=0.7': ['zh-CN', '不是 Qwen'],
      'fr-FR, de;q=0.5': ['en', 'It is not Qwen'],
    }
    for (const [accepted, [lang = '', text = '']] of Object.entries(languages)) {
      const page = await open('', { 'accept-language': accepted })
      expect(page.text).toContain(`<html lang="${lang}">`)
      expect(page.text).toContain(text)
    }
  })
})

describe('foreign pages', () => {
  const knock = (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      request(portal.url + path, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })

  it('reach neither the approval page nor the control addresses under a foreign host name', async () => {
    for (const path of ['/authorize', '/__emulator/state']) {
      expect(await knock(path, { host: 'evil.example' })).toBe(403)
      expect(await knock(path, { host: `evil.example:${portal.port}` })).toBe(403)
      expect(await knock(path, { host: '127.0.0.1:1' })).toBe(403)
      expect(await knock(path, { host: `localhost:${portal.port}` })).toBe(200)
    }
  })

  it('cannot send a form across', async () => {
    const approve = { user_code: device.user_code, decision: 'approve' }
    expect((await decide(approve, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await decide(approve, { origin: 'null' })).status).toBe(403)
    expect((await decide(approve, { origin: portal.url })).status).toBe(200)
  })
})
