/** `models show`: one row of the catalogue with everything. */
import { resultOf, type ModelShown } from '../../control/contract.ts'
import type { Price, Rates } from '../../core/catalogue.ts'
import type { CommandInput } from '../command.ts'
import { proseLines, tableLines } from '../layout.ts'
import { readyIn, retirementLines } from '../model-lines.ts'
import type { Output } from '../output.ts'

export async function run({ app, output, options, arguments: [name = ''] }: CommandInput): Promise<0> {
  const shown = await resultOf(app.modelsShow(name, output.words.language))
  if (options['json']) output.json(shown)
  else for (const line of lines(shown, output)) output.line(line)
  return 0
}

function lines(shown: ModelShown, output: Output): readonly string[] {
  const { texts } = output.words
  const { models, none } = texts
  const words = models.show
  const tokens = (count: number | undefined): string => (count === undefined ? none : words.tokens(digits(count)))
  const takes = shown.input?.map((kind) => (kind === 'image' ? models.takes.image : models.takes.text))
  const { provider, price, source, retirement } = shown
  const rows = [
    [words.name, shown.name ?? none],
    [words.provider, texts.withReason(provider.label, provider.id)],
    [words.address, provider.baseUrl ?? none],
    [words.takes, takes?.join(texts.comma) ?? none],
    [words.context, tokens(shown.contextWindow)],
    [words.output, tokens(shown.maxTokens)],
    ...(price ? priceRows(price, output) : [[words.price, none]]),
    [words.source, source ? texts.withReason(source.date, source.name) : none],
    [words.ready, readyIn(shown, texts)],
    [words.tags, shown.tags.join(texts.comma) || none],
  ]
  return [
    output.styles.bold(shown.ref),
    ...tableLines(rows, 'fields', output),
    ...(price && provider.priceNote ? proseLines(provider.priceNote, output).map(output.styles.dim) : []),
    ...(retirement ? retirementLines(shown.ref, retirement, texts) : [])
      .flatMap((line) => proseLines(line, output))
      .map(output.styles.yellow),
  ]
}

function priceRows(price: Price, { words: { texts } }: Output): readonly (readonly string[])[] {
  const words = texts.models.show
  const told = ({ input, output, cacheRead, cacheWrite }: Rates): string =>
    [
      words.rates(String(input), String(output)),
      ...(cacheRead === undefined ? [] : [words.cacheRead(String(cacheRead))]),
      ...(cacheWrite === undefined ? [] : [words.cacheWrite(String(cacheWrite))]),
    ].join(texts.comma)
  return [
    [words.price, told(price)],
    ...(price.tiers ?? []).map((tier) => ['', texts.labelled(words.above(digits(tier.aboveInputTokens)), told(tier))]),
  ]
}

function digits(count: number): string {
  return count.toLocaleString('en')
}
