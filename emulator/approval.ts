/** A person's answer to a device login: approve it for an account, deny it. */
import { readForm } from './bodies.ts'
import { stateOf } from './devices.ts'
import type { Device } from './devices.ts'
import { defaultAccount } from './emulator.ts'
import type { Emulator } from './emulator.ts'
import { sendText } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { pageHeaders, pageHtml } from './page-html.ts'
import type { Page } from './page-html.ts'
import { pageTextsFor } from './page-texts.ts'
import type { PageTexts } from './page-texts.ts'

export type Waiting = { readonly kind: 'waiting'; readonly device: Device }
export type NotWaiting = { readonly kind: 'unknown' | 'expired' | 'answered' }

/** The login that waits for this code, as typed by a person. */
export function waitingDevice({ devices, clock }: Emulator, userCode: string): Waiting | NotWaiting {
  const device = devices.byUserCode(userCode)
  if (device === undefined) return { kind: 'unknown' }
  const state = stateOf(device, clock.now())
  if (state.kind === 'expired') return { kind: 'expired' }
  return state.kind === 'pending' ? { kind: 'waiting', device } : { kind: 'answered' }
}

export function isAccountName(name: string): boolean {
  return /^[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u.test(name)
}

/** GET: asks for the code when the address holds none, else for the decision. */
export function showApproval(exchange: Exchange, emulator: Emulator): void {
  const texts = textsFor(exchange)
  const userCode = exchange.query.get('user_code')
  const client = exchange.query.get('client')
  if (userCode === null && client === null) return sendPage(exchange, 200, { kind: 'ask-code' }, texts)
  // The real page says these words, in English, when one of its two parameters is missing.
  if (!userCode || !client) return sendProblem(exchange, 400, 'user_code or client is null', texts)
  const found = waitingDevice(emulator, userCode)
  if (found.kind !== 'waiting') return sendNotWaiting(exchange, found, texts)
  sendPage(exchange, 200, { kind: 'decide', userCode: found.device.userCode, account: defaultAccount }, texts)
}

/** POST: the decision. */
export async function takeDecision(exchange: Exchange, emulator: Emulator): Promise<void> {
  const form = (await readForm(exchange)) ?? new URLSearchParams()
  const texts = textsFor(exchange)
  const account = form.get('account')?.trim() || defaultAccount
  const found = waitingDevice(emulator, form.get('user_code') ?? '')
  if (found.kind !== 'waiting') return sendNotWaiting(exchange, found, texts)
  if (!isAccountName(account)) return sendProblem(exchange, 400, texts.badAccount, texts)
  const approves = form.get('decision') === 'approve'
  found.device.state = approves ? { kind: 'approved', account } : { kind: 'denied' }
  sendPage(exchange, 200, { kind: approves ? 'approved' : 'denied' }, texts)
}

function sendNotWaiting(exchange: Exchange, { kind }: NotWaiting, texts: PageTexts): void {
  if (kind === 'unknown') return sendProblem(exchange, 404, texts.unknownCode, texts)
  sendProblem(exchange, 400, kind === 'expired' ? texts.expiredCode : texts.answeredCode, texts)
}

function sendProblem(exchange: Exchange, status: number, message: string, texts: PageTexts): void {
  sendPage(exchange, status, { kind: 'problem', message }, texts)
}

function sendPage(exchange: Exchange, status: number, page: Page, texts: PageTexts): void {
  sendText(exchange, status, pageHtml(page, texts), { ...pageHeaders, 'content-language': texts.lang })
}

function textsFor({ request }: Exchange): PageTexts {
  return pageTextsFor(request.headers['accept-language'])
}
