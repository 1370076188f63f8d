/** `models list`: one line a model. */
import { resultOf } from '../../control/contract.ts'
import { renderTable } from '../../system/table.ts'
import type { CommandInput } from '../command.ts'

export async function run({ app, output, options }: CommandInput): Promise<0> {
  const rows = await resultOf(app.modelsList())
  const { texts } = output.words
  if (options['json']) output.json({ models: rows })
  else if (rows.length === 0) {
    output.line(texts.models.none)
    output.line(texts.labelled(texts.next, 'openclaw plugins list'))
  } else {
    const cells = rows.map((row) => [
      row.ref,
      (row.input ?? [])
        .map((kind) => (kind === 'image' ? texts.models.takes.image : texts.models.takes.text))
        .join('+') || texts.none,
      row.contextWindow === undefined ? texts.none : tokens(row.contextWindow),
      row.available ? texts.models.yes : texts.models.no,
      row.tags.join(',') || texts.none,
    ])
    output.line(
      renderTable([[...texts.models.columns], ...cells], {
        head: true,
        ...(output.width !== undefined && { width: output.width }),
      }),
    )
  }
  return 0
}

/** 131072 -> 131k, 1000000 -> 1M. */
function tokens(count: number): string {
  return count >= 1_000_000 ? `${Math.round(count / 100_000) / 10}M` : `${Math.round(count / 1_000)}k`
}
