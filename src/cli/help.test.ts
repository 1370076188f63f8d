/** Help on any screen. */
import widthOf from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { loadWords } from '../texts/index.ts'
import { helpLines } from './help.ts'
import { COMMANDS } from './tree.ts'

const named = (words: string) => COMMANDS.find((command) => command.words === words)

describe('help', () => {
  it.each(['en', 'zh-CN', 'zh-TW'] as const)('in %s is folded at the width of the screen', async (language) => {
    const words = await loadWords(language)
    for (const width of [40, 50, 80, 120]) {
      const pages = COMMANDS.map((command) => helpLines({ words, width }, command.words, command))
      const examples = new Set(COMMANDS.flatMap((command) => command.examples?.lines ?? []))
      // A command stays whole.
      const wide = [helpLines({ words, width }, ''), ...pages]
        .flat()
        .filter(
          (line) => widthOf(line) > width && !/^\S+openclaw|^\S+ openclaw/.test(line) && !examples.has(line.trim()),
        )
      expect(wide).toEqual([])
    }
  })

  it('is one line a command and an option where no screen is', async () => {
    const page = { words: await loadWords('en'), width: undefined }
    const lines = helpLines(page, '')
    for (const { words } of COMMANDS) {
      expect(lines.filter((line) => `${line} `.startsWith(`  openclaw ${words} `))).not.toEqual([])
    }
    expect(lines).toContain('  --no-color         no colours')
  })

  it('indents what goes on', async () => {
    const lines = helpLines({ words: await loadWords('en'), width: 80 }, 'gateway')
    const at = lines.findIndex((line) => line.startsWith('  openclaw gateway stop'))
    expect(lines.slice(at, at + 2)).toEqual([
      '  openclaw gateway stop                 Stop the gateway; running answers finish',
      '                                        first',
    ])
  })

  it('lists the commands of a group one after the other', () => {
    const groups = COMMANDS.map(({ words }) => words.split(' ')[0])
    expect(groups.filter((group, at) => group !== groups[at - 1])).toEqual([...new Set(groups)])
  })

  it('says what may stand in the place of an argument, and that one of them must', async () => {
    const page = { words: await loadWords('en'), width: undefined }
    expect(helpLines(page, 'models set-image', named('models set-image'))).toContain(
      'Usage: openclaw models set-image <ref-or-alias|--clear>',
    )
  })

  it('names the values that tell where a key belongs, by provider', async () => {
    const place = (plan: string, region: string) => ({
      flags: { plan, region },
      label: { en: plan },
      baseUrl: 'https://h',
      env: [],
    })
    const key = {
      needed: true,
      check: { get: 'models' },
      places: [place('one', 'cn'), place('two', 'cn')],
    } as const
    const page = { words: await loadWords('en'), width: undefined, logins: [{ id: 'p', key }] }
    const lines = helpLines(page, 'models auth login', named('models auth login')).join('\n')
    expect(lines).toMatch(/--plan <plan> +the plan that the key belongs to \(p: one, two\)/)
    expect(lines).toMatch(/--region <region> +the region that the key belongs to \(p: cn\)/)
  })
})
