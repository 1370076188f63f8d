/** Runs a plugin's modules from the bytes that were checked: nothing of it is read from disk a second time. */
// Its older versions, in which a plugin's author may run the contract kit, lack registerHooks: named here it would not even load.
import node, { isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import { sdkFile } from '../system/built.ts'

const SCHEME = 'openclaw:'
const MODULE = /\.(?:m?js|json)$/

/** By URL: `openclaw://<id>/<hash>/<path>`, so that other bytes are another module. */
const sources = new Map<string, Buffer>()
let isHooked = false

export interface CheckedModule {
  readonly id: string
  readonly sha256: string
  readonly bytes: ReadonlyMap<string, Buffer>
  /** Path of the module to run, one of `bytes`. */
  readonly entry: string
}

/** Whether this Node can; openclaw itself is only ever run by one that can. */
export function canRunModules(): boolean {
  return 'registerHooks' in node
}

/** The module's exports, or what it threw. It may import its own files, `openclaw/sdk` and what Node brings. */
export async function importChecked({ id, sha256, bytes, entry }: CheckedModule): Promise<object> {
  if (!isHooked) {
    hook()
    isHooked = true
  }
  const urlOf = (path: string): string =>
    `${SCHEME}//${id}/${sha256}/${path.split('/').map(encodeURIComponent).join('/')}`
  for (const [path, file] of bytes) if (MODULE.test(path)) sources.set(urlOf(path), file)
  return (await import(urlOf(entry))) as object
}

function hook(): void {
  node.registerHooks({
    resolve(specifier, context, next) {
      if (sources.has(specifier)) return { url: specifier, format: formatOf(specifier), shortCircuit: true }
      if (!context.parentURL?.startsWith(SCHEME) || isBuiltin(specifier)) return next(specifier, context)
      if (specifier === 'openclaw/sdk') return next(pathToFileURL(sdkFile()).href, context)
      const url = /^[./]/.test(specifier) ? URL.parse(specifier, context.parentURL)?.href : undefined
      if (url !== undefined && sources.has(url)) return { url, format: formatOf(url), shortCircuit: true }
      throw new Error(
        `it imports ${specifier}, which is neither one of its own .js, .mjs and .json files nor openclaw/sdk nor a module of Node`,
      )
    },
    load(url, context, next) {
      const source = sources.get(url)
      return source === undefined ? next(url, context) : { source, format: formatOf(url), shortCircuit: true }
    },
  })
}

function formatOf(url: string): 'json' | 'module' {
  return url.endsWith('.json') ? 'json' : 'module'
}
