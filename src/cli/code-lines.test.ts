/** G-06: the text before an approval, as it stands on the screen in each language. */
import { describe, expect, it } from 'vitest'
import { loadWords } from '../texts/index.ts'
import { codeLines } from './code-lines.ts'

const event = {
  kind: 'code',
  userCode: 'ABCDEFGH',
  url: 'https://chat.qwen.ai/authorize?user_code=ABCDEFGH&client=qwen-code',
  host: 'chat.qwen.ai',
  complete: true,
  startedAt: new Date(2026, 2, 14, 14, 5, 59),
  expiresAt: new Date(2026, 2, 14, 14, 20, 59),
} as const

describe('before a code is approved, the screen says who asks, where, since when, until when, and what never to do', () => {
  it('in English', async () => {
    const { texts } = await loadWords('en')
    expect(codeLines(event, 'Qwen', texts)).toEqual([
      'openclaw on this machine asks Qwen to sign you in. You started this here at 14:05.',
      'Open this page of chat.qwen.ai:',
      '  https://chat.qwen.ai/authorize?user_code=ABCDEFGH&client=qwen-code',
      'The code is ABCDEFGH. Go on only if the page shows the same one.',
      'The code ends at 14:20. Never enter a code that somebody sent you.',
    ])
  })

  it('in 简体中文', async () => {
    const { texts } = await loadWords('zh-CN')
    expect(codeLines(event, '通义千问 Qwen', texts)).toEqual([
      '本机的 openclaw 请求登录通义千问 Qwen。这次登录是你 14:05 在这里发起的。',
      '请打开 chat.qwen.ai 的此页面：',
      '  https://chat.qwen.ai/authorize?user_code=ABCDEFGH&client=qwen-code',
      '设备码是 ABCDEFGH。页面上显示的相同才继续。',
      '设备码 14:20 失效。不要输入别人发给你的设备码。',
    ])
  })

  it('in 繁體中文', async () => {
    const { texts } = await loadWords('zh-TW')
    expect(codeLines(event, '通義千問 Qwen', texts)).toEqual([
      '本機的 openclaw 請求登入通義千問 Qwen。這次登入是你 14:05 在這裡發起的。',
      '請開啟 chat.qwen.ai 的此頁面：',
      '  https://chat.qwen.ai/authorize?user_code=ABCDEFGH&client=qwen-code',
      '裝置碼是 ABCDEFGH。頁面上顯示的相同才繼續。',
      '裝置碼 14:20 失效。不要輸入別人傳給你的裝置碼。',
    ])
  })

  it('with the code to be typed, where the address does not hold it', async () => {
    const { texts } = await loadWords('en')
    const lines = codeLines({ ...event, complete: false, url: 'https://chat.qwen.ai/authorize' }, 'Qwen', texts)
    expect(lines.slice(2, 4)).toEqual(['  https://chat.qwen.ai/authorize', 'and type this code there: ABCDEFGH'])
  })
})
