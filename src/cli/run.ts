/** Runs a parsed command line between its surroundings: language, screen, signals, errors. */
import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { openApp } from '../app.ts'
import { asOpenClawError } from '../control/known-errors.ts'
import type { ExitCode } from '../core/error-entry.ts'
import { OpenClawError } from '../core/errors.ts'
import type { Language } from '../core/text.ts'
import { takeEnvironment } from '../system/environment.ts'
import { stderr, stdout } from '../system/outlets.ts'
import { colourAllowed, screenWidth, styled, type Styles } from '../system/terminal.ts'
import { chooseLanguage, languageFrom, loadWords, type Words } from '../texts/index.ts'
import type { Output } from './output.ts'
import { parseCommandLine, type Parsed } from './parse.ts'
import { errorJson, errorLines, exitOf } from './report.ts'

export async function runTyped(typed: readonly string[]): Promise<number> {
  let screen: Output | undefined
  const app = openApp({
    environment: takeEnvironment(process.env),
    askPassphrase: async (which) => screen && (await import('./ask-passphrase.ts')).askPassphrase(which, screen), // few have one
  })
  const asked = askedLanguage(typed)
  const wantsJson = typed.includes('--json')
  let say: Words['say'] = String
  try {
    // Broken settings are told by the command that needs them, in the language that the rest says.
    const set = await app.languageSet().catch((): Language | undefined => undefined)
    const words = await loadWords(chooseLanguage(asked, set, process.env))
    say = words.say
    const output = terminalOutput(words, typed.includes('--no-color'), wantsJson)
    screen = output
    try {
      if (asked !== undefined && !languageFrom(asked)) {
        throw new OpenClawError('option-value', {
          option: 'lang',
          met: asked,
          allowed: 'en, zh-CN, zh-TW',
          command: 'openclaw',
        })
      }
      refuseMovingHome(process.env)
      return await runParsed(parseCommandLine(typed), app, output)
    } catch (error) {
      return report(error, words, wantsJson)
    }
  } finally {
    const problem = app.settingsProblem()
    if (problem && screen) {
      const { styles, words } = screen
      stderr.write(`${styles.yellow(words.texts.gateway.lastGood(words.say(problem)))}\n`)
      if (problem.run) stderr.write(`${words.texts.labelled(words.texts.run, problem.run)}\n`)
    }
    for (const trouble of await app.close()) stderr.write(`${say(trouble)}\n`)
  }
}

/** Every folder would have a state of its own. On Windows nobody sets it. */
function refuseMovingHome({ HOME: home }: NodeJS.ProcessEnv): void {
  if (home && !isAbsolute(home)) throw new OpenClawError('home-relative', { home })
}

async function runParsed(parsed: Parsed, app: ReturnType<typeof openApp>, output: Output): Promise<ExitCode> {
  if (parsed.kind === 'help') {
    const { helpLines } = await import('./help.ts')
    const isOfKeys = parsed.command?.options.some(({ name }) => name === 'plan') === true
    // Broken settings are no reason to say nothing.
    const logins = isOfKeys ? await app.keyLogins().catch(() => []) : []
    const { words, width } = output
    for (const line of helpLines({ words, width, logins }, parsed.words, parsed.command)) output.line(line)
    return 0
  }
  const stop = new AbortController()
  const force = new AbortController()
  const onSignal = (): void => (stop.signal.aborted ? force : stop).abort()
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // The window was closed.
  process.on('SIGHUP', onSignal)
  try {
    const { run } = await parsed.command.load()
    if (parsed.options['json'] !== true) tellOriginal(app, output)
    return await run({
      app,
      output,
      arguments: parsed.arguments,
      options: parsed.options,
      signal: stop.signal,
      force: force.signal,
    })
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    process.off('SIGHUP', onSignal)
  }
}

/** Until our own folder is there: nobody should look for the settings of one program in the folder of another. */
function tellOriginal({ paths }: ReturnType<typeof openApp>, output: Output): void {
  const { original, folder } = paths
  if (original === undefined || existsSync(folder)) return
  const { config, labelled, run } = output.words.texts
  output.note(config.original(original, folder))
  output.note(labelled(run, 'openclaw config import'))
}

function report(thrown: unknown, words: Words, wantsJson: boolean): number {
  const error = asOpenClawError(thrown)
  const text = wantsJson ? JSON.stringify(errorJson(error)) : errorLines(error, words).join('\n')
  stderr.write(`${text}\n`)
  if (process.env['OPENCLAW_DEBUG'] && error.code === 'internal' && error.cause instanceof Error) {
    stderr.write(`${error.cause.stack ?? ''}\n`)
  }
  return exitOf(error)
}

function askedLanguage(typed: readonly string[]): string | undefined {
  const at = typed.indexOf('--lang')
  if (at >= 0) return typed[at + 1] ?? ''
  return typed.find((word) => word.startsWith('--lang='))?.slice('--lang='.length)
}

/** What a screen is asked for is found out when somebody wants to know: a program that reads JSON never does. */
function terminalOutput(words: Words, noColour: boolean, wantsJson: boolean): Output {
  const { env } = process
  let styles: Styles | undefined
  return {
    words,
    get styles() {
      return (styles ??= styled(!noColour && colourAllowed(env, stdout.screen)))
    },
    get width() {
      return screenWidth(stdout.screen, env)
    },
    get interactive() {
      return !wantsJson && process.stdin.isTTY && stderr.screen.isTTY === true
    },
    line: (text = '') => stdout.write(`${text}\n`),
    piece: (text) => stdout.write(text),
    note: (text) => stderr.write(`${text}\n`),
    json: (value) => stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  }
}
