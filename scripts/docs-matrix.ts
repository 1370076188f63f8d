/** `npm run docs:matrix`: walks the official SDKs over every upstream, and writes what it found into the pages. */
import { readFileSync, writeFileSync } from 'node:fs'
import { PAGES, withMatrix } from '../test/formats/matrix.ts'
import { CELLS, walked, type Walked } from '../test/formats/walk.ts'
import { openWorld } from '../test/formats/world.ts'

const world = await openWorld()
const results: Walked[] = []
try {
  for (const cell of CELLS) {
    const name = `${cell.sdk} over ${cell.upstream}: ${cell.feature.title.en}`
    try {
      results.push(await walked(cell, world))
    } catch (error) {
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`)
      process.exitCode = 1
    }
  }
} finally {
  await world.end()
}
if (process.exitCode === undefined) {
  for (const { path, language } of PAGES) writeFileSync(path, withMatrix(readFileSync(path, 'utf8'), results, language))
}
