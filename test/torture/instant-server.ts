/** A login server that approves every code at once, and gives a pair of tokens each time it is asked. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface InstantServer {
  readonly url: string
  end(): void
}

export async function startInstantServer(): Promise<InstantServer> {
  let given = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { host = '' } = request.headers
      given += 1
      const tokens = {
        access_token: `at-${given}`,
        refresh_token: `rt-${given}`,
        token_type: 'Bearer',
        expires_in: 3_600,
      }
      const code = { device_code: 'd', user_code: 'ABCD', expires_in: 600, verification_uri: `http://${host}/device` }
      const answer = request.url?.startsWith('/device') ? code : tokens
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    end() {
      server.close()
      server.closeAllConnections()
    },
  }
}
