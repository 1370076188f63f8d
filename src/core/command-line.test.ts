import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commandLine } from './command-line.ts'

it('is plain where its names are', () => {
  expect(commandLine('openclaw models set', 'qwen-portal/coder-model@qwen-portal:work')).toBe(
    'openclaw models set qwen-portal/coder-model@qwen-portal:work',
  )
})

it
  .skipIf(process.platform === 'win32')
  .each(['a b', '$(id)', '`id`', "it's", '; rm -rf ~', '中文', '"', String.raw`\n`, ''])(
  'gives a shell the name %j and nothing else',
  (name) => {
    const said = execFileSync('sh', ['-c', commandLine(`printf '<%s>'`, name) ?? ''], { encoding: 'utf8' })
    expect(said).toBe(`<${name}>`)
  },
)

it.each(['\u001b[31mred', 'a\nb', '--all', 'left\u202eright'])('is none for the name %j', (name) => {
  expect(commandLine('openclaw models set', name)).toBeUndefined()
})
