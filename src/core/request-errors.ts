/** Errors that end a request: nobody can take it, or nobody answered it. */
import { counted, entry, triedToo, type Tried } from './error-entry.ts'
import { localTime } from './local-time.ts'
import { setHttps } from './next-command.ts'
import type { Said } from './phrase.ts'

export const REQUEST_ERRORS = {
  'wrong-address': entry<{ provider: string; status: number; detail: Said } & Tried>({
    status: 404,
    exit: 1,
    message: (p) =>
      `The address of ${p.provider} answered ${p.status}; its baseUrl may be wrong. ${p.detail}${triedToo(p)}`,
    run: (p) => `openclaw config get models.providers.${p.provider}.baseUrl`,
  }),
  'no-vision': entry<{ model: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.model} does not take pictures.`,
    run: () => 'openclaw models list',
  }),
  'request-ambiguous': entry<{ id: string; ids: string; first: string }>({
    status: 409,
    exit: 1,
    message: (p) => `More than one request begins with ${p.id}: ${p.ids}`,
    run: (p) => `openclaw requests show ${p.first}`,
  }),
  'no-tools': entry<{ model: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.model} does not call tools.`,
    run: () => 'openclaw models list',
  }),
  'cannot-carry': entry<{ model: string; param: string; detail: string }>({
    status: 400,
    exit: 1,
    message: (p) => `${p.detail} (${p.param}, asked of ${p.model})`,
    run: () => 'openclaw models list',
  }),
  'window-too-small': entry<{ model: string; window: number; tokens: number }>({
    status: 400,
    exit: 1,
    message: (p) => `The request has at least ${p.tokens} tokens; ${p.model} takes ${p.window}.`,
    run: () => 'openclaw models list',
  }),
  'rate-limit-exceeded': entry<{ provider: string; detail: Said; request?: string } & Tried>({
    status: 429,
    exit: 1,
    headline: () => 'Rate limit exceeded',
    message: (p) => `${p.provider} says: ${p.detail}${triedToo(p)}`,
    run: (p) => (p.request && p.tried ? `openclaw requests show ${p.request}` : 'openclaw models status'),
  }),
  'quota-spent': entry<{ used: number; limit: number; resetsAt: string; timeZone: string } & Tried>({
    status: 429,
    exit: 1,
    headline: () => 'Rate limit exceeded',
    message: (p) =>
      `${p.used} of today's ${p.limit} requests are used; the day ends at ${localTime(p.resetsAt, p.timeZone)} (midnight in ${p.timeZone}).${triedToo(p)}`,
    run: () => 'openclaw models status',
  }),
  'model-resting': entry<{ model: string; until: string; evidence: Said; isLimit: boolean } & Tried>({
    status: 503,
    exit: 1,
    headline: (p) => (p.isLimit ? 'Rate limit exceeded' : undefined),
    message: (p) => `${p.model} is not asked again before ${localTime(p.until)}: ${p.evidence}${triedToo(p)}`,
    run: () => 'openclaw models cooldowns list',
  }),
  'request-not-found': entry<{ id: string }>({
    status: 404,
    exit: 1,
    message: (p) =>
      `No request ${p.id} is known: its answer is still coming, or it was refused before any model was looked for.`,
    run: () => 'openclaw requests list',
  }),
  /** `asked` = how many models were. */
  'all-failed': entry<{ model: string; detail: Said; asked?: number; request?: string } & Tried>({
    status: 502,
    exit: 1,
    message: (p) =>
      p.asked
        ? `None of ${p.asked} models answered; the first, ${p.model}: ${p.detail}${triedToo(p)}`
        : `${p.model} did not answer: ${p.detail}${triedToo(p)}`,
    run: (p) => (p.request ? `openclaw requests show ${p.request}` : 'openclaw models status'),
  }),
  'content-filtered': entry<{ model: string; detail: Said } & Tried>({
    status: 400,
    exit: 1,
    message: (p) =>
      `${p.model} did not answer: ${p.detail} With the header x-openclaw-filter-fallback: on the next model is asked.${triedToo(p)}`,
    run: () => 'openclaw config set gateway.filterFallback true',
  }),
  'no-candidate': entry<Tried>({
    status: 503,
    exit: 1,
    message: (p) =>
      p.passed
        ? `There is no model to ask: ${counted(p.passed).join(', ')}.`
        : 'There is no model to ask: the chain is empty.',
    run: () => 'openclaw models explain',
  }),
  'no-base-url': entry<{ provider: string }>({
    status: 503,
    exit: 1,
    message: (p) => `Nobody has said where ${p.provider} is.`,
    run: (p) => `openclaw config set models.providers.${p.provider}.baseUrl https://...`,
  }),
  'plain-http': entry<{ provider: string; address: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `Nothing was sent to ${p.provider}: ${p.address} is plain http to another machine, and all on the way could read the key.`,
    run: (p) => setHttps(`models.providers.${p.provider}.baseUrl`, p.address),
  }),
  'dialect-not-spoken': entry<{ provider: string; api: string }>({
    status: 503,
    exit: 1,
    message: (p) =>
      `${p.provider} speaks "${p.api}", which openclaw does not speak. It speaks openai-completions, openai-responses and anthropic-messages.`,
    run: (p) => `openclaw config set models.providers.${p.provider}.api openai-completions`,
  }),
  'stream-broken': entry<{ detail: Said }>({
    status: 502,
    exit: 1,
    message: (p) => `The answer broke off: ${p.detail}`,
  }),
} as const
