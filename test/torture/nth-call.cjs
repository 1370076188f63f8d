/**
 * A preload that counts the calls by which a process changes files, state.db or a socket, and at the n-th kills the process
 * or has the call fail: `NTH_CALL='{"at":7,"do":"kill"}'`. Counting begins with `globalThis.nthCall.arm(wish)`.
 *
 * `do` is `kill`, or the name of a system error (`ENOSPC`); with `"from":true` every call from the n-th on fails.
 */
'use strict'
const fs = require('node:fs')
const promises = require('node:fs/promises')
const net = require('node:net')
const { syncBuiltinESMExports } = require('node:module')
const sqlite = require('node:sqlite')

let wish = { at: 0 }
let armed = false
let calls = []

globalThis.nthCall = {
  arm(given) {
    wish = given ?? JSON.parse(process.env.NTH_CALL ?? '{"at":0}')
    calls = []
    armed = true
  },
  /** What was called since, in order; counting ends. */
  disarm() {
    armed = false
    return calls
  },
}

/** Undefined = go on; an error to be thrown; killed = it does not come back. */
function next(name, half) {
  if (!armed) return undefined
  calls.push(name)
  const isIt = calls.length === wish.at || (wish.from && wish.at > 0 && calls.length >= wish.at)
  if (!isIt) return undefined
  if (wish.do === 'kill') {
    half?.()
    process.kill(process.pid, 'SIGKILL')
    for (;;);
  }
  return errorOf(name, wish.do)
}

const ERRNO = { EINTR: -4, EIO: -5, EACCES: -13, ENOSPC: -28, EROFS: -30, EMFILE: -24 }
/** sqlite.org/rescode.html: what SQLite makes of it. */
const SQLITE = { EINTR: 10, EIO: 10, EACCES: 8, ENOSPC: 13, EROFS: 8, EMFILE: 14 }

function errorOf(name, code) {
  if (name.startsWith('sqlite')) {
    return Object.assign(new Error(`${code} in ${name}`), { code: 'ERR_SQLITE_ERROR', errcode: SQLITE[code] })
  }
  return Object.assign(new Error(`${code}: injected, ${name}`), { code, errno: ERRNO[code], syscall: name })
}

function wrapAsync(target, name, label = name, halfOf) {
  const own = target[name]
  target[name] = async function (...given) {
    const error = next(label, halfOf && (() => halfOf(this, given)))
    if (error) throw error
    return own.apply(this, given)
  }
}

function wrapSync(target, name, label = name) {
  const own = target[name]
  target[name] = function (...given) {
    const error = next(label)
    if (error) throw error
    return own.apply(this, given)
  }
}

/** So that what a write leaves may be torn. */
function writeHalf(handle, [data]) {
  const bytes = Buffer.from(data)
  fs.writeSync(handle.fd, bytes, 0, Math.floor(bytes.length / 2))
}

for (const name of ['rename', 'unlink', 'mkdir', 'link', 'rm', 'chmod', 'truncate', 'writeFile', 'copyFile']) {
  wrapAsync(promises, name)
}
for (const name of [
  'openSync',
  'closeSync',
  'renameSync',
  'unlinkSync',
  'rmSync',
  'mkdirSync',
  'linkSync',
  'chmodSync',
  'writeSync',
  'writeFileSync',
  'fsyncSync',
  'ftruncateSync',
]) {
  wrapSync(fs, name)
}

let isHandlePatched = false
const open = promises.open
promises.open = async function (...given) {
  const error = next('open')
  if (error) throw error
  const handle = await open.apply(this, given)
  if (!isHandlePatched) {
    isHandlePatched = true
    const prototype = Object.getPrototypeOf(handle)
    wrapAsync(prototype, 'writeFile', 'write', writeHalf)
    wrapAsync(prototype, 'sync', 'fsync')
    wrapAsync(prototype, 'chmod', 'fchmod')
    wrapAsync(prototype, 'truncate', 'ftruncate')
  }
  return handle
}

wrapSync(sqlite.DatabaseSync.prototype, 'exec', 'sqlite exec')
wrapSync(sqlite.DatabaseSync.prototype, 'close', 'sqlite close')
for (const name of ['run', 'get', 'all']) wrapSync(sqlite.StatementSync.prototype, name, `sqlite ${name}`)

for (const name of ['connect', 'write']) {
  const own = net.Socket.prototype[name]
  net.Socket.prototype[name] = function (...given) {
    // Pipes to whoever started us are sockets too; those alone have a number.
    const error = typeof this.fd === 'number' ? undefined : next(`socket ${name}`)
    if (!error) return own.apply(this, given)
    process.nextTick(() => this.destroy(error))
    return name === 'connect' ? this : false
  }
}
syncBuiltinESMExports()
