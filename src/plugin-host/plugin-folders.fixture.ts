/** Plugins written into a folder of their own, as the tests of this room need them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

/** `folders`: a folder's name -> its files' names -> their texts. Gone after the test. */
export function pluginFolders(folders: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const root = mkdtempSync(join(tmpdir(), 'plugins 插件 '))
  roots.push(root)
  for (const [folder, files] of Object.entries(folders)) {
    mkdirSync(join(root, folder))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text)
  }
  return root
}

export const MANIFEST = {
  id: 'some-plugin',
  version: '1.0.0',
  label: { en: 'Some plugin' },
  entry: 'index',
  providers: [{ id: 'p', models: ['m', 'n'], aliases: { short: 'm' } }],
}

export const PROVIDER = {
  id: 'p',
  label: { en: 'P' },
  dialect: 'chat-completions',
  baseUrl: 'https://p.example/v1',
  hosts: ['p.example'],
  models: [{ id: 'n' }, { id: 'm' }],
  aliases: { short: 'm' },
  defaultModel: 'm',
}
