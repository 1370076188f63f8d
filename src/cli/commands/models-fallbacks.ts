/** `models fallbacks` and `models image-fallbacks`: who is asked after the first of a chain. */
import type { ChainKey } from '../../config/chain-edits.ts'
import { resultOf, type FallbacksSet } from '../../control/contract.ts'
import type { CommandInput, CommandModule } from '../command.ts'
import { tableLines } from '../layout.ts'

export function listOf(chain: ChainKey): CommandModule {
  return {
    async run({ app, output, options }) {
      const { fallbacks, missing } = await resultOf(app.modelsFallbacksList(chain))
      const { texts } = output.words
      if (options['json']) output.json({ fallbacks, missing })
      else if (fallbacks.length === 0) output.line(texts.labelled(labelOf(chain, output), texts.none))
      else {
        const cells = fallbacks.map((name, at) => [
          String(at + 1),
          name,
          ...(missing.includes(name) ? [texts.failures['model-not-found']] : []),
        ])
        for (const line of tableLines(cells, 'rows', output)) output.line(line)
      }
      return 0
    },
  }
}

export function addOf(chain: ChainKey): CommandModule {
  return {
    async run(input) {
      const [name = ''] = input.arguments
      return told(chain, input, await resultOf(input.app.modelsFallbacksAdd({ chain, name })))
    },
  }
}

export function removeOf(chain: ChainKey): CommandModule {
  return {
    async run(input) {
      const [name = ''] = input.arguments
      return told(chain, input, await resultOf(input.app.modelsFallbacksRemove({ chain, name })))
    },
  }
}

export function clearOf(chain: ChainKey): CommandModule {
  return { run: async (input) => told(chain, input, await resultOf(input.app.modelsFallbacksClear(chain))) }
}

function told(chain: ChainKey, { output, options }: CommandInput, set: FallbacksSet): 0 {
  const { texts } = output.words
  const line = texts.labelled(labelOf(chain, output), set.fallbacks.join(texts.comma) || texts.none)
  if (options['json']) output.json(set)
  else output.line(set.changed ? line : texts.withReason(line, texts.models.asBefore))
  if (set.hiddenBy) output.note(texts.models.hiddenFallbacks(set.hiddenBy.agent, set.hiddenBy.path))
  return 0
}

function labelOf(chain: ChainKey, { words }: CommandInput['output']): string {
  const { fallbacks, imageFallbacks } = words.texts.models.status
  return chain === 'model' ? fallbacks : imageFallbacks
}
