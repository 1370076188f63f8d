/** The stand-in portal as a process, moved by its control addresses. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeEach } from 'vitest'
import type { DeviceLogin } from '../core/provider.ts'
import qwen from '../plugins/qwen-portal/index.ts'
import { emulatorFile } from '../system/built.ts'

export interface EmulatorState {
  readonly devices: readonly {
    readonly user_code: string
    readonly state: string
    readonly demandedIntervalMs: number
  }[]
  readonly counters: {
    readonly devices: number
    readonly logins: number
    readonly refreshes: number
    readonly reuseDetected: number
    readonly endpoints: Readonly<
      Record<string, { readonly requests: number; readonly byStatus: Readonly<Record<string, number>> }>
    >
  }
}

export interface Portal {
  readonly url: string
  control(act: string, order?: object): Promise<void>
  state(): Promise<EmulatorState>
  /** Requests that the token endpoint got. */
  tokenRequests(): Promise<number>
  /** Is the access token good at the models' address? */
  accepts(accessToken: string): Promise<boolean>
}

export const DEVICE_PATH = '/api/v1/oauth2/device/code'
export const TOKEN_PATH = '/api/v1/oauth2/token'

/** The login that our plugin declares, at another place. */
export function loginAt(url: string, changes: Partial<DeviceLogin> = {}): DeviceLogin {
  const declared = qwen.providers[0]?.login
  if (!declared) throw new Error('the plugin brings no login')
  return { ...declared, ...changes, baseUrl: url }
}

/** For a whole test file; each test finds it as if just started. */
export async function startPortal(): Promise<Portal> {
  const child = spawn(process.execPath, [emulatorFile(), '--exit-with-stdin'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('error', reject)
    child.once('close', () => reject(new Error('the emulator did not start')))
  })
  const { url } = JSON.parse(line) as { readonly url: string }
  const control = async (act: string, order: object = {}): Promise<void> => {
    const answer = await fetch(`${url}/__emulator/${act}`, { method: 'POST', body: JSON.stringify(order) })
    if (!answer.ok) throw new Error(`${act}: ${await answer.text()}`)
  }
  const state = async (): Promise<EmulatorState> =>
    (await (await fetch(`${url}/__emulator/state`)).json()) as EmulatorState
  beforeEach(() => control('reset'))
  afterAll(() => void child.kill('SIGKILL'))
  return {
    url,
    control,
    state,
    tokenRequests: async () => (await state()).counters.endpoints[`POST ${TOKEN_PATH}`]?.requests ?? 0,
    accepts: async (accessToken) =>
      (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${accessToken}` } })).ok,
  }
}
