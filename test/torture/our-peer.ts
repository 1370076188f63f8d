/**
 * Our side of the shared login as a process, over a state folder of its own or one that it shares.
 * Arguments: the state folder, the other program's folder, the login server, the factor of all waits.
 * Orders come as messages: `use` asks for a token as a request does, `force` as one does after a 401.
 */
import type { Credential } from '../../src/core/credential.ts'
import type { PeerAnswer, PeerOrder } from './qwen-peer.ts'
import { openSharedLogin } from './shared-login.ts'

const [stateFolder = '', theirFolder = '', server = '', factor = '1'] = process.argv.slice(2)
const login = await openSharedLogin({ stateFolder, theirFolder, server, factor: Number(factor) })

const tell = (answer: PeerAnswer): void => void process.send?.(answer)
let last: Credential | undefined

async function token(act: PeerOrder['act']): Promise<string> {
  const access = await (act === 'force' && last ? login.renewed(last) : login.access())
  if (access.kind === 'failed') throw new Error(String(access.failure.evidence))
  last = access.credential
  return last.kind === 'oauth' ? last.accessToken.reveal() : ''
}

async function end(): Promise<never> {
  await login.close()
  process.exit(0)
}

process.on('message', ({ id, act }: PeerOrder) => {
  if (act === 'end') return void end()
  token(act).then(
    (found) => tell({ id, kind: 'ok', token: found }),
    (error: unknown) => tell({ id, kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
  )
})
process.on('disconnect', () => void end())
tell({ id: 0, kind: 'ok', token: '' })
