/** The process in which calls fail, from the test's side. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { theAuthorizationServer } from './authorization.ts'
import { children } from './child-files.ts'
import type { FailingWish } from './failing-calls.ts'
import type { Figures } from './figures.ts'
import { startInstantServer } from './instant-server.ts'

const PRELOAD = resolve(import.meta.dirname, 'nth-call.cjs')

export async function failingInChild(wish: Omit<FailingWish, 'url' | 'instantUrl'>): Promise<Figures> {
  const { file, environment } = await children()
  const [server, instant] = await Promise.all([theAuthorizationServer(), startInstantServer()])
  const whole: FailingWish = { ...wish, url: server.url, instantUrl: instant.url }
  const words = ['--no-warnings', '--require', PRELOAD, file('failing'), JSON.stringify(whole)]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, words, {
      env: environment,
      maxBuffer: 16 * 1024 * 1024,
    })
    return JSON.parse(stdout) as Figures
  } finally {
    instant.end()
  }
}
