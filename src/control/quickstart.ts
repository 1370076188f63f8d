/** The act `quickstart`: the whole path on embedded defaults, in a folder that is gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignedIn, SignInEvent, SignInWish } from '../accounts/sign-in.ts'
import type { SettingsFile } from '../core/edit.ts'
import { checked } from '../core/checked.ts'
import { OpenClawError } from '../core/errors.ts'
import type { HttpClient } from '../core/ports.ts'
import type { Secret } from '../core/secret.ts'
import type { Setup } from '../core/setup.ts'
import { list, text, thing } from '../core/shape.ts'
import type { Language } from '../core/text.ts'
import { collect } from '../net/collect.ts'
import { startChild, type Child } from '../service/child.ts'
import { onFreePort } from '../service/free-port.ts'
import { askGateway, type GatewayAnswer } from './ask-gateway.ts'
import { resultOf, type PluginRow, type PluginSwitched, type QuickstartEvent } from './contract.ts'
import { dataUrl } from './picture.ts'
import { SAMPLE_PICTURE } from './sample-picture.ts'

/** The house on the temporary folder: the same acts that a person's commands do. */
export interface QuickHouse {
  readonly openclawJson: () => Promise<SettingsFile>
  readonly setup: () => Promise<Setup>
  readonly gatewayToken: () => Promise<Secret>
  readonly pluginsList: () => AsyncGenerator<never, readonly PluginRow[]>
  readonly pluginsSwitch: (wish: {
    readonly plugin: string
    readonly to: 'on' | 'off'
  }) => AsyncGenerator<never, PluginSwitched>
  readonly modelsAuthLogin: (wish: SignInWish) => AsyncGenerator<SignInEvent, SignedIn>
  readonly close: () => Promise<unknown>
}

export interface QuickstartMeans {
  readonly http: HttpClient
  readonly emulatorFile: string
  readonly launcherFile: string
  readonly environment: NodeJS.ProcessEnv
  /** A house whose state lies in this folder. */
  readonly openHouse: (environment: NodeJS.ProcessEnv) => QuickHouse
}

export interface QuickstartWish {
  readonly port: number
  readonly language: Language
  /** What is asked, in the reader's language. */
  readonly questions: { readonly first: string; readonly picture: string; readonly afterwards: string }
  readonly signal: AbortSignal
}

const words = text('a text')
const introductionShape = thing(
  {
    emulator: words,
    url: words,
    portal: words,
    control: words,
    backup: thing({ baseUrl: words, apiKey: words, models: list(words, 'models') }, 'a second provider'),
  },
  'what the emulator says of itself',
)

