/** How bytes leave a socket: read into one buffer for all of them, handed on in a copy of their own size. */
import type { OnReadOpts, Socket } from 'node:net'

/** Node reads each piece, however small, into 64 KiB of its own otherwise, which a thousand slow streams feel. */
const SHARED = Buffer.allocUnsafeSlow(64 * 1_024)

interface Inlet {
  take: (bytes: Buffer) => void
}

const inlets = new WeakMap<Socket, Inlet>()

/** `make` must hand `onread` on to the socket it makes, which is plain: TLS sockets do not take it. */
export function readingIn(make: (onread: OnReadOpts) => Socket): Socket {
  const inlet: Inlet = { take: () => undefined }
  const callback = (count: number, buffer: Uint8Array): boolean => {
    inlet.take(Buffer.from(buffer.subarray(0, count)))
    return true
  }
  const socket = make({ buffer: SHARED, callback })
  inlets.set(socket, inlet)
  return socket
}

/** From now on `take` has the bytes; of a socket that `readingIn` made, those that came before are gone. */
export function onBytes(socket: Socket, take: (bytes: Buffer) => void): void {
  const inlet = inlets.get(socket)
  if (inlet) inlet.take = take
  else socket.on('data', take)
}
