/** `models auth order`: in which order the logins of a provider are asked. */
import { resultOf, type ProfileOrder, type ProfileOrderSet } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { textOption, type CommandInput, type CommandModule } from '../command.ts'
import type { Output } from '../output.ts'

export const getOrder: CommandModule = {
  async run(input) {
    const { app, output, options } = input
    const provider = textOption(input, 'provider')
    const answer = await resultOf(app.modelsAuthOrderGet(provider === undefined ? {} : { provider }))
    const orders = Object.entries(answer.orders)
    if (options['json']) output.json(answer)
    else if (orders.length === 0) output.line(output.words.texts.logins.none)
    else for (const [id, order] of orders) output.line(orderLine(id, order, output))
    return 0
  },
}

export const setOrder: CommandModule = {
  async run(input) {
    const profiles = input.arguments
    const provider = textOption(input, 'provider') ?? providerIn(profiles)
    if (provider === undefined) throw missing('set')
    return told(input, await resultOf(input.app.modelsAuthOrderSet({ provider, profiles })))
  },
}

export const clearOrder: CommandModule = {
  async run(input) {
    const provider = textOption(input, 'provider')
    if (provider === undefined) throw missing('clear')
    const cleared = await resultOf(input.app.modelsAuthOrderClear({ provider }))
    told(input, cleared)
    if (cleared.set !== null) input.output.note(input.output.words.texts.logins.remains(input.app.paths.modelsJson))
    return 0
  },
}

/** Whole ids name it. */
function providerIn(profiles: readonly string[]): string | undefined {
  return profiles.flatMap((typed) => (typed.includes(':') ? [typed.slice(0, typed.indexOf(':'))] : []))[0]
}

function told({ output, options }: CommandInput, order: ProfileOrderSet): 0 {
  const { texts } = output.words
  const line = orderLine(order.provider, order, output)
  if (options['json']) output.json(order)
  else output.line(order.changed ? line : texts.withReason(line, texts.models.asBefore))
  return 0
}

function orderLine(provider: string, { profiles, set }: ProfileOrder, { words: { texts } }: Output): string {
  const words = texts.logins
  const inOrder = words.order(provider, profiles.join(texts.comma) || texts.none)
  return texts.withReason(inOrder, set ? words.setOrder : words.usualOrder)
}

function missing(act: 'set' | 'clear'): OpenClawError {
  return new OpenClawError('option-missing', { option: 'provider', command: `openclaw models auth order ${act}` })
}
