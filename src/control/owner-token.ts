/** The act `gateway token --rotate`: another token for the owner; a running gateway refuses the old one at once. */
import type { Secret } from '../core/secret.ts'
import { currentInstance } from '../service/instance.ts'
import { replaceSecret } from '../stores/files/secret-file.ts'
import { healthOf, type GatewayMeans } from './gateway-status.ts'

export interface OwnerTokenRotated {
  readonly token: Secret
  /** `late` = it did not answer to the new one yet. */
  readonly gateway: 'none' | 'takes-it' | 'late'
}

/** It notices within a second. */
const LONGEST_MS = 3_000
const POLL_MS = 25

export async function* rotateOwnerToken(means: GatewayMeans): AsyncGenerator<never, OwnerTokenRotated> {
  const token = await replaceSecret(means.paths.gatewayToken)
  const start = means.clock.monotonicMs()
  while (means.clock.monotonicMs() - start < LONGEST_MS) {
    // It may end, or another may take its place, meanwhile.
    const running = await currentInstance(means)
    if (!running) return { token, gateway: 'none' }
    if (await healthOf(running, means)) return { token, gateway: 'takes-it' }
    await means.clock.sleep(POLL_MS)
  }
  return { token, gateway: 'late' }
}
