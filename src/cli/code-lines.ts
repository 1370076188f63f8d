/** What a person reads before a code is approved: who asks, where, since when, until when, and what never to do. */
import type { SignInEvent } from '../control/contract.ts'
import { clockTime } from '../core/local-time.ts'
import type { Texts } from '../texts/index.ts'

/** The code stands there also where the address holds it: to be compared with what the page shows. */
export function codeLines(
  { host, url, userCode, complete, startedAt, expiresAt }: Extract<SignInEvent, { kind: 'code' }>,
  provider: string,
  { login }: Texts,
): readonly string[] {
  return [
    login.asks(provider, clockTime(startedAt)),
    login.open(host),
    `  ${url}`,
    complete ? login.compare(userCode) : login.typeCode(userCode),
    login.warning(clockTime(expiresAt)),
  ]
}
