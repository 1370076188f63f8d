/** `plugins info`: what a plugin is and brings, and what its files are, without running it. */
import { resultOf } from '../../control/contract.ts'
import { inLanguage } from '../../core/text.ts'
import type { CommandInput } from '../command.ts'
import { tableLines } from '../layout.ts'
import { toldInJson } from '../report.ts'

export async function run({ app, output, options, arguments: [plugin = ''] }: CommandInput): Promise<0> {
  const info = await resultOf(app.pluginsInfo(plugin))
  const { language, texts, say } = output.words
  const words = texts.plugins.info
  if (options['json']) {
    output.json({ ...toldInJson(info), label: inLanguage(info.label, language) })
    return 0
  }
  output.line(texts.withReason(info.id, inLanguage(info.label, language)))
  const bytes = info.files?.reduce((sum, file) => sum + file.bytes, 0) ?? 0
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.version, info.version],
    [words.state, texts.states[info.state]],
    [words.problem, info.problem && say(info.problem)],
    [words.folder, info.folder],
    [words.providers, info.providers.join(texts.comma)],
    [words.models, info.models.join(texts.comma)],
    [
      words.aliases,
      Object.entries(info.aliases)
        .map(([alias, ref]) => `${alias} = ${ref}`)
        .join(texts.comma),
    ],
    [words.files, info.files && words.counted(info.files.length, bytes)],
    [words.hash, info.sha256],
    [words.enabledHash, info.enabledSha256],
  ]
  const shown = rows.flatMap(([label, value]) => (value ? [[label, value]] : []))
  for (const line of tableLines(shown, 'fields', output)) output.line(line)
  if (info.origin === 'outside') output.line(texts.plugins.trust)
  if (info.state === 'off') output.line(texts.labelled(texts.next, `openclaw plugins enable ${info.id}`))
  return 0
}
