/** What keeps a login from being renewed or saved, as it is told. */
import { expect, it } from 'vitest'
import { StateUnwritableError } from '../stores/sqlite/errors.ts'
import { phrase } from '../core/phrase.ts'
import { FileError } from '../stores/files/file-errors.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { Json5SyntaxError } from '../stores/files/json5-syntax-error.ts'
import { loadWords } from '../texts/index.ts'
import { loginTroubles } from './troubles.ts'

it('tells a trouble while it lasts, and no longer', () => {
  const { told, lines } = loginTroubles()
  expect(lines()).toEqual([])
  told.onUnsaved('p:default', new Error('no space left'))
  told.onStopped('p:default', 'models.json:3:1 cannot be read')
  expect(lines()).toEqual([
    'p:default: the renewed token is not saved yet: no space left',
    'p:default: the token cannot be renewed: models.json:3:1 cannot be read',
  ])
  told.onSaved('p:default')
  told.onStopped('p:default', undefined)
  expect(lines()).toEqual([])
})

it.each([
  [
    'a disk that takes nothing',
    new FileError('not-written', '/m.json', phrase('not-written', { reason: 'ENOSPC' })),
    '/m.json: it could not be written (ENOSPC)',
    'p：刷新后的令牌还没有保存：/m.json：无法写入（ENOSPC）',
  ],
  [
    'a broken file',
    syntaxError('{ a 1 }').inFile('/m.json'),
    '/m.json:1:5: met 1, expected a colon after the key',
    'p：刷新后的令牌还没有保存：/m.json:1:5：遇到“1”，此处应为键后面的冒号',
  ],
  [
    'a state that cannot be written',
    new StateUnwritableError('/state.db', phrase('state-writer-missing')),
    '/state.db: the writer thread does not run',
    'p：刷新后的令牌还没有保存：/state.db：写入线程没有运行',
  ],
])('names the file and the reason in the reader’s language: %s', async (_, error, english, chinese) => {
  const { told, lines } = loginTroubles()
  told.onUnsaved('p', error)
  expect(lines()).toEqual([`p: the renewed token is not saved yet: ${english}`])
  const { say } = await loadWords('zh-CN')
  expect(lines().map(say)).toEqual([chinese])
})

function syntaxError(text: string): Json5SyntaxError {
  try {
    parseJson5(text)
  } catch (error) {
    if (error instanceof Json5SyntaxError) return error
  }
  throw new Error(`${text} was read`)
}
