/** `models list`: one line a model. */
import { resultOf, type ModelRow } from '../../control/contract.ts'
import type { Texts } from '../../texts/index.ts'
import type { CommandInput } from '../command.ts'
import { readyIn } from '../model-lines.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const all = options['all'] === true
  const list = await resultOf(app.modelsList({ all }, output.words.language))
  const { models: rows } = list
  const { texts } = output.words
  if (options['json']) output.json(list)
  else if (rows.length === 0) {
    output.line(texts.models.none)
    output.line(texts.labelled(texts.next, 'openclaw plugins list'))
  } else {
    // Programs, who ask often, wait for no tables.
    const { tableLines } = await import('../layout.ts')
    const cells = rows.map((row) => [
      row.ref,
      (row.input ?? [])
        .map((kind) => (kind === 'image' ? texts.models.takes.image : texts.models.takes.text))
        .join(texts.comma) || texts.none,
      row.contextWindow === undefined ? texts.none : tokens(row.contextWindow),
      ...(all ? [row.price ? `${row.price.input}/${row.price.output}` : texts.none] : []),
      readyIn(row, texts),
      tagsOf(row, texts).join(texts.comma) || texts.none,
    ])
    const [ready, tags] = texts.models.columns.slice(-2)
    const head = [
      ...texts.models.columns.slice(0, -2),
      ...(all ? [texts.models.priceColumn] : []),
      ready ?? '',
      tags ?? '',
    ]
    for (const line of tableLines([head, ...cells], 'titled', output)) output.line(line)
    const found = rows.filter((row) => row.tags.some((tag) => tag.startsWith('found:')))
    for (const provider of new Set(found.map(({ ref }) => ref.slice(0, ref.indexOf('/'))))) {
      output.note(texts.models.found(provider))
    }
  }
  return 0
}

/** As programs read them; of a model that goes or is gone, with the day. */
function tagsOf({ tags, retirement }: ModelRow, { models }: Texts): readonly string[] {
  return tags.map((tag) =>
    retirement && tag === retirement.standing ? models.leaves[retirement.standing](retirement.on) : tag,
  )
}

/** 131072 -> 131k, 1000000 -> 1M. */
function tokens(count: number): string {
  return count >= 1_000_000 ? `${Math.round(count / 100_000) / 10}M` : `${Math.round(count / 1_000)}k`
}
