/** Questions at a terminal: what cannot serve is asked for again, before anything else is asked. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, type TestContext } from 'vitest'
import { launcher, newHouse } from './support/house.ts'

/** util-linux's `script` lends a terminal. */
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

/** Types each answer when its question has come; Ctrl-C after the last. */
async function shownTo(
  answers: readonly (readonly [question: RegExp, answer: string])[],
  words: string,
  { onTestFinished, skip }: TestContext,
): Promise<string> {
  if (noTerminal) skip(noTerminal)
  const house = newHouse()
  onTestFinished(() => house.leave())
  // A login that has something to seal.
  mkdirSync(house.stateFolder, { mode: 0o700 })
  const lower = {
    models: { providers: { openai: { apiKey: 'sk-of-nobody' } } },
    auth: { profiles: { 'openai:default': { provider: 'openai', mode: 'api_key' } } },
  }
  writeFileSync(join(house.stateFolder, 'models.json'), JSON.stringify(lower), { mode: 0o600 })
  const command = `stty cols 100; exec '${process.execPath}' '${launcher}' ${words}`
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...house.environment, TERM: 'xterm' },
    cwd: house.home,
  })
  let shown = ''
  let seen = 0
  const left = [...answers]
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk
    const [question, answer] = left[0] ?? []
    const found = question?.exec(shown.slice(seen))
    if (!found || answer === undefined) return
    seen += found.index + found[0].length
    left.shift()
    child.stdin.write(answer)
  })
  return new Promise((done) => child.on('close', () => done(shown)))
}

const CTRL_C = '\u0003'

it('an empty key is asked for again', async (context) => {
  const question = /Key of DeepSeek \(it is not shown\): /
  const shown = await shownTo(
    [
      [question, '\r'],
      [question, ' \r'],
      [question, CTRL_C],
    ],
    'models auth login --provider deepseek',
    context,
  )
  expect(shown.match(new RegExp(question, 'g'))).toHaveLength(3)
  expect(shown).toContain('Login cancelled.')
})

it('a short passphrase is told before it is to be typed a second time', async (context) => {
  const question = /New passphrase, at least 12 characters \(it is not shown\): /
  const shown = await shownTo(
    [
      [question, 'too short\r'],
      [question, 'long enough now\r'],
      [/Once more: /, 'long enough now\r'],
    ],
    'models auth store encrypted',
    context,
  )
  expect(shown).toMatch(/That is shorter than 12 characters\.[^]*New passphrase[^]*Once more/)
  expect(shown.match(/Once more/g)).toHaveLength(1)
  expect(shown).toContain('Kept: encrypted')
})
