/** The official SDKs before upstreams of every format: what they want is there, or the page says why not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { PAGES, withMatrix } from './matrix.ts'
import { CELLS, walked } from './walk.ts'
import type { Walked } from './walk.ts'
import { openWorld } from './world.ts'
import type { World } from './world.ts'

let world: World
const results: Walked[] = []
beforeAll(async () => {
  world = await openWorld()
})
// Where it could not be opened, there is nothing to end.
afterAll(() => (world as World | undefined)?.end())

describe.each([...new Set(CELLS.map(({ sdk }) => sdk))])('%s', (sdk) => {
  it.each(CELLS.filter((cell) => cell.sdk === sdk).map((cell) => ({ ...cell, what: cell.feature.title.en })))(
    'over $upstream: $what',
    async (cell) => {
      results.push(await walked(cell, world))
    },
  )
})

it.each(PAGES)('stands in the page ($language) as it was found', ({ path, language }) => {
  const page = readFileSync(path, 'utf8')
  expect(page).toBe(withMatrix(page, results, language))
})
