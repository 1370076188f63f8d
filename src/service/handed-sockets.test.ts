/** What two processes hand over to each other. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { handOver } from './handed-sockets.ts'

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return server
}

/** What the younger one says of it. */
async function heirOf(servers: readonly Server[]): Promise<string> {
  const program = `
    const { predecessorOf } = await import(${JSON.stringify(resolve(import.meta.dirname, 'handed-sockets.ts'))})
    const given = []
    await predecessorOf(process).receive((server) => given.push(server)).then(() => console.log('all'), () => console.log('gone'))
    console.log(given.length)
    for (const server of given) server.close()
    process.disconnect?.()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  void handOver(servers, child)
  return child.stdout ? text(child.stdout) : ''
}

it('gives each server that listens', async () => {
  expect(await heirOf([await listening(), await listening()])).toBe('all\n2\n')
})

it('gives nothing in the place of a server that was closed meanwhile: to listen to nothing is to listen anywhere', async () => {
  const closed = await listening()
  closed.close()
  expect(await heirOf([await listening(), closed])).toBe('gone\n1\n')
})
