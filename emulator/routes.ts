/** The addresses of the emulator, each with who answers there. */
import { showApproval, takeDecision } from './approval.ts'
import { answerKey, answerModels } from './about-provider.ts'
import { answerQuestion } from './ask.ts'
import { chatFormat } from './chat-format.ts'
import { acts, answerAct, answerState } from './control.ts'
import type { Act } from './control.ts'
import type { Emulator } from './emulator.ts'
import type { Exchange } from './exchange.ts'
import { answerDeviceCode, answerToken } from './oauth.ts'
import { introduction } from './introduction.ts'
import { keyHosts, messagesHosts, responsesHosts } from './key-hosts.ts'
import { answerCount, answerMessagesModels } from './messages/about.ts'
import { messagesFormat } from './messages/format.ts'
import { messages } from './messages/provider.ts'
import { backup, local, portal } from './providers.ts'
import type { Provider } from './providers.ts'
import { sendJson } from './replies.ts'
import { answerEmbeddings } from './responses/embeddings.ts'
import { responsesFormat } from './responses/format.ts'
import { responses } from './responses/provider.ts'

export interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly answer: (exchange: Exchange, emulator: Emulator) => void | Promise<void>
  /** `owner`: acts for the person at this machine, so no page of another site may reach it. */
  readonly audience: 'anyone' | 'owner'
  /** What faults can do here: `chat` takes the spoiling ones itself, once a request has passed its checks. */
  readonly faults: 'all' | 'chat' | 'none'
}

const open = { audience: 'anyone', faults: 'all' } as const
const chat = { audience: 'anyone', faults: 'chat' } as const
const page = { audience: 'owner', faults: 'all' } as const
const control = { audience: 'owner', faults: 'none' } as const

export const routes: readonly Route[] = [
  { method: 'GET', path: '/', answer: answerOverview, audience: 'anyone', faults: 'none' },
  { method: 'POST', path: '/api/v1/oauth2/device/code', answer: answerDeviceCode, ...open },
  { method: 'POST', path: '/api/v1/oauth2/token', answer: answerToken, ...open },
  { method: 'GET', path: '/authorize', answer: showApproval, ...page },
  { method: 'POST', path: '/authorize', answer: takeDecision, ...page },
  ...providerRoutes('/v1', portal),
  ...providerRoutes('/backup/v1', backup),
  ...providerRoutes('/local/v1', local),
  ...keyHosts.flatMap(({ host, base, provider }) => providerRoutes(`/hosts/${host}${base}`, provider)),
  ...messagesRoutes('/messages/v1', messages),
  ...messagesHosts.flatMap(({ host, base, provider }) => messagesRoutes(`/hosts/${host}${base}`, provider)),
  ...responsesRoutes('/responses/v1', responses),
  modelsRoute('/responses/v1', responses),
  ...responsesHosts.flatMap(({ host, base, provider }) => responsesRoutes(`/hosts/${host}${base}`, provider)),
  { method: 'GET', path: '/__emulator/state', answer: answerState, ...control },
  ...Object.entries(acts).map(([name, act]) => actRoute(name, act)),
]

function providerRoutes(base: string, provider: Provider): readonly Route[] {
  return [
    {
      method: 'POST',
      path: `${base}/chat/completions`,
      answer: answerQuestion(chatFormat, provider),
      ...chat,
    },
    modelsRoute(base, provider),
    {
      method: 'GET',
      path: `${base}/key`,
      answer: (exchange, emulator) => answerKey(exchange, emulator, provider),
      ...open,
    },
  ]
}

function modelsRoute(base: string, provider: Provider): Route {
  const answer: Route['answer'] = (exchange, emulator) => answerModels(exchange, emulator, provider)
  return { method: 'GET', path: `${base}/models`, answer, ...open }
}

function messagesRoutes(base: string, provider: Provider): readonly Route[] {
  return [
    { method: 'POST', path: `${base}/messages`, answer: answerQuestion(messagesFormat, provider), ...chat },
    {
      method: 'POST',
      path: `${base}/messages/count_tokens`,
      answer: (exchange, emulator) => answerCount(exchange, emulator, provider),
      ...open,
    },
    {
      method: 'GET',
      path: `${base}/models`,
      answer: (exchange, emulator) => answerMessagesModels(exchange, emulator, provider),
      ...open,
    },
  ]
}

function responsesRoutes(base: string, provider: Provider): readonly Route[] {
  return [
    { method: 'POST', path: `${base}/responses`, answer: answerQuestion(responsesFormat, provider), ...chat },
    {
      method: 'POST',
      path: `${base}/embeddings`,
      answer: (exchange, emulator) => answerEmbeddings(exchange, emulator, provider),
      ...open,
    },
  ]
}

function actRoute(name: string, act: Act): Route {
  const answer: Route['answer'] = (exchange, emulator) => answerAct(exchange, emulator, act)
  return { method: 'POST', path: `/__emulator/${name}`, answer, ...control }
}

/** For a person who opens the bare address in a browser. */
function answerOverview(exchange: Exchange, { url }: Emulator): void {
  sendJson(exchange, 200, introduction(url))
}
