/** Listening sockets, handed to the process that comes after this one: one queue of connections, which never closes. */
import type { ChildProcess } from 'node:child_process'
import type { Server } from 'node:net'

/** The words of the two, over the channel that the older one has opened. */
const READY = 'ready'
const SERVING = 'serving'

/** On the older one's side; resolves when the younger serves. Both take connections then. */
export function handOver(servers: readonly Server[], successor: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    successor.on('error', () => undefined) // it ended meanwhile, which whoever watches it is told
    successor.on('message', (word) => {
      if (word === SERVING) resolve()
      if (word !== READY) return
      for (const [at, server] of servers.entries()) {
        successor.send({ left: servers.length - 1 - at }, server, (error) => {
          if (error) successor.disconnect() // it is waited for no longer
        })
      }
    })
  })
}

/** The process before us, on the younger one's side. */
export interface Predecessor {
  /**
   * Each listens from the moment that it is given: `attach` takes it at once. Rejects when the older one is gone, or has nothing
   * to give any more; its port is free then, and what was attached until then is the caller's to close.
   */
  receive(attach: (server: Server) => void): Promise<void>
  /** The older one may stop listening. */
  serving(): void
}

/** Undefined = nobody has started us who would hand anything over. */
export function predecessorOf(self: NodeJS.Process): Predecessor | undefined {
  const say = self.send?.bind(self)
  if (!say) return undefined
  return {
    receive: (attach) =>
      new Promise((resolve, reject) => {
        const over = (): void => {
          self.off('message', onMessage)
          self.off('disconnect', onGone)
        }
        const onGone = (): void => {
          over()
          // What is on its way yet listens as soon as it is here.
          self.on('message', (_, late) => void (late as Server | undefined)?.close())
          reject(new Error('whoever listens here is gone'))
        }
        const onMessage = (message: unknown, server: unknown): void => {
          // One that was closed meanwhile comes as nothing, and to listen to nothing is to listen anywhere.
          if (!server) return onGone()
          attach(server as Server)
          if ((message as { readonly left: number }).left > 0) return
          over()
          resolve()
        }
        if (!self.connected) return onGone()
        self.once('disconnect', onGone)
        self.on('message', onMessage)
        say(READY, orGone)
      }),
    serving() {
      if (self.connected) say(SERVING, orGone)
    },
  }
}

/** It was killed in this moment, which `disconnect` tells: unheard, it would end us too. */
function orGone(): void {}
