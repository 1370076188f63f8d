/** A settings file under our own edits, those of others, failing disks. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import * as node from 'node:fs/promises'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Edit, JsonValue, Lock, OwnTexts, SettingsFile } from '../../core/edit.ts'
import type { FileSystem } from './atomic-write.ts'
import { settingsFile } from './settings-file.ts'

let folder: string
let path: string
let keys: string[]
/** The look, counted from 1, at which the lock is found to be another's; 0 = never. */
let lostAt = 0
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'openclaw-设置 ')))
  path = join(folder, 'openclaw.json')
  keys = []
  lostAt = 0
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function rememberedInMemory(): OwnTexts & { readonly hashes: Map<string, string> } {
  const hashes = new Map<string, string>()
  return {
    hashes,
    lastHash: async (file) => hashes.get(file),
    remember: async (file, hash) => {
      hashes.set(file, hash)
    },
  }
}

interface Given {
  readonly ours?: OwnTexts
  readonly fileSystem?: FileSystem
}

function opened(at = path, { ours = rememberedInMemory(), fileSystem }: Given = {}): SettingsFile {
  const lock: Lock = (key, work) => {
    keys.push(key)
    let looks = 0
    return work({ stillOurs: () => Promise.resolve(lostAt === 0 || ++looks < lostAt) })
  }
  return settingsFile(at, lock, ours, fileSystem)
}

const set = (key: string, value: JsonValue): Edit => ({ kind: 'set', path: key.split('.'), value })
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
const textAt = (file: string) => readFile(file, 'utf8')

/** Saves as an editor does that knows no lock: a new file in the old one's place. */
async function savedElsewhere(text: string): Promise<void> {
  await writeFile(`${path}~`, text)
  await rename(`${path}~`, path)
}

describe('reading a settings file', () => {
  it('gives its text with the hash of its bytes, the byte order mark included', async () => {
    await writeFile(path, '\uFEFF{ "名": 1 }\r\n')
    expect(await opened().read()).toEqual({ text: '\uFEFF{ "名": 1 }\r\n', hash: sha256('\uFEFF{ "名": 1 }\r\n') })
  })

  it('gives nothing where there is no file or no folder', async () => {
    expect(await opened().read()).toBeUndefined()
    expect(await opened(join(folder, 'none', 'a.json')).read()).toBeUndefined()
  })

  it('refuses what cannot be read without loss, naming it', async () => {
    await writeFile(path, Buffer.from('{"a": "\xE9"}', 'latin1'))
    await expect(opened().read()).rejects.toThrow(`${path}: it is not UTF-8 text.`)
    await expect(opened().edit(() => [set('b', 1)])).rejects.toThrow(`${path}: it is not UTF-8 text.`)
    await expect(opened(join(path, 'a.json')).read()).rejects.toThrow(path)
  })

  it('neither waits for a pipe nor takes a folder for a file', async () => {
    spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', path])
    await expect(opened().read()).rejects.toThrow(`${path}: it is a pipe, not a file.`)
    await expect(opened().edit(() => [set('b', 1)])).rejects.toThrow(`${path}: it is a pipe, not a file.`)
    await expect(opened(folder).read()).rejects.toThrow(`${folder}: it is a folder, not a file.`)
    await expect(opened(folder).edit(() => [set('b', 1)])).rejects.toThrow(`${folder}: it is a folder, not a file.`)
  })

  it.runIf(process.geteuid?.() === 0)("refuses another user's file", async () => {
    await writeFile(path, '{}')
    await node.chown(path, 4321, 4321)
    const refusal = `${path}: it belongs to the user with the id 4321, not to you.`
    await expect(opened().read()).rejects.toThrow(refusal)
    await expect(opened().edit(() => [set('b', 1)])).rejects.toThrow(refusal)
    expect(await readdir(folder)).toEqual(['openclaw.json'])
  })
})

