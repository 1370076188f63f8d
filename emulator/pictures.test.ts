/** Pictures that are sent along: what is said about them is true. */
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWithClient } from './test-client.ts'
import type { TestClient } from './test-client.ts'

let portal: TestClient
let token: string
beforeAll(async () => {
  portal = await startWithClient()
  token = (await portal.login()).access_token
})
afterAll(() => portal.close())

const ask = (urls: readonly string[], model = 'vision-model', text = 'What is this?') =>
  portal.chat(token, {
    model,
    messages: [
      {
        role: 'user',
        content: [{ type: 'text', text }, ...urls.map((url) => ({ type: 'image_url', image_url: { url } }))],
      },
    ],
  })
const dataUrl = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`

/** Enough of a PNG to hold its size, as heavy as wished. */
function png(width: number, height: number, bytes: number): Buffer {
  const head = Buffer.alloc(33)
  head.write('\u0089PNG\r\n\u001A\n', 'latin1')
  head.writeUInt32BE(13, 8)
  head.write('IHDR', 12)
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return Buffer.concat([head, deflateSync(Buffer.alloc(4))], bytes)
}

const fromBase64 = (text: string) => Buffer.from(text, 'base64')
// The smallest files of their kinds that browsers open.
const gif = fromBase64('R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==')
const lossyWebp = fromBase64('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA')
const losslessWebp = fromBase64('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==')

/** A JPEG up to its frame header: an APP0 segment lies before it, as in real files. */
function jpeg(width: number, height: number): Buffer {
  const app0 = Buffer.from('ffe000104a46494600010100000100010000', 'hex')
  const frame = Buffer.from('ffc00011080000000003012200021101031101', 'hex')
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([Buffer.from('ffd8', 'hex'), app0, frame])
}

function extendedWebp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(30)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(22, 4)
  bytes.write('WEBPVP8X', 8)
  bytes.writeUInt32LE(10, 16)
  bytes.writeUIntLE(width - 1, 24, 3)
  bytes.writeUIntLE(height - 1, 27, 3)
  return bytes
}

it('tells format, size and weight of a picture from its bytes', async () => {
  const cases: readonly [Buffer, string][] = [
    [png(64, 48, 1_234), 'a PNG picture, 64 x 48 pixels, 1.2 kB'],
    [png(3, 5, 2_500_000), 'a PNG picture, 3 x 5 pixels, 2.5 MB'],
    [gif, 'a GIF picture, 1 x 1 pixels, 43 bytes'],
    [jpeg(640, 480), 'a JPEG picture, 640 x 480 pixels, 39 bytes'],
    [lossyWebp, 'a WebP picture, 1 x 1 pixels, 42 bytes'],
    [losslessWebp, 'a WebP picture, 1 x 1 pixels, 34 bytes'],
    [extendedWebp(1_000, 700), 'a WebP picture, 1000 x 700 pixels, 30 bytes'],
  ]
  for (const [bytes, words] of cases) {
    // The declared type is not believed.
    const heard = await ask([dataUrl(bytes, 'image/x-anything')])
    expect(heard.status).toBe(200)
    expect(heard.text).toContain(`[emulator] vision-model: I see ${words}. You asked: \\"What is this?\\".`)
  }
})

it('tells several pictures one after the other, in the language of the question', async () => {
  const heard = await ask([dataUrl(png(2, 1, 100)), dataUrl(gif)], 'vision-model', '这是什么？')
  expect(heard.text).toContain('我看到一张 PNG 图片，2 x 1 像素，100 字节；一张 GIF 图片，1 x 1 像素，43 字节。')
})

it('never fetches an address, and says so', async () => {
  const heard = await ask(['https://example.com/cat.png'])
  expect(heard.text).toContain('I see only an address, https://example.com/cat.png, which the emulator does not fetch.')
})

it('refuses what is no picture', async () => {
  const urls = [
    'data:image/png;base64,%%%%',
    'data:image/png;base64,',
    `${dataUrl(gif)}A`,
    dataUrl(Buffer.from('just some text, and longer than thirty bytes')),
    dataUrl(png(0, 5, 100)),
    dataUrl(jpeg(1, 1).subarray(0, 20)),
    dataUrl(losslessWebp.subarray(0, 20)),
    `data:image/png,${gif.toString('latin1')}`,
    'file:///etc/passwd',
  ]
  for (const url of urls) {
    expect(await ask([url])).toMatchObject({
      status: 400,
      json: {
        error: { code: 'invalid_parameter_error', message: 'The image format is illegal and cannot be opened.' },
      },
    })
  }
})

it('refuses pictures for a model that sees none', async () => {
  expect(await ask([dataUrl(gif)], 'coder-model')).toMatchObject({
    status: 400,
    json: { error: { code: 'invalid_parameter_error' } },
  })
})
