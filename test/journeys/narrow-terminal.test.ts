/** Lists, details and help on narrow and wide terminals: whole words, nothing cut, nothing wider than the screen. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import widthOf from 'fast-string-width'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launcher, newHouse, type House } from './support/house.ts'

/** util-linux's `script` lends a terminal. */
const noTerminal = spawnSync('script', ['--version']).status !== 0 && 'there is no script(1) here to lend a terminal'

let house: House
beforeAll(() => {
  house = newHouse()
  house.settings({
    models: {
      providers: {
        backup: {
          baseUrl: 'http://127.0.0.1:9/v1',
          apiKey: 'key-of-nobody',
          models: ['a-model-with-quite-a-long-name'],
        },
      },
    },
    agents: { defaults: { model: 'backup/a-model-with-quite-a-long-name' } },
  })
})
afterAll(() => house.leave())

function atTerminal(words: string, columns: number): Promise<readonly string[]> {
  const command = `stty cols ${columns}; exec '${process.execPath}' '${launcher}' ${words}`
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    env: { ...house.environment, TERM: 'xterm' },
    cwd: house.home,
  })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (shown += chunk))
  return new Promise((done) => child.on('close', () => done(shown.replaceAll('\r', '').trimEnd().split('\n'))))
}

const PAGES = ['models status', 'models list --all', 'plugins list', 'models auth list', 'models auth status', '--help']
const SCREENS = [40, 50, 80, 120].flatMap((columns) => ['en', 'zh-CN'].map((language) => [columns, language] as const))

it.for(SCREENS)(
  'in %i columns (%s) every page fits, and nothing of it is cut',
  async ([columns, language], context) => {
    if (noTerminal) context.skip(noTerminal)
    const file = join(house.stateFolder, 'openclaw.json')
    for (const page of PAGES) {
      const words = `${page} --lang ${language}`
      const lines = await atTerminal(words, columns)
      const shown = lines.join('\n')
      expect(shown).not.toContain('…')
      // What is wider is one word (here the place of the settings, which has a blank in it) or a command.
      const isWhole = (line: string): boolean =>
        !line.trim().replaceAll(file, 'file').includes(' ') || line.includes('chmod 600')
      const wide = lines.filter((line) => widthOf(line) > columns && !isWhole(line))
      expect({ words, wide }).toEqual({ words, wide: [] })
      const { stdout: whole } = await house.run(words.split(' '))
      expect({ words, lost: wordsIn(whole).filter((word) => !shown.includes(word)) }).toEqual({ words, lost: [] })
    }
    const status = await atTerminal(`models status --lang ${language}`, columns)
    expect(status.some((line) => line.includes(file))).toBe(true)
  },
)

/** Refs, paths, options: what would be copied. */
function wordsIn(text: string): readonly string[] {
  return [...new Set(text.match(/[\w./:-]*[/:-][\w./:-]*\w/g))]
}
