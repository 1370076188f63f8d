/** The faults that take the place of an answer, carried out. */
import { setTimeout as pause } from 'node:timers/promises'
import { breakConnection, sendText } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import type { InsteadFault } from './faults.ts'
import { jsonType } from './replies.ts'

/** What a web application firewall says instead of the service behind it. */
const firewallPage =
  '<!doctype html><html><head><meta name="aliyun_waf_aa" content="x"></head>' +
  '<body><script name="aliyun_waf_bb"></script>captcha</body></html>'

export function sendFirewall(exchange: Exchange, status: number): void {
  sendText(exchange, status, firewallPage, { 'content-type': 'text/html' })
}

/** Tells whether the exchange is over, or goes on to its real answer. */
export async function carryOut(fault: InsteadFault, exchange: Exchange): Promise<'over' | 'goes-on'> {
  switch (fault.kind) {
    case 'slow':
      await pause(fault.delayMs, undefined, { signal: exchange.gone }).catch(() => {
        // The client left meanwhile; whoever answers will find nobody, which is counted there.
      })
      return 'goes-on'
    case 'hang':
      exchange.request.resume()
      return 'over'
    case 'drop':
      breakConnection(exchange, fault.reset)
      return 'over'
    case 'html':
      sendFirewall(exchange, fault.status)
      return 'over'
    case 'no-token': {
      const body = fault.empty ? {} : { access_token: null, token_type: 'Bearer', expires_in: 3600 }
      sendText(exchange, 200, JSON.stringify(body), jsonType)
      return 'over'
    }
    case 'json':
      sendText(exchange, fault.status, JSON.stringify(fault.body), { ...jsonType, ...fault.headers })
      return 'over'
  }
  const { body } = fault
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
  const type = body === undefined ? {} : typeof body === 'string' ? { 'content-type': 'text/plain' } : jsonType
  sendText(exchange, fault.status, text, { ...type, ...fault.headers })
  return 'over'
}
