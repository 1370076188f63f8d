/** Connections from other machines: over TLS where we have a certificate; this machine's own stay plain. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from '../service/certificate.ts'
import { isLocal } from './peers.ts'

const HANDSHAKE_MS = 10_000

/**
 * `server` listens and takes connections by its `connection` listener, which Node lets others call too; what comes
 * from elsewhere reaches it through TLS. `onSecure` is told of each such connection, for which a socket of its own
 * stands then.
 */
export function secureOutside(server: Server, certificate: Certificate, onSecure: (socket: Socket) => void): void {
  const take = server.listeners('connection')
  const serve = (socket: Socket): void => {
    for (const listener of take) listener.call(server, socket)
  }
  const tls = createTlsServer(
    { ...certificate, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], handshakeTimeout: HANDSHAKE_MS },
    (socket) => {
      onSecure(socket)
      serve(socket)
    },
  )
  tls.on('tlsClientError', (_, socket) => socket.destroy())
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (isLocal(socket)) serve(socket)
    else tls.emit('connection', socket)
  })
}
