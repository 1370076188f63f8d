/** Whose token was shown: the owner's, or one that was given to a program. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { State } from '../core/ports.ts'
import type { Caller, IssuedToken } from '../core/scope.ts'
import type { Secret } from '../core/secret.ts'
import { isIssuedForm } from '../service/issued-token.ts'

export interface Callers {
  /** Undefined = it is nobody's. One that was made a moment ago is looked for on disk. */
  find(shown: string): Promise<Caller | undefined>
  /** False = it was taken back. */
  stillHolds(caller: Caller): boolean
}

/** `ownerToken` as it counts now; the others as state.db has them, seen at most half a second late. */
export function callersOf(ownerToken: () => Secret, { view, tokens }: Pick<State, 'view' | 'tokens'>): Callers {
  const owner = ownerBy(ownerToken)
  const decoded = new WeakMap<IssuedToken, Buffer>()
  const hashOf = (token: IssuedToken): Buffer => {
    const known = decoded.get(token)
    if (known) return known
    const hash = Buffer.from(token.hash, 'hex')
    decoded.set(token, hash)
    return hash
  }

  /** Each is compared, and each in the same time, so that time tells nothing of any. */
  const among = (shown: Buffer, issued: readonly IssuedToken[]): Caller | undefined => {
    let found: Caller | undefined = timingSafeEqual(shown, owner().hash) ? owner().caller : undefined
    for (const token of issued) {
      const hash = hashOf(token)
      if (hash.byteLength === shown.byteLength && timingSafeEqual(shown, hash)) {
        found ??= { kind: 'issued', id: token.id, name: token.name, scope: token.scope }
      }
    }
    return found
  }

  return {
    async find(shown) {
      const hash = digest(shown)
      const found = among(hash, view.tokens())
      if (found || !isIssuedForm(shown)) return found
      // While state.db cannot be read, what memory does not know is unknown.
      return among(hash, await tokens.list().catch(() => []))
    },
    stillHolds: (caller) =>
      caller.kind === 'owner' ? caller === owner().caller : view.tokens().some(({ id }) => id === caller.id),
  }
}

/** Who came with a token that was replaced is another than who comes with the one that counts. */
function ownerBy(token: () => Secret): () => { readonly hash: Buffer; readonly caller: Caller } {
  const made = (of: Secret) => ({
    of,
    hash: digest(of.reveal()),
    caller: { kind: 'owner', scope: 'admin' } satisfies Caller as Caller,
  })
  let owner = made(token())
  return () => {
    const now = token()
    if (now !== owner.of) owner = made(now)
    return owner
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
