/** Where built files lie, and files that are loaded by their path: from source, and from dist/. */
import { readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'

const here = import.meta.filename
const fromSource = extname(here) === '.ts'

/** The SQLite writer, started as a thread. */
export function writerFile(): string {
  return fromSource ? join(root(), 'src', 'stores', 'sqlite', 'writer.ts') : join(dist(), 'writer.cjs')
}

/** The emulator, started as a process. */
export function emulatorFile(): string {
  return fromSource ? join(root(), 'emulator', 'main.ts') : join(dist(), 'emulator.js')
}

/** A folder for each bundled plugin. */
export function pluginsFolder(): string {
  return fromSource ? join(root(), 'src', 'plugins') : join(dist(), 'plugins')
}

/** The module of a bundled plugin. */
export function pluginEntry(folder: string): string {
  return join(folder, fromSource ? 'index.ts' : 'index.cjs')
}

/** What plugins import as `openclaw/sdk`. */
export function sdkFile(): string {
  return fromSource ? join(root(), 'src', 'sdk', 'index.ts') : join(dist(), 'sdk.js')
}

/** What service units and detached starts run. */
export function launcherFile(): string {
  return join(root(), 'bin', 'openclaw.cjs')
}

export function packageVersion(): string {
  const { version }: { readonly version?: unknown } = JSON.parse(readFileSync(join(root(), 'package.json'), 'utf8'))
  return String(version)
}

/** This file is `<root>/src/system/built.ts`; bundled, it is part of `<root>/dist/*.cjs` or `<root>/dist/chunks/*.cjs`. */
function root(): string {
  return fromSource ? dirname(dirname(dirname(here))) : dirname(dist())
}

function dist(): string {
  const folder = dirname(here)
  return basename(folder) === 'chunks' ? dirname(folder) : folder
}
