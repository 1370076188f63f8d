/** Several processes that edit one settings file at a time. */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import json5 from 'json5'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openclaw-processes-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Takes no lock: reads, adds a line, puts a new file in the old one's place. */
const editorProgram = `
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
const [path, mark] = process.argv.slice(2)
const text = readFileSync(path, 'utf8')
writeFileSync(path + '.' + mark, text.replace('{', '{\\n  ' + mark + ': true, // typed by hand'))
renameSync(path + '.' + mark, path)
`

/** Fifty edits under a lock of one folder; every tenth time the editor saves while we are between reading and writing. */
const writerProgram = `
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { settingsFile } from ${JSON.stringify(new URL('settings-file.ts', import.meta.url).href)}
const [path, name, editor] = process.argv.slice(2)
const lockFolder = path + '.lock'
const memory = path + '.memory'
const tryLock = () => {
  try { mkdirSync(lockFolder); return true } catch (error) { if (error.code === 'EEXIST') return false; throw error }
}
const lock = async (key, work) => {
  while (!tryLock()) await new Promise(setImmediate)
  try { return await work({ stillOurs: async () => true }) } finally { rmdirSync(lockFolder) }
}
const ours = {
  lastHash: async () => { try { return readFileSync(memory, 'utf8') } catch { return undefined } },
  remember: async (file, hash) => writeFileSync(memory, hash),
}
const file = settingsFile(path, lock, ours)
for (let count = 0; count < 50; count++) {
  let disturbed = count % 10 !== 5
  await file.edit(({ text }) => {
    const total = Number(/total: (\\d+)/.exec(text)[1])
    if (!disturbed) {
      disturbed = true
      execFileSync(process.execPath, [editor, path, name + '_hand_' + count])
    }
    return [
      { kind: 'set', path: [name, 'n' + count], value: count },
      { kind: 'set', path: ['total'], value: total + 1 },
    ]
  })
}
`

describe('two processes that edit a settings file, and an editor that takes no lock', () => {
  it('lose nothing of each other', async () => {
    const path = join(folder, 'openclaw.json')
    const [writer, editor] = [join(folder, 'writer.mjs'), join(folder, 'editor.mjs')]
    await writeFile(path, '// settings\n{\n  total: 0, // counted by both\n}\n')
    await writeFile(writer, writerProgram)
    await writeFile(editor, editorProgram)

    const children = ['left', 'right'].map((name) =>
      spawn(process.execPath, [writer, path, name, editor], { stdio: ['ignore', 'inherit', 'inherit'] }),
    )
    const codes = await Promise.all(children.map((child) => once(child, 'exit')))

    expect(codes).toEqual([
      [0, null],
      [0, null],
    ])
    const text = await readFile(path, 'utf8')
    const edits = Object.fromEntries(Array.from({ length: 50 }, (_, count) => [`n${count}`, count]))
    const marks = ['left', 'right'].flatMap((name) =>
      [5, 15, 25, 35, 45].map((count) => [`${name}_hand_${count}`, true]),
    )
    expect(json5.parse(text)).toEqual({ total: 100, left: edits, right: edits, ...Object.fromEntries(marks) })
    expect(text.startsWith('// settings\n')).toBe(true)
    expect(text).toContain('total: 100, // counted by both\n')
    expect(text.match(/ \/\/ typed by hand\n/g)).toHaveLength(10)
    const backup = await readFile(`${path}.bak`, 'utf8')
    expect(backup).toMatch(/hand_45: true/)
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
