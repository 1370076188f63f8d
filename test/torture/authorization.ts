/** The authorization server's process, from the test's side: its history, its faults, and a person who approves a code. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'

/** What becomes of the refresh tokens shown next, one order each. */
export type Order =
  /** Not looked at, and so not spent. */
  | { readonly kind: 'refuse'; readonly status: number }
  /** Redeemed, and the connection breaks before the answer. */
  | { readonly kind: 'lose' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'serve' }

/** A refresh token that was shown to it; `again` = a spent one within the grace, answered with the same pair. */
export interface Shown {
  /** sha256, in hex. */
  readonly mark: string
  readonly outcome: 'redeemed' | 'again' | 'refused' | 'not-looked-at'
  /** When the answer was made, in milliseconds since 1970. */
  readonly atMs: number
}

export interface AuthorizationServer {
  readonly url: string
  order(asked: { readonly orders?: readonly Order[]; readonly graceMs?: number }): Promise<void>
  /** What was shown since the last time this was asked. */
  history(): Promise<readonly Shown[]>
  /** Is this access token good? */
  accepts(accessToken: string): Promise<boolean>
  /** Signs in on its pages, and approves the code, as a browser would. */
  approve(verificationUriComplete: string): Promise<void>
}

let running: Promise<{ readonly server: AuthorizationServer; readonly stop: () => void }> | undefined

/** One process for all rows, which run one after another; each finds it without orders, without grace and without a history. */
export async function theAuthorizationServer(): Promise<AuthorizationServer> {
  running ??= start()
  const { server } = await running
  await server.order({ orders: [], graceMs: 0 })
  await server.history()
  return server
}

export async function endAuthorizationServer(): Promise<void> {
  const ending = await running
  running = undefined
  ending?.stop()
}

async function start(): Promise<{ readonly server: AuthorizationServer; readonly stop: () => void }> {
  const file = resolve(import.meta.dirname, 'fixtures/authorization-server.ts')
  // It warns of what suits a test only.
  const child = spawn(process.execPath, ['--no-warnings', file], { stdio: ['pipe', 'pipe', 'ignore'] })
  const line = await new Promise<string>((done, fail) => {
    createInterface({ input: child.stdout }).once('line', done)
    child.once('error', fail)
    child.once('close', () => fail(new Error('the authorization server did not start')))
  })
  const { url } = JSON.parse(line) as { readonly url: string }
  child.once('exit', () => (running = undefined))
  return { server: authorizationAt(url), stop: () => void child.kill('SIGKILL') }
}

/** One that somebody else has started. */
export function authorizationAt(url: string): AuthorizationServer {
  const control = async (asked: object): Promise<readonly Shown[]> => {
    const answer = await fetch(`${url}/__control`, { method: 'POST', body: JSON.stringify(asked) })
    return (await answer.json()) as readonly Shown[]
  }
  return {
    url,
    order: async (asked) => void (await control(asked)),
    history: () => control({ forget: true }),
    accepts: async (accessToken) =>
      (await fetch(`${url}/me`, { headers: { authorization: `Bearer ${accessToken}` } })).ok,
    approve: (address) => approve(address),
  }
}

/** Its pages are forms, one after another: the code, its confirmation, a name, a consent. */
async function approve(address: string): Promise<void> {
  const cookies = new Map<string, string>()
  const visit = async (
    url: string,
    form?: URLSearchParams,
  ): Promise<{ readonly url: string; readonly page: string }> => {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const next = answer.headers.get('location')
    return next === null ? { url, page: await answer.text() } : visit(new URL(next, url).href)
  }
  let { url, page } = await visit(address)
  for (let forms = 0; forms < 8; forms += 1) {
    if (page.includes('Sign-in Success')) return
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
    if (action === undefined) break
    const fields = new URLSearchParams({ login: 'person', password: 'x' })
    for (const [, name = '', value = ''] of page.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g))
      fields.set(name, value)
    // What a button would send.
    if (page.includes('op.deviceConfirmForm')) fields.set('confirm', 'yes')
    ;({ url, page } = await visit(new URL(action.replaceAll('&amp;', '&'), url).href, fields))
  }
  throw new Error(`the code was not approved: ${page.slice(0, 2_000)}`)
}
