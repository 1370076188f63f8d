/** A gateway proves that it knows the owner's token before anybody sends it that: who else got its port learns nothing. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../core/secret.ts'

export const CHALLENGE_HEADER = 'x-openclaw-challenge'
export const PROOF_HEADER = 'x-openclaw-proof'

/** What only a gateway at this port answers: the port is in it, so that another program cannot have ours answer. */
export function proofOf(token: Secret, port: number, challenge: string): string {
  return createHmac('sha256', token.reveal()).update(`openclaw gateway ${port} ${challenge}`).digest('base64url')
}

export interface Challenge {
  readonly text: string
  isMetBy(proof: string): boolean
}

export function challengeTo(token: Secret, port: number): Challenge {
  const text = randomBytes(24).toString('base64url')
  const wanted = Buffer.from(proofOf(token, port, text))
  return {
    text,
    isMetBy(proof) {
      const shown = Buffer.from(proof)
      return shown.byteLength === wanted.byteLength && timingSafeEqual(shown, wanted)
    },
  }
}
