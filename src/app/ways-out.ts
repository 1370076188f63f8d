/** The HTTP clients: one for this machine, one for upstreams. */
import type { Network } from '../core/network.ts'
import type { HttpClient } from '../core/ports.ts'
import type { Setup } from '../core/setup.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'

export type WaysOut = ReturnType<typeof openWaysOut>

export function openWaysOut({ environment, asLast }: Ground) {
  async function httpOver(network?: () => Network): Promise<HttpClient> {
    const { openHttpClient } = await import('../net/client.ts')
    const client = openHttpClient({ proxyFromEnv: environment, ...(network && { network }) })
    // A login that is being renewed at the end still needs it.
    asLast(() => client.close())
    return client
  }
  return {
    httpOver,
    /** For this machine only, where no setting of the way matters: also when the settings cannot be read. */
    localHttp: once(() => httpOver()),
    /** For upstreams, the way that these settings say. */
    upstreamHttp: ({ network }: Setup) => once(() => httpOver(() => network)),
  }
}
