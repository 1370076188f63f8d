/** Keeps foreign web pages away from the addresses that act for the person at this machine. */
import { Refusal } from './exchange.ts'
import type { Exchange } from './exchange.ts'

/**
 * A page elsewhere can make a browser knock here under a name of its own (DNS rebinding), or send a form across.
 * Both show in the headers Host and Origin.
 */
export function refuseForeigners({ request }: Exchange, url: string): void {
  const { port } = new URL(url)
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const { host, origin } = request.headers
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    throw new Refusal(403, { error: `This address answers to ${hosts.join(' and ')} only.` })
  }
  if (origin !== undefined && !hosts.some((known) => origin.toLowerCase() === `http://${known}`)) {
    throw new Refusal(403, { error: 'This address takes nothing from the pages of other sites.' })
  }
}