describe('editing a settings file', () => {
  it('writes the edited text, for the owner alone, and tells both texts', async () => {
    await writeFile(path, '// mine\n{ a: 1 }\n')
    await chmod(path, 0o644)
    const after = '// mine\n{ a: 2 }\n'
    const outcome = await opened().edit(() => [set('a', 2)])
    expect(outcome).toEqual({
      before: '// mine\n{ a: 1 }\n',
      after,
      hash: sha256(after),
      changed: true,
      backup: `${path}.bak`,
    })
    expect(await textAt(path)).toBe(after)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(keys).toEqual([`file:${path}`])
  })

  it('makes a file that is missing, with its folder, and no backup of nothing', async () => {
    const deep = join(folder, 'state', 'models.json')
    expect(await opened(deep).edit(() => [set('a', 1)])).toMatchObject({ before: undefined, changed: true })
    expect(await textAt(deep)).toBe('{\n  "a": 1\n}\n')
    expect(await readdir(join(folder, 'state'))).toEqual(['models.json'])
  })

  it('writes nothing when nothing changes', async () => {
    await writeFile(path, '{ a: 0x10 }')
    const { mtimeNs } = await stat(path, { bigint: true })
    const outcome = await opened().edit(() => [set('a', 16), { kind: 'unset', path: ['b'] }])
    expect(outcome).toMatchObject({ after: '{ a: 0x10 }', changed: false })
    expect((await stat(path, { bigint: true })).mtimeNs).toBe(mtimeNs)
    expect(await opened(join(folder, 'none.json')).edit(() => [])).toMatchObject({
      before: undefined,
      after: '',
      changed: false,
    })
    expect(await readdir(folder)).toEqual(['openclaw.json'])
  })

  it('shows the caller the text that it edits, and lets a refusal out with nothing written', async () => {
    await writeFile(path, '{}')
    const conflict = new Error('not the text you saw')
    await expect(
      opened().edit(({ text, hash }) => {
        expect({ text, hash }).toEqual({ text: '{}', hash: sha256('{}') })
        throw conflict
      }),
    ).rejects.toBe(conflict)
    expect(await textAt(path)).toBe('{}')
  })

  it('leaves a file it cannot parse as it is, naming the place', async () => {
    await writeFile(path, '{\n  a: 1\n  b: 2\n}')
    await expect(opened().edit(() => [set('c', 1)])).rejects.toThrow(`${path}:3:3: met b, expected a comma or }.`)
    expect(await readdir(folder)).toEqual(['openclaw.json'])
    expect(await textAt(path)).toBe('{\n  a: 1\n  b: 2\n}')
  })

  it('goes through a link, under the lock of the real file, and backs up beside the link', async () => {
    await mkdir(join(folder, 'dotfiles'))
    await writeFile(join(folder, 'dotfiles', 'real.json'), '{ a: 1 }')
    await symlink('dotfiles/real.json', path)
    await opened().edit(() => [set('a', 2)])
    expect(keys).toEqual([`file:${join(folder, 'dotfiles', 'real.json')}`])
    expect(await textAt(join(folder, 'dotfiles', 'real.json'))).toBe('{ a: 2 }')
    expect((await node.lstat(path)).isSymbolicLink()).toBe(true)
    expect(await textAt(`${path}.bak`)).toBe('{ a: 1 }')
  })

  it('has one lock key for one file, before its folder exists too', async () => {
    await symlink('.', join(folder, 'linked'))
    const linked = opened(join(folder, 'linked', 'state', 'models.json'))
    await linked.edit(() => [set('a', 1)])
    await linked.edit(() => [set('a', 2)])
    expect(new Set(keys)).toEqual(new Set([`file:${join(folder, 'state', 'models.json')}`]))
  })
})

describe('a settings file that another program saves meanwhile', () => {
  it('keeps their change and ours', async () => {
    await writeFile(path, '{ ours: 1 }')
    let asked = 0
    const fileSystem = { ...node }
    fileSystem.open = async (...call) => {
      // Between our reading and our rename.
      if (String(call[0]).endsWith('.tmp') && asked === 1) await savedElsewhere('{ ours: 1, theirs: 1 } // saved')
      return node.open(...call)
    }
    const outcome = await opened(path, { fileSystem }).edit(() => {
      asked += 1
      return [set('ours', 2)]
    })
    expect(asked).toBe(2)
    expect(outcome).toMatchObject({
      before: '{ ours: 1, theirs: 1 } // saved',
      after: '{ ours: 2, theirs: 1 } // saved',
    })
    expect(await textAt(path)).toBe('{ ours: 2, theirs: 1 } // saved')
    expect(await textAt(`${path}.bak`)).toBe('{ ours: 1, theirs: 1 } // saved')
  })

  it('is kept too when they make the file, or take it away', async () => {
    let saves = 0
    const fileSystem = { ...node }
    fileSystem.open = async (...call) => {
      if (String(call[0]).endsWith('.tmp') && saves++ === 0) await savedElsewhere('{ theirs: 1 }')
      return node.open(...call)
    }
    expect(await opened(path, { fileSystem }).edit(() => [set('ours', 1)])).toMatchObject({
      after: '{ theirs: 1, ours: 1 }',
    })

    saves = 0
    fileSystem.open = async (...call) => {
      if (String(call[0]).endsWith('.tmp') && saves++ === 0) await rm(path)
      return node.open(...call)
    }
    expect(await opened(path, { fileSystem }).edit(() => [set('ours', 2)])).toMatchObject({ before: undefined })
  })

  it('is given up, theirs in place, when they save it each time', async () => {
    let saves = 0
    await writeFile(path, '{}')
    const edit = opened().edit(() => {
      // A person does not save as fast as this; a program gone wild does.
      spawnSync('sh', ['-c', 'printf "{ n: %s }" "$1" > "$2"', 'sh', String(saves++), path])
      return [set('ours', 1)]
    })
    await expect(edit).rejects.toThrow(`${path}: it was saved by another program each time we were about to.`)
    expect(saves).toBe(6)
    expect(await textAt(path)).toBe('{ n: 5 }')
  })
})

