import { expect, it } from 'vitest'
import { loginTroubles } from './troubles.ts'

it('tells a trouble while it lasts, and no longer', () => {
  const { told, lines } = loginTroubles(() => undefined)
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
