/** `agent`: a question by hand, its answer as it comes, who answered and why. */
import { resultOf } from '../../control/contract.ts'
import { OpenClawError } from '../../core/errors.ts'
import { stderr } from '../../system/outlets.ts'
import { terminalText } from '../../system/terminal-text.ts'
import { attemptsInWords } from '../../texts/attempts.ts'
import { textOption, type CommandInput } from '../command.ts'

export async function run(input: CommandInput): Promise<0> {
  const { app, output, options, signal } = input
  const { texts } = output.words
  const message = textOption(input, 'message')
  if (message === undefined) throw new OpenClawError('option-missing', { option: 'message', command: 'openclaw agent' })
  if (message.trim() === '') {
    throw new OpenClawError('option-needs-value', { option: 'message', value: 'text', command: 'openclaw agent' })
  }
  const agent = textOption(input, 'agent')
  const model = textOption(input, 'model')
  const image = textOption(input, 'image')
  const asJson = options['json'] === true
  const wish = { message, ...(agent && { agent }), ...(model && { model }), ...(image && { image }), signal }
  // Into a file or a pipe it goes as it came.
  const shownText = output.width === undefined ? (text: string) => text : terminalText()
  const shownReasoning = terminalText()
  let begun = false
  const asking = resultOf(app.agent(wish), (event) => {
    if (asJson) return
    begun = true
    if (event.kind === 'text') output.piece(shownText(event.text))
    else if (output.interactive) stderr.write(output.styles.dim(shownReasoning(event.text)))
  })
  const answer = await asking.catch((error: unknown) => {
    // What came until then stands on a line of its own.
    if (begun) output.line()
    throw error
  })
  if (asJson) output.json(answer)
  else {
    output.line()
    const instead =
      answer.attempts.length > 0
        ? `${texts.comma}${texts.agent.insteadOf(attemptsInWords(answer.attempts, texts))}`
        : ''
    output.note(output.styles.dim(texts.aside(texts.agent.answeredBy(answer.model) + instead)))
  }
  return 0
}
