/** What Qwen's own error bodies mean; what is not told here is read like any other server's. */
import type { FailedAnswer, FailureKind, FailureScope, LocalizedText, ToldFailure } from '../../sdk/index.ts'

export function readQwenFailure(answer: FailedAnswer): ToldFailure | undefined {
  if (isPage(answer)) return isBlock(answer.text) ? blocked(answer.status) : undefined
  const said = wordsOf(answer)
  const rule = RULES.find(({ when }) => when(said))
  if (!rule) return undefined
  return {
    kind: rule.kind,
    scope: rule.scope,
    evidence: rule.note ?? (said.message || said.code),
    ...(answer.status >= 400 && { status: answer.status }),
    ...(said.code !== '' && { code: said.code }),
  }
}

interface Words {
  readonly status: number
  readonly code: string
  readonly message: string
}

interface Rule {
  readonly kind: FailureKind
  readonly scope: FailureScope
  /** Said in place of the server's words. */
  readonly note?: LocalizedText
  readonly when: (said: Words) => boolean
}

/** The first that holds counts. `insufficient_quota` alone says little: it comes for a spent day and for a busy minute. */
const RULES: readonly Rule[] = [
  {
    kind: 'filtered',
    scope: 'request',
    when: ({ code, message }) =>
      /^data_?inspection_?failed$/i.test(code) || /DataInspectionFailed|inappropriate content/i.test(message),
  },
  {
    kind: 'billing',
    scope: 'account',
    when: ({ code }) => /^(?:Arrearage|PrepaidBillOverdue|PostpaidBillOverdue|CommodityNotPurchased)$/i.test(code),
  },
  {
    kind: 'quota',
    scope: 'account-and-model',
    when: ({ code, message }) =>
      /^AllocationQuota\.FreeTierOnly$/i.test(code) ||
      /free (?:tier|quota) (?:of the model )?has been exhausted/i.test(message),
  },
  {
    kind: 'model-missing',
    scope: 'model',
    when: ({ code, message }) =>
      /^(?:model_not_found|AccessDenied\.Unpurchased|(?:Model|Workspace)\.AccessDenied)$/i.test(code) ||
      /^access to model denied|\bmodel ["'`]?[\w./:@-]{1,100}["'`]? (?:is not supported|does not exist)/i.test(message),
  },
  {
    kind: 'context-too-long',
    scope: 'request',
    when: ({ message }) => /range of input length/i.test(message),
  },
  {
    kind: 'quota',
    scope: 'account',
    when: ({ status, code, message }) =>
      /free allocated quota exceeded|\b(?:hour|day|week|month) allocated quota exceeded|quota has been exhausted/i.test(
        message,
      ) ||
      /^quota_exceeded$/i.test(code) ||
      (status === 403 && code === 'insufficient_quota'),
  },
  {
    // Tokens or requests a minute, a burst, too many at once: over within a minute.
    kind: 'rate-limit',
    scope: 'account-and-model',
    when: ({ code, message }) =>
      /^(?:insufficient_quota|limit_requests|LimitRequests|limit_burst_rate|rate_limit_exceeded|Throttling(?:\.\w+)?)$/i.test(
        code,
      ) ||
      /^Throttling\b|allocated quota exceeded|exceeded your current (?:quota|requests)|request rate increased too quickly|requests rate limit exceeded/i.test(
        message,
      ),
  },
  {
    kind: 'auth',
    scope: 'account',
    when: ({ code, message }) =>
      /^invalid_?api_?key$/i.test(code) ||
      /invalid access token|token expired|invalid api-key|incorrect api key/i.test(message),
  },
  {
    // A well-formed request refused without a reason: this server turns other programs than its maker's away so.
    kind: 'model-missing',
    scope: 'model',
    note: {
      en: 'Qwen refused the request without a reason ("bad request"); it answers some programs so.',
      'zh-CN': 'Qwen 拒绝了请求，没有给出原因（“bad request”）；它对某些程序就是这样回应的。',
      'zh-TW': 'Qwen 拒絕了請求，沒有給出原因（「bad request」）；它對某些程式就是這樣回應的。',
    },
    when: ({ status, code, message }) =>
      status === 400 && code === 'invalid_parameter_error' && /^bad request\.?$/i.test(message),
  },
  {
    kind: 'overload',
    scope: 'model',
    when: ({ code }) =>
      /^(?:internal_?error|InternalError\.(?:Algo|Timeout)|SystemError|RequestTimeOut|ModelServiceFailed|ModelUnavailable)$/i.test(
        code,
      ),
  },
]

function isPage({ json, text, contentType }: FailedAnswer): boolean {
  return json === undefined && (/^text\/html\b/i.test(contentType) || /^\s*</.test(text))
}

function isBlock(page: string): boolean {
  return /aliyun_waf_|captcha/i.test(page)
}

const FIREWALL: LocalizedText = {
  en: 'A firewall page instead of an answer; it may ask for a captcha.',
  'zh-CN': '返回的是防火墙页面而不是回答；它可能要求输入验证码。',
  'zh-TW': '傳回的是防火牆頁面而不是回答；它可能要求輸入驗證碼。',
}

function blocked(status: number): ToldFailure {
  return { kind: 'malformed', scope: 'provider', evidence: FIREWALL, ...(status >= 400 && { status }) }
}

/** `{error: {code, message}}`, the same flat (within a stream), or a plain text. */
function wordsOf({ status, json, text }: FailedAnswer): Words {
  const error = record(record(json)?.error) ?? record(json)
  if (!error) return { status, code: '', message: text.slice(0, 4_000) }
  return { status, code: word(error.code) || word(error.type), message: word(error.message).slice(0, 4_000) }
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
