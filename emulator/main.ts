/** The emulator as a process of its own: arguments in, one line of JSON out, then it serves until it is told to end. */
import { parseArgs } from 'node:util'
import { introduction } from './introduction.ts'
import { startEmulator } from './server.ts'
import type { EmulatorOptions } from './server.ts'

const usage = `openclaw emulator start [--port N] [--per-day N] [--interval SECONDS] [--expires-in SECONDS]
  [--access-token-seconds N] [--chunk-delay-ms N] [--exit-with-stdin] [--verbose]
Faults, limits and the rest are ordered at URL/__emulator: docs/en/emulator.md`

class WrongUsage extends Error {}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
try {
  const { url } = await startEmulator(readArguments())
  process.stdout.write(`${JSON.stringify({ ...introduction(url), pid: process.pid })}\n`)
} catch (error) {
  say(`emulator: ${reasonNotToStart(error)}`)
  process.exit(error instanceof WrongUsage ? 2 : 1)
}

function readArguments(): EmulatorOptions {
  const values = parsedArguments()
  if (values['exit-with-stdin'] === true) exitWithStdin()
  return {
    port: numberIn(values.port, 65_535),
    perDay: numberIn(values['per-day']),
    interval: numberIn(values.interval),
    expiresIn: numberIn(values['expires-in']),
    accessTokenSeconds: numberIn(values['access-token-seconds']),
    chunkDelayMs: numberIn(values['chunk-delay-ms']),
    log: values.verbose === true ? say : undefined,
  }
}

function parsedArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'per-day': { type: 'string' },
        interval: { type: 'string' },
        'expires-in': { type: 'string' },
        'access-token-seconds': { type: 'string' },
        'chunk-delay-ms': { type: 'string' },
        'exit-with-stdin': { type: 'boolean' },
        verbose: { type: 'boolean' },
      },
    }).values
  } catch (cause) {
    throw new WrongUsage(`${messageOf(cause)}\n${usage}`, { cause })
  }
}

function numberIn(text: string | undefined, max = 999_999_999): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text)
  throw new WrongUsage(`"${text}" is not a whole number up to ${max}\n${usage}`)
}

/** Whoever started us holds the other end; when it ends, for whatever reason, so do we. */
function exitWithStdin(): void {
  process.stdin.on('close', () => process.exit(0))
  process.stdin.on('error', () => process.exit(0))
  process.stdin.resume()
}

function reasonNotToStart(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || !('port' in error)) return messageOf(error)
  const place = `port ${String(error.port)} of 127.0.0.1`
  if (error.code === 'EADDRINUSE') return `${place} is in use; choose another with --port`
  if (error.code === 'EACCES') return `${place} may not be used by this user; choose another with --port`
  return error.message
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
