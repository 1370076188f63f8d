/** `emulator start`: a stand-in Qwen portal in a process of its own, until Ctrl-C. */
import { OpenClawError } from '../../core/errors.ts'
import type { CommandInput } from '../command.ts'
import { portOption } from '../port.ts'

export async function run(input: CommandInput): Promise<0 | 1> {
  const { app, output, signal } = input
  const { emulator } = output.words.texts
  const [{ startChild }, { isTaken }] = await Promise.all([
    import('../../service/child.ts'),
    import('../../service/free-port.ts'),
  ])
  const { port } = portOption(input, 'emulator start')
  if (port !== undefined && (await isTaken(port))) {
    throw new OpenClawError('port-in-use', { port, command: 'emulator start' })
  }
  const child = await startChild({
    file: app.emulatorFile(),
    arguments: ['--exit-with-stdin', ...(port === undefined ? [] : ['--port', String(port)])],
    environment: app.environment,
  })
  const {
    emulator: provider,
    url,
    portal,
    signIn,
    backup,
  } = JSON.parse(child.firstLine) as Record<string, string> & { backup: object }
  output.line(emulator.listening(url ?? ''))
  output.line(emulator.approve(signIn ?? ''))
  output.line(emulator.use)
  const providers = { [provider ?? '']: { baseUrl: portal, oauthBaseUrl: url }, backup }
  output.line(JSON.stringify({ models: { providers } }, null, 2))
  output.line(emulator.stop)
  signal.addEventListener('abort', () => void child.stop())
  if (signal.aborted) await child.stop()
  const code = await child.ended
  return signal.aborted || code === 0 ? 0 : 1
}
