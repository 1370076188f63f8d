/** The line that is written over while work goes on. */
import { expect, it } from 'vitest'
import { statusLine } from './status-line.ts'

it('is written over as a whole on a screen that has broken it over several rows', () => {
  const written: string[] = []
  const line = statusLine(true, { screen: { isTTY: true, columns: 15 }, write: (text) => void written.push(text) })
  line.show('等待你批准，剩余 14:59（按 Ctrl-C 取消）') // 40 columns
  line.show('short')
  line.clear()
  expect(written).toEqual([
    '等待你批准，剩余 14:59（按 Ctrl-C 取消）',
    '\r\u001B[2K\u001B[1A\u001B[2K\u001B[1A\u001B[2Kshort',
    '\r\u001B[2K',
  ])
})

it('is not written where nobody watches', () => {
  const written: string[] = []
  const line = statusLine(false, { screen: {}, write: (text) => void written.push(text) })
  line.show('waiting')
  line.clear()
  expect(written).toEqual([])
})
