/** The reference of the benchmark: a bare node:http proxy that passes bytes on and does nothing else. */
import { Agent, createServer, request } from 'node:http'

const [upstream = '', authorization = ''] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
const { hostname, port, pathname } = new URL(upstream)

const server = createServer((incoming, outgoing) => {
  const headers = { ...incoming.headers, host: `${hostname}:${port}`, authorization: `Bearer ${authorization}` }
  const path = pathname.replace(/\/$/, '') + (incoming.url ?? '').replace(/^\/v1/, '')
  const onward = request({ agent, hostname, port, path, method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify(server.address())}\n`))