/** Lasts until the signal aborts; whatever happens, all that it started is ended and its folder removed. */
export async function* quickstart(wish: QuickstartWish, means: QuickstartMeans): AsyncGenerator<QuickstartEvent, void> {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-quickstart-'))
  const environment = { ...means.environment, OPENCLAW_STATE_DIR: folder, OPENCLAW_CONFIG_PATH: undefined }
  const house = means.openHouse(environment)
  const children: Child[] = []
  try {
    yield* walk(wish, means, { folder, environment, house, children })
  } catch (error) {
    // What the person's Ctrl-C broke off is no failure.
    if (!wish.signal.aborted) throw error
  } finally {
    await Promise.all(children.map((child) => child.stop()))
    await house.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Stage {
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  readonly house: QuickHouse
  readonly children: Child[]
}

async function* walk(
  wish: QuickstartWish,
  means: QuickstartMeans,
  stage: Stage,
): AsyncGenerator<QuickstartEvent, void> {
  const { house, children, environment, folder } = stage
  yield { kind: 'folder', folder }
  const emulator = await startChild({
    file: means.emulatorFile,
    arguments: ['--interval', '2', '--chunk-delay-ms', '25', '--exit-with-stdin'],
    environment,
    signal: wish.signal,
  })
  children.push(emulator)
  const introduced = checked(JSON.parse(emulator.firstLine), introductionShape)
  if (!introduced.ok) throw new OpenClawError('internal', { detail: `The emulator said: ${emulator.firstLine}` })
  const { emulator: provider, url, portal, control, backup } = introduced.value
  yield { kind: 'emulator', url, pid: emulator.pid }

  const file = await house.openclawJson()
  await file.edit(() => [
    { kind: 'set', path: ['models', 'providers', provider], value: { baseUrl: portal, oauthBaseUrl: url } },
    { kind: 'set', path: ['models', 'providers', 'backup'], value: backup },
    {
      kind: 'set',
      path: ['agents', 'defaults', 'model'],
      value: { fallbacks: backup.models.map((model) => `backup/${model}`) },
    },
  ])

  const plugin = (await resultOf(house.pluginsList())).find((row) => row.providers.includes(provider))?.id ?? provider
  await resultOf(house.pluginsSwitch({ plugin, to: 'on' }))
  yield { kind: 'plugin', plugin }

  const signedIn = yield* signInByItself(provider, wish, { ...stage, http: means.http, control })
  yield { kind: 'signed-in', signedIn }

  const { port, started: gateway } = await onFreePort(wish.port, (free) => {
    wish.signal.throwIfAborted()
    return startChild({
      file: means.launcherFile,
      arguments: ['gateway', 'run', '--exit-with-stdin', '--port', String(free), '--lang', wish.language],
      environment,
      signal: wish.signal,
    })
  })
  children.push(gateway)
  const address = `http://127.0.0.1:${port}`
  const token = await house.gatewayToken()
  yield { kind: 'gateway', url: address, pid: gateway.pid, wishedPort: wish.port }

  const to = { http: means.http, url: address, token, signal: wish.signal }
  const { questions } = wish
  yield { kind: 'question', about: 'text', text: questions.first, model: signedIn.defaultModel }
  yield* answered(askGateway({ model: signedIn.defaultModel, message: questions.first }, to))

  const seeing = (await house.setup()).providers.get(provider)?.models.find((model) => model.input?.includes('image'))
  const visionModel = `${provider}/${seeing?.id ?? ''}`
  yield { kind: 'question', about: 'picture', text: questions.picture, model: visionModel }
  yield* answered(
    askGateway({ model: visionModel, message: questions.picture, picture: dataUrl('image/png', SAMPLE_PICTURE) }, to),
  )

  await order(means.http, `${control}/spend`, { all: true })
  yield { kind: 'day-spent' }
  yield { kind: 'question', about: 'fallback', text: questions.afterwards, model: signedIn.defaultModel }
  yield* answered(askGateway({ model: signedIn.defaultModel, message: questions.afterwards }, to))

  yield { kind: 'ready', url: address, token, model: 'openclaw' }
  await new Promise<void>((resolve) => {
    if (wish.signal.aborted) resolve()
    wish.signal.addEventListener('abort', () => resolve())
    void Promise.race(children.map((child) => child.ended)).then(() => resolve())
  })
}

/** The login as a person does it, but that the approval page is answered from here. */
async function* signInByItself(
  provider: string,
  wish: QuickstartWish,
  { house, http, control }: Stage & { readonly http: HttpClient; readonly control: string },
): AsyncGenerator<QuickstartEvent, SignedIn> {
  const login = house.modelsAuthLogin({ provider, setDefault: true, signal: wish.signal })
  for (;;) {
    const step = await login.next()
    if (step.done) return step.value
    yield { kind: 'login', provider, event: step.value }
    if (step.value.kind === 'code') {
      await order(http, `${control}/approve`, { user_code: step.value.userCode })
      yield { kind: 'approved-by-itself' }
    }
  }
}

async function* answered(answer: AsyncGenerator<string, GatewayAnswer>): AsyncGenerator<QuickstartEvent, void> {
  for (;;) {
    const step = await answer.next()
    if (step.done) return yield { kind: 'answered', model: step.value.model, attempts: step.value.attempts }
    yield { kind: 'text', text: step.value }
  }
}

/** An order to the emulator's control address. */
async function order(http: HttpClient, url: string, body: object): Promise<void> {
  const answer = await collect(
    http,
    {
      method: 'POST',
      url,
      headers: ['content-type', 'application/json'],
      body: Buffer.from(JSON.stringify(body)),
      connectMs: 5_000,
      headMs: 5_000,
      idleMs: 5_000,
      totalMs: 10_000,
    },
    { maxBytes: 1_048_576 },
  )
  const failed =
    'problem' in answer
      ? answer.problem.message
      : answer.status === 200
        ? undefined
        : `HTTP ${answer.status}: ${answer.body.toString('utf8')}`
  if (failed !== undefined)
    throw new OpenClawError('internal', { detail: `The emulator refused an order: ${String(failed)}` })
}
