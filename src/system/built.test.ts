/** Where built files lie, from source and from dist/, whatever the folder is called. */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { emulatorFile, launcherFile, packageVersion, pluginsFolder, writerFile } from './built.ts'

const source = fileURLToPath(new URL('built.ts', import.meta.url))

const ASK = `
const built = await import(process.argv[1])
console.log(JSON.stringify({
  writer: built.writerFile(), emulator: built.emulatorFile(), plugins: built.pluginsFolder(), sdk: built.sdkFile(),
  entry: built.pluginEntry('x'), launcher: built.launcherFile(), version: built.packageVersion(),
}))`

/** What a copy of this file says that lies at `place` in a package of its own. */
function placedAt(place: string): { readonly root: string; readonly said: Record<string, string> } {
  const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'built-'))), 'my 程序 #1%20')
  onTestFinished(() => rmSync(dirname(root), { recursive: true }))
  const copy = join(root, place)
  mkdirSync(dirname(copy), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module","version":"9.8.7"}')
  if (place.endsWith('.ts')) copyFileSync(source, copy)
  else writeFileSync(copy, stripTypeScriptTypes(readFileSync(source, 'utf8')))
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', ASK, pathToFileURL(copy).href])
  return { root, said: JSON.parse(said.toString()) }
}

describe('built files are found', () => {
  it('from source', () => {
    const { root, said } = placedAt('src/system/built.ts')
    expect(said).toEqual({
      writer: join(root, 'src/stores/sqlite/writer.ts'),
      emulator: join(root, 'emulator/main.ts'),
      plugins: join(root, 'src/plugins'),
      sdk: join(root, 'src/sdk/index.ts'),
      entry: join('x', 'index.ts'),
      launcher: join(root, 'bin/openclaw.cjs'),
      version: '9.8.7',
    })
  })

  it.each(['dist/main.js', 'dist/chunks/built-x1.js'])('from the bundle, in %s', (place) => {
    const { root, said } = placedAt(place)
    expect(said).toEqual({
      writer: join(root, 'dist/writer.cjs'),
      emulator: join(root, 'dist/emulator.js'),
      plugins: join(root, 'dist/plugins'),
      sdk: join(root, 'dist/sdk.js'),
      entry: join('x', 'index.cjs'),
      launcher: join(root, 'bin/openclaw.cjs'),
      version: '9.8.7',
    })
  })

  it('in this repository, where they are', () => {
    expect(existsSync(launcherFile())).toBe(true)
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/)
    for (const path of [writerFile(), emulatorFile(), pluginsFolder()])
      expect(path.startsWith(dirname(dirname(launcherFile())))).toBe(true)
  })
})