describe('a lock that another process takes meanwhile', () => {
  it.each([
    ['the backup is put in its place', 1],
    ['the file is put in its place', 2],
  ])('keeps the file from being written, and leaves nothing behind: before %s', async (_, look) => {
    await writeFile(path, '{ theirs: 1 }')
    await writeFile(`${path}.bak`, '{ older: 1 }')
    lostAt = look
    await expect(opened().edit(() => [set('ours', 2)])).rejects.toThrow(
      `${path}: it was not written: this process stood still`,
    )
    expect(await textAt(path)).toBe('{ theirs: 1 }')
    expect(await textAt(`${path}.bak`)).toBe(look === 1 ? '{ older: 1 }' : '{ theirs: 1 }')
    expect((await readdir(folder)).toSorted()).toEqual(['openclaw.json', 'openclaw.json.bak'])
  })

  it('is noticed before the text of whoever has it now is replaced', async () => {
    await writeFile(path, '{ a: 1 }')
    const file = opened()
    await file.edit(() => [set('a', 2)]) // ours now: no backup is made
    lostAt = 1
    await expect(
      file.edit(() => {
        writeFileSync(path, '{ a: "theirs" }')
        return [set('a', 3)]
      }),
    ).rejects.toThrow('it was not written')
    expect(await textAt(path)).toBe('{ a: "theirs" }')
  })
})

describe('the backup of a settings file', () => {
  it('keeps the last text that was not ours through all our own edits', async () => {
    const ours = rememberedInMemory()
    await writeFile(path, '// by hand\n{ a: 1 }')
    for (const value of [2, 3, 4]) await opened(path, { ours }).edit(() => [set('a', value)])
    expect(await textAt(`${path}.bak`)).toBe('// by hand\n{ a: 1 }')
    expect((await stat(`${path}.bak`)).mode & 0o777).toBe(0o600)

    await savedElsewhere('// by hand, again\n{ a: 5 }')
    for (const value of [6, 7]) await opened(path, { ours }).edit(() => [set('a', value)])
    expect(await textAt(`${path}.bak`)).toBe('// by hand, again\n{ a: 5 }')
    expect(await textAt(path)).toBe('// by hand, again\n{ a: 7 }')
  })

  it('survives that the file was emptied', async () => {
    await writeFile(path, '{ a: 1 }')
    await opened().edit(() => [set('a', 2)])
    await savedElsewhere('')
    await opened().edit(() => [set('a', 3)])
    expect(await textAt(`${path}.bak`)).toBe('{ a: 1 }')
  })

  it('stops the edit when it cannot be written', async () => {
    await writeFile(path, '{ a: 1 }')
    await mkdir(`${path}.bak`)
    await expect(opened().edit(() => [set('a', 2)])).rejects.toThrow(`${path}.bak: it is a folder, not a file.`)
    expect(await textAt(path)).toBe('{ a: 1 }')
  })
})

describe('an edit whose writing fails', () => {
  it('leaves the old file whole and no temporary file', async () => {
    await writeFile(path, '{ a: 1 }')
    const fileSystem = {
      ...node,
      rename: async () => {
        throw Object.assign(new Error('EIO: i/o error, rename'), { code: 'EIO' })
      },
    }
    await expect(opened(path, { fileSystem }).edit(() => [set('a', 2)])).rejects.toThrow('could not be written (EIO')
    expect(await textAt(path)).toBe('{ a: 1 }')
    expect(await readdir(folder)).toEqual(['openclaw.json'])
  })

  it('is not what it is called when only our memory of it failed', async () => {
    const ours = rememberedInMemory()
    const forgetful: OwnTexts = {
      ...ours,
      remember: async () => {
        throw new Error('the database is locked')
      },
    }
    await writeFile(path, '{ a: 1 }')
    expect(await opened(path, { ours: forgetful }).edit(() => [set('a', 2)])).toMatchObject({ changed: true })
    expect(await textAt(path)).toBe('{ a: 2 }')
  })
})
