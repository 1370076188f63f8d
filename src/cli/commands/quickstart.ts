/** `quickstart`: the whole path at work, told step by step. */
import { DEFAULT_PORT } from '../../config/schema.ts'
import { resultOf, type QuickstartEvent } from '../../control/contract.ts'
import { attemptsInWords } from '../../texts/attempts.ts'
import type { CommandInput } from '../command.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0 | 1> {
  const { app, output, signal } = input
  const { quickstart } = output.words.texts
  output.line(output.styles.bold(quickstart.title))
  const { port = DEFAULT_PORT } = portOption(input, 'quickstart')
  await resultOf(
    app.quickstart({ port, language: output.words.language, questions: quickstart.questions, signal }),
    (event) => tell(event, input),
  )
  output.line()
  output.line(signal.aborted ? quickstart.ended : quickstart.childEnded)
  return signal.aborted ? 0 : 1
}

function tell(event: QuickstartEvent, { output }: CommandInput): void {
  const { texts } = output.words
  const { quickstart } = texts
  const { bold, dim, green, cyan } = output.styles
  const step = (text: string): void => output.line(`\n${green('●')} ${bold(text)}`)
  switch (event.kind) {
    case 'folder':
      return output.line(dim(event.folder))
    case 'emulator':
      return step(quickstart.emulator(event.url))
    case 'plugin':
      return step(quickstart.plugin(event.plugin))
    case 'login':
      if (event.event.kind !== 'code') return
      step(quickstart.login(event.provider))
      return output.line(`  ${quickstart.page(event.event.url)}`)
    case 'approved-by-itself':
      return output.line(`  ${quickstart.approved}`)
    case 'signed-in':
      return output.line(`  ${quickstart.signedIn(event.signedIn.profile)}`)
    case 'gateway': {
      step(quickstart.gateway(event.url))
      const used = new URL(event.url).port
      if (used !== String(event.wishedPort)) output.line(`  ${quickstart.portTaken(event.wishedPort, used)}`)
      return
    }
    case 'day-spent':
      return output.line(`\n  ${dim(quickstart.daySpent)}`)
    case 'question':
      step(texts.labelled(quickstart.about[event.about], event.model))
      output.line(`  > ${event.text}`)
      return output.piece('  ')
    case 'text':
      return output.piece(cyan(event.text.replaceAll('\n', '\n  ')))
    case 'answered': {
      const attempts = event.attempts === '' ? [] : event.attempts.split(', ')
      const reason =
        attempts.length === 0 ? '' : `${texts.comma}${quickstart.because(attemptsInWords(attempts, texts))}`
      return output.line(`\n  ${dim(texts.aside(quickstart.by(event.model) + reason))}`)
    }
    case 'ready': {
      step(quickstart.try)
      const body = JSON.stringify({
        model: event.model,
        stream: true,
        messages: [{ role: 'user', content: quickstart.tryMessage }],
      })
      output.line(
        `  curl -N ${event.url}/v1/chat/completions -H 'Authorization: Bearer ${event.token.reveal()}' -H 'Content-Type: application/json' -d '${body}'`,
      )
      return output.line(`\n${quickstart.stop}`)
    }
  }
}
