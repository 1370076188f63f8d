/** A text as a QR code for the terminal. */
import { expect, it } from 'vitest'
import { qrCode, qrColumns } from './qr.ts'

it('draws a square with a quiet edge, and knows its width', async () => {
  const code = await qrCode('https://chat.qwen.ai/authorize?user_code=ABCD-EFGH&client=qwen-code')
  const lines = code.split('\n')
  const columns = qrColumns(code)
  expect(lines.every((line) => line.length === columns)).toBe(true)
  // A module is one column wide, half a line high; 33 modules and the edge twice.
  expect(columns).toBe(37)
  expect(lines).toHaveLength(Math.ceil(columns / 2))
  expect(new Set(lines[0])).toEqual(new Set(['█']))
})
