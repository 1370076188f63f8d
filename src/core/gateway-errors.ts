/** Errors of the gateway: where it listens, and whom it lets in. */
import { entry } from './error-entry.ts'
import { shellWord } from './next-command.ts'
import type { Said } from './phrase.ts'

export const GATEWAY_ERRORS = {
  'port-in-use': entry<{ port: number; command?: string }>({
    status: 503,
    exit: 1,
    message: (p) => `Port ${p.port} is in use by another program.`,
    run: (p) => `openclaw ${p.command ?? 'gateway run'} --port ${p.port + 1}`,
  }),
  'gateway-running': entry<{ pid: number; url: string }>({
    status: 409,
    exit: 1,
    message: (p) => `A gateway already runs on this state folder: ${p.url} (process ${p.pid}).`,
    run: () => 'openclaw gateway restart',
  }),
  'gateway-not-running': entry<object>({
    status: 503,
    exit: 1,
    message: () => 'No gateway runs on this state folder.',
    run: () => 'openclaw gateway start',
  }),
  'gateway-start-failed': entry<{ detail: Said; log: string }>({
    status: 503,
    exit: 1,
    message: (p) => `The gateway did not start: ${p.detail}`,
    run: (p) => `tail ${shellWord(p.log)}`,
  }),
  'gateway-foreign': entry<{ pid: number; port: number }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `Process ${p.pid} holds this state folder's gateway lease but does not answer on port ${p.port}; it was left alone.`,
    run: (p) => `ps -fp ${p.pid}`,
  }),
  'gateway-supervised': entry<{ pid: number }>({
    status: 409,
    exit: 1,
    message: (p) =>
      `A service manager (systemd, a container) has started process ${p.pid} and would end a new one with it; nothing was changed. Restart the service there.`,
    run: (p) => `ps -fp ${p.pid}`,
  }),
  'bind-unprotected': entry<{ address: string; missing?: 'cert' | 'key' }>({
    status: 503,
    exit: 2,
    message: (p) =>
      p.missing
        ? `gateway.tls needs both files, and gateway.tls.${p.missing} is not set.`
        : `${p.address} is reached by other machines too, and nothing would protect the tokens on their way: ` +
          'set gateway.tls.cert and gateway.tls.key (PEM files), or gateway.trustedProxies (the addresses of your own HTTPS proxy).',
    run: (p) => `openclaw config set gateway.tls.${p.missing ?? 'cert'} /path/to/${p.missing ?? 'cert'}.pem`,
  }),
  'bind-elsewhere': entry<{ address: string }>({
    status: 503,
    exit: 2,
    message: (p) => `${p.address} is not an address of this machine.`,
    run: () => 'openclaw config unset gateway.bind',
  }),
  'tls-unusable': entry<{ file: string; detail: Said }>({
    status: 503,
    exit: 2,
    message: (p) => `${p.file} cannot be used for gateway.tls: ${p.detail}.`,
    run: () => 'openclaw config get gateway.tls',
  }),
  'token-weak': entry<{ file: string; detail: Said }>({
    status: 503,
    exit: 2,
    message: (p) => `The token in ${p.file} could be guessed: ${p.detail}.`,
    run: () => 'openclaw gateway token --rotate',
  }),
  'token-missing': entry<{ file: string }>({
    status: 503,
    exit: 1,
    message: (p) => `${p.file} is gone or empty; the token that stood in it counts until there is a new one.`,
    run: () => 'openclaw gateway token --rotate',
  }),
  'token-exists': entry<{ name: string }>({
    status: 409,
    exit: 1,
    message: (p) => `There is a token called ${p.name} already.`,
    run: () => 'openclaw gateway token list',
  }),
  'token-not-found': entry<{ name: string; nearest?: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      p.nearest ? `There is no token ${p.name}. Did you mean ${p.nearest}?` : `There is no token ${p.name}.`,
    run: () => 'openclaw gateway token list',
  }),
  'scope-missing': entry<{ held: string; needed: string }>({
    status: 403,
    exit: 1,
    message: (p) => `This token has the scope ${p.held}; the scope ${p.needed} is needed here.`,
    run: (p) => `openclaw gateway token create --scope ${p.needed}`,
  }),
  'foreign-peer': entry<object>({
    status: 403,
    exit: 1,
    message: () => 'From other machines this gateway takes requests through its trusted proxies only.',
  }),
  unauthorized: entry<object>({
    status: 401,
    exit: 1,
    message: () => "The gateway's token is missing or wrong. Send it as `Authorization: Bearer <token>`.",
    run: () => 'openclaw gateway token',
  }),
  'foreign-host': entry<{ host: string }>({
    status: 403,
    exit: 1,
    message: (p) => `This gateway does not answer to the host name "${p.host}".`,
    run: () => 'openclaw gateway status',
  }),
  'foreign-origin': entry<object>({
    status: 403,
    exit: 1,
    message: () => 'Requests from other web pages are refused.',
  }),
  'route-not-found': entry<{ route: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `There is nothing at ${p.route}. Models are asked at POST /v1/chat/completions, /v1/responses, /v1/messages and /v1/embeddings, and listed at GET /v1/models.`,
  }),
  'method-not-allowed': entry<{ method: string; allowed: string }>({
    status: 405,
    exit: 1,
    message: (p) => `${p.method} is not allowed here; ${p.allowed} is.`,
  }),
  'body-too-large': entry<{ limit: string }>({
    status: 413,
    exit: 1,
    message: (p) => `The body is larger than ${p.limit}.`,
  }),
  'response-not-found': entry<{ id: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `No response ${p.id} is remembered: it was made over an hour ago, with another token, or with store: false.`,
  }),
  'previous-response-not-found': entry<{ id: string }>({
    status: 400,
    exit: 1,
    message: (p) =>
      `Previous response ${p.id} is not remembered: it was made over an hour ago, with another token, or with store: false. Send the whole conversation as input.`,
  }),
  'bad-request': entry<{ detail: Said }>({ status: 400, exit: 2, message: (p) => p.detail }),
} as const
