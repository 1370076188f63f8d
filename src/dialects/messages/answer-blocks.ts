/** An answer laid out in blocks that stand one after another, as this format has them. */
import type { AnswerEvent } from '../../core/answer.ts'
import type { Issuer, ReasoningPart, SealedReasoning } from '../../core/prompt.ts'
import { jsonScanner, type JsonScanner } from './json-scanner.ts'
import { wrapSeal } from '../sealed-reasoning.ts'
import { LONGEST_REASONING } from '../seals.ts'

/** What is told of each block, in order: one is closed before the next is opened. */
export interface BlockTeller {
  open(index: number, block: object): void
  delta(index: number, delta: object): void
  close(index: number): void
}

export interface AnswerBlocks {
  take(event: AnswerEvent): void
  /** All is said: what waited comes, and the last block is closed. */
  finish(): void
  readonly callIds: readonly string[]
  /** What is not shown. */
  readonly reasoning: readonly ReasoningPart[]
  readonly refusal: string | undefined
}

/** `hidden` = no block of it at all; `omitted` = its seal alone. */
export type ShownThinking = 'shown' | 'omitted' | 'hidden'

type Seal = Omit<SealedReasoning, 'issuer'>

type Block =
  | { readonly kind: 'text' | 'refusal'; text: string }
  | { readonly kind: 'thinking'; text: string; seal?: Seal | undefined; ended: boolean }
  | { readonly kind: 'redacted'; readonly seal: Seal }
  | {
      readonly kind: 'tool'
      readonly call: number
      readonly id: string
      readonly name: string
      text: string
      readonly scanner: JsonScanner
    }

/**
 * The arguments of several calls may come interleaved. The block that is open goes out as it comes; what comes for others
 * waits until it is whole.
 */
export function answerBlocks(teller: BlockTeller, issuer: Issuer, thinking: ShownThinking): AnswerBlocks {
  const callIds: string[] = []
  const reasoning: { kind: 'reasoning'; text: string; sealed?: SealedReasoning }[] = []
  let refusal: string | undefined
  let index = -1
  let open: Block | undefined
  const waiting: Block[] = []
  /** A part of `reasoning` that goes on. */
  let goesOn = false

  return {
    take,
    finish() {
      for (;;) {
        close()
        const next = waiting.shift()
        if (!next) return
        begin(next)
      }
    },
    callIds,
    reasoning,
    get refusal() {
      return refusal
    },
  }

  function take(event: AnswerEvent): void {
    switch (event.kind) {
      case 'text':
        return takeText('text', event.text)
      case 'refusal':
        refusal = (refusal ?? '') + event.text
        return takeText('refusal', event.text)
      case 'reasoning':
        return takeReasoning(event.text)
      case 'reasoning-end':
        return endReasoning(event.sealed)
      case 'tool-call': {
        const { index: call, id, name } = event
        callIds.push(id)
        return add({ kind: 'tool', call, id, name, text: '', scanner: jsonScanner() })
      }
      case 'tool-arguments':
        return takeArguments(event.index, event.json)
      case 'start':
      case 'usage':
      case 'finish':
    }
  }

  function takeText(kind: 'text' | 'refusal', text: string): void {
    if (text === '') return
    const last = waiting.at(-1) ?? open
    if (last?.kind === kind) append(last, text)
    else add({ kind, text })
  }

  function takeReasoning(text: string): void {
    if (text === '') return
    keep(text)
    if (thinking === 'hidden') return
    const shown = thinking === 'shown' ? text : ''
    const last = waiting.at(-1) ?? open
    if (last?.kind === 'thinking' && !last.ended) append(last, shown)
    else add({ kind: 'thinking', text: shown, ended: false })
  }

  function endReasoning(seal: Seal | undefined): void {
    keepSeal(seal)
    if (thinking === 'hidden') return
    const last = waiting.at(-1) ?? open
    if (last?.kind === 'thinking' && !last.ended) {
      last.ended = true
      if (seal?.kind !== 'redacted') return void (last.seal = seal)
    }
    if (!seal) return
    if (seal.kind === 'redacted') add({ kind: 'redacted', seal })
    else add({ kind: 'thinking', text: '', seal, ended: true })
  }

  function takeArguments(call: number, json: string): void {
    if (json === '') return
    const block = [open, ...waiting].find((each) => each?.kind === 'tool' && each.call === call)
    if (!block) return
    append(block, json)
    if (block === open) advance()
  }

  function keep(text: string): void {
    if (thinking === 'shown') return
    const part = goesOn ? reasoning.at(-1) : undefined
    if (part) part.text += part.text.length > LONGEST_REASONING ? '' : text
    else reasoning.push({ kind: 'reasoning', text })
    goesOn = true
  }

  function keepSeal(seal: Seal | undefined): void {
    if (thinking === 'shown') return
    const part = goesOn ? reasoning.at(-1) : undefined
    goesOn = false
    if (!seal) return
    const sealed = { ...seal, issuer }
    if (part) part.sealed = sealed
    else reasoning.push({ kind: 'reasoning', text: '', sealed })
  }

  function append(block: Block, text: string): void {
    if (block.kind === 'redacted') return
    if (block.kind === 'tool') block.scanner.take(text)
    if (block === open) tell(block, text)
    else block.text += text
  }

  function add(block: Block): void {
    if (block.kind !== 'thinking' && block.kind !== 'redacted') goesOn = false
    waiting.push(block)
    advance()
  }

  /** Closes what is over and opens what waits. */
  function advance(): void {
    while (!open || !(open.kind === 'tool' && !open.scanner.isWhole)) {
      const next = waiting.shift()
      if (!next) return
      close()
      begin(next)
    }
  }

  function begin(block: Block): void {
    index += 1
    open = block
    teller.open(index, beginningOf(block, issuer))
    if (block.kind === 'redacted' || block.text === '') return
    tell(block, block.text)
    block.text = ''
  }

  function close(): void {
    if (!open) return
    if (open.kind === 'thinking') {
      // Without a seal the wrapping says whose it is: programs bring back no block without a signature.
      const signature = wrapSeal({ ...(open.seal ?? { kind: 'signature', value: '' }), issuer })
      teller.delta(index, { type: 'signature_delta', signature })
    }
    teller.close(index)
    open = undefined
  }

  function tell(block: Exclude<Block, { kind: 'redacted' }>, text: string): void {
    if (text === '') return
    switch (block.kind) {
      case 'text':
      case 'refusal':
        return teller.delta(index, { type: 'text_delta', text })
      case 'thinking':
        return teller.delta(index, { type: 'thinking_delta', thinking: text })
      case 'tool':
        return teller.delta(index, { type: 'input_json_delta', partial_json: text })
    }
  }
}

function beginningOf(block: Block, issuer: Issuer): object {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: '' }
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' }
    case 'redacted':
      return { type: 'redacted_thinking', data: wrapSeal({ ...block.seal, issuer }) }
    case 'tool':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} }
  }
}
