/** A file is replaced whole, or not at all. */
import * as node from 'node:fs/promises'
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweepTemporaries, writeAtomic, type FileSystem } from './atomic-write.ts'
import { FileError } from './file-errors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openclaw-写 '))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

async function refused(work: Promise<unknown>): Promise<FileError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof FileError) return error
  throw new Error('it was not refused', { cause: error })
}

describe('writing a file', () => {
  it('replaces it whole and leaves nothing beside it', async () => {
    const path = join(folder, 'a.json')
    await writeFile(path, 'a much longer old text')
    expect(await writeAtomic(path, '新')).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('新')
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it('makes a missing folder and the file for the owner alone, whatever the umask', async () => {
    const path = join(folder, 'new', 'deep', 'a.json')
    const old = process.umask(0)
    try {
      await writeAtomic(path, 'x')
    } finally {
      process.umask(old)
    }
    expect(await modeOf(path)).toBe('600')
    expect(await modeOf(dirname(path))).toBe('700')
    expect(await modeOf(dirname(dirname(path)))).toBe('700')
  })

  it('narrows a file that others could read', async () => {
    const path = join(folder, 'a.json')
    await writeFile(path, 'x')
    await chmod(path, 0o666)
    await writeAtomic(path, 'y')
    expect(await modeOf(path)).toBe('600')
    await writeAtomic(path, 'z', { mode: 0o644 })
    expect(await modeOf(path)).toBe('644')
  })

  it('has a temporary file that nobody else can read at any time', async () => {
    const modes: number[] = []
    const open: FileSystem['open'] = async (path, flags, mode) => {
      const handle = await node.open(path, flags, mode)
      modes.push((await handle.stat()).mode & 0o077)
      return handle
    }
    const old = process.umask(0)
    try {
      await writeAtomic(join(folder, 'a.json'), 'x', { mode: 0o644, fileSystem: { ...node, open } })
    } finally {
      process.umask(old)
    }
    expect(modes[0]).toBe(0)
  })

  it('follows links, so that they stay links', async () => {
    await mkdir(join(folder, 'dotfiles'))
    await symlink('dotfiles', join(folder, 'linked'))
    await symlink('../dotfiles/real.json', join(folder, 'dotfiles', 'second.json'))
    await symlink('linked/second.json', join(folder, 'a.json'))
    await writeAtomic(join(folder, 'a.json'), 'new')
    expect(await readlink(join(folder, 'a.json'))).toBe('linked/second.json')
    expect(await readFile(join(folder, 'dotfiles', 'real.json'), 'utf8')).toBe('new')
    expect(await readdir(join(folder, 'dotfiles'))).toEqual(['real.json', 'second.json'])
  })

  it('leaves the other name of a hard-linked file alone', async () => {
    await writeFile(join(folder, 'other'), 'old')
    await link(join(folder, 'other'), join(folder, 'a.json'))
    await writeAtomic(join(folder, 'a.json'), 'new')
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('old')
  })

  it('changes nothing when the last word before the rename is no', async () => {
    const path = join(folder, 'a.json')
    await writeFile(path, 'old')
    expect(await writeAtomic(path, 'new', { beforeRename: async () => false })).toBe(false)
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it('refuses what is not a file, saying what it is', async () => {
    await mkdir(join(folder, 'folder'))
    spawnSync('sh', ['-c', 'mkfifo "$1"', 'sh', join(folder, 'pipe')])
    await symlink('loop', join(folder, 'loop'))
    expect((await refused(writeAtomic(join(folder, 'folder'), 'x'))).message).toBe(
      `${join(folder, 'folder')}: it is a folder, not a file.`,
    )
    expect((await refused(writeAtomic(join(folder, 'pipe'), 'x'))).message).toBe(
      `${join(folder, 'pipe')}: it is a pipe, not a file.`,
    )
    expect((await refused(writeAtomic(join(folder, 'loop'), 'x'))).kind).toBe('not-a-file')
    expect(await readdir(folder)).toEqual(['folder', 'loop', 'pipe'])
  })

  it.runIf(process.geteuid?.() === 0)("refuses another user's file and another user's link", async () => {
    const theirs = join(folder, 'theirs.json')
    await writeFile(theirs, 'theirs')
    await node.chown(theirs, 4321, 4321)
    await writeFile(join(folder, 'ours.json'), 'ours')
    await symlink('ours.json', join(folder, 'laid.json'))
    await node.lchown(join(folder, 'laid.json'), 4321, 4321)
    expect((await refused(writeAtomic(theirs, 'x'))).message).toBe(
      `${theirs}: it belongs to the user with the id 4321, not to you.`,
    )
    expect((await refused(writeAtomic(join(folder, 'laid.json'), 'x'))).kind).toBe('not-ours')
    expect(await readFile(theirs, 'utf8')).toBe('theirs')
    expect(await readFile(join(folder, 'ours.json'), 'utf8')).toBe('ours')
  })
})

describe('a write that fails', () => {
  /** Breaks one call; the handle's calls are broken on the handle that `open` returns. */
  function broken(name: string): FileSystem {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' })
    }
    const open: FileSystem['open'] = async (path, flags, mode) => {
      if (name === 'open') await fail()
      const handle = await node.open(path, flags, mode)
      if (name === 'writeFile') {
        // Half of it gets to the disk.
        handle.writeFile = async () => {
          await handle.write('half')
          await fail()
        }
      }
      if (name === 'chmod' || name === 'sync') handle[name] = fail
      return handle
    }
    return { ...node, open, ...(name === 'rename' && { rename: fail }), ...(name === 'mkdir' && { mkdir: fail }) }
  }

  it.each(['mkdir', 'open', 'writeFile', 'chmod', 'sync', 'rename'])(
    'at %s leaves the old file whole and no temporary file, and names the file',
    async (call) => {
      const path = join(folder, 'a.json')
      await writeFile(path, 'old')
      const error = await refused(writeAtomic(path, 'new', { fileSystem: broken(call) }))
      expect(error).toMatchObject({ kind: 'not-written', path, cause: { code: 'ENOSPC' } })
      expect(error.message).toContain(`${path}: it could not be written (ENOSPC`)
      expect(await readFile(path, 'utf8')).toBe('old')
      expect(await readdir(folder)).toEqual(['a.json'])
    },
  )

  it('is told from one whose text is in place while the folder could not be flushed', async () => {
    const path = join(folder, 'a.json')
    let opened = 0
    const open: FileSystem['open'] = async (...call) => {
      opened += 1
      if (opened > 1) throw new Error('EIO: i/o error, open')
      return node.open(...call)
    }
    expect((await refused(writeAtomic(path, 'new', { fileSystem: { ...node, open } }))).kind).toBe('not-written')
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readdir(folder)).toEqual(['a.json'])
  })

  it('because its folder vanished leaves nothing', async () => {
    const path = join(folder, 'gone', 'a.json')
    const vanish = async () => {
      await rm(dirname(path), { recursive: true })
      return true
    }
    expect((await refused(writeAtomic(path, 'new', { beforeRename: vanish }))).kind).toBe('not-written')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('sweeping temporary files', () => {
  it('removes ours once they are a day old, and no others', async () => {
    const ours = (letter: string) => `.openclaw-${letter.repeat(24)}.tmp`
    const now = new Date('2030-01-02T03:00:00Z')
    const old = new Date('2030-01-01T02:00:00Z')
    for (const name of [ours('a'), ours('b'), '.openclaw-short.tmp', 'openclaw.json']) {
      await writeFile(join(folder, name), 'x')
      await utimes(join(folder, name), old, old)
    }
    await utimes(join(folder, ours('b')), now, now)
    await symlink('openclaw.json', join(folder, ours('c')))
    expect(await sweepTemporaries(folder, now)).toEqual([join(folder, ours('a'))])
    expect((await readdir(folder)).length).toBe(4)
    expect((await lstat(join(folder, ours('c')))).isSymbolicLink()).toBe(true)
  })

  it('knows the temporary file that a killed writer leaves', async () => {
    const kept: FileSystem = {
      ...node,
      rename: async () => {
        throw new Error('killed')
      },
      unlink: async () => {
        throw new Error('killed')
      },
    }
    await refused(writeAtomic(join(folder, 'a.json'), 'x', { fileSystem: kept }))
    expect(await readdir(folder)).toHaveLength(1)
    expect(await sweepTemporaries(folder, new Date(Date.now() + 25 * 3_600_000))).toHaveLength(1)
    expect(await readdir(folder)).toEqual([])
  })

  it('finds nothing in a folder that is not there', async () => {
    expect(await sweepTemporaries(join(folder, 'none'))).toEqual([])
  })
})
