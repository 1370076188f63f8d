/** A refresh whose lease another process takes at the worst moment: no token is spent twice, and no pair is lost. */
import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Lock } from '../core/edit.ts'
import type { Clock } from '../core/ports.ts'
import { systemClock } from '../system/clock.ts'
import type { Access } from './access.ts'
import { startPortal } from './emulator.fixture.ts'
import { openHouse, PROVIDER, signedIn, type House, type OpenAccounts, type Process } from './house.fixture.ts'

const portal = await startPortal()
const HOUR_MS = 3_600_000
const LATER = '2026-03-15T12:00:00.000Z'

/** Before the token is sent, and after the answer came: a process that slept wakes up there. */
const LOOKS = { beforeSending: 1, afterTheAnswer: 2 } as const

/** A lease that nobody renews is waited for in a tenth of its time. */
const HASTY: Clock = {
  ...systemClock,
  monotonicMs: () => systemClock.monotonicMs() * 10,
  sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
}

interface Given {
  readonly house: House
  readonly thief: Process
  readonly accounts: OpenAccounts
  /** The lease was taken, and held it was before. */
  readonly wasTaken: () => boolean
}

/** The lease is taken just before the process looks whether it is still its own; `and` = what its new holder does. */
async function expiredAndTaken(
  look: keyof typeof LOOKS,
  and: (house: House) => void = () => undefined,
): Promise<Given> {
  const house = openHouse(portal, { waiting: HASTY })
  const process = await house.open()
  const thief = await house.open()
  await signedIn(portal, process)
  let looks = 0
  let taken = false
  const lock =
    (real: Lock): Lock =>
    (key, work) =>
      real(key, (held) =>
        // That of the login; another one stands for the token.
        !key.startsWith('refresh ')
          ? work(held)
          : work({
              async stillOurs() {
                looks += 1
                if (looks === LOOKS[look]) {
                  const { fence = 0 } = (await thief.state.leases.read(key)) ?? {}
                  const answer = await thief.state.leases.acquire(key, {
                    holder: 'thief',
                    ttlMs: 60_000,
                    evenIfFence: fence,
                  })
                  taken = answer.kind !== 'held' && fence > 0
                  and(house)
                }
                return held.stillOurs()
              },
            }),
      )
  const accounts = await process.accounts({ lock })
  house.clock.advance(7 * HOUR_MS)
  await portal.control('clock', { advanceMs: 7 * HOUR_MS })
  return { house, thief, accounts, wasTaken: () => taken }
}

const access = async (accounts: OpenAccounts): Promise<Access> => accounts.access(...(await accounts.login()))
const tokenIn = (got: Access): string =>
  got.kind === 'ok' && got.credential.kind === 'oauth' ? got.credential.accessToken.reveal() : 'none'
const entry = (house: House) => house.models().models.providers[PROVIDER]
const counters = async () => (await portal.state()).counters

it('lost before the token is sent: it is not sent, which is told, and a later try renews it', async () => {
  const { house, accounts, wasTaken } = await expiredAndTaken('beforeSending')
  const before = entry(house)
  expect(await access(accounts)).toMatchObject({
    kind: 'failed',
    failure: { kind: 'auth', evidence: expect.saying('another one may be renewing the token now') },
  })
  expect(wasTaken()).toBe(true)
  expect(entry(house)).toEqual(before)
  expect((await counters()).refreshes).toBe(0)
  expect(accounts.told).toEqual([expect.stringContaining('it was not sent')])

  house.clock.advance(120_000) // the lease of whoever took it ends, and so does the back-off
  const token = tokenIn(await access(accounts))
  expect(await portal.accepts(token)).toBe(true)
  expect(entry(house).accessToken).toBe(token)
  expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
})

it('lost after the answer came, and nobody brought another pair: ours is the only one, so it is saved', async () => {
  const { house, accounts, wasTaken } = await expiredAndTaken('afterTheAnswer')
  const token = tokenIn(await access(accounts))
  expect(wasTaken()).toBe(true)
  expect(await portal.accepts(token)).toBe(true)
  expect(entry(house).accessToken).toBe(token)
  expect(await counters()).toMatchObject({ refreshes: 1, reuseDetected: 0 })
})

it('lost after the answer came, and another pair is there: that one stays, and is used', async () => {
  const { house, accounts, wasTaken } = await expiredAndTaken('afterTheAnswer', ({ modelsJson }) => {
    const theirs = { accessToken: 'at-theirs', refreshToken: 'rt-theirs', expiresAt: LATER }
    writeFileSync(modelsJson, JSON.stringify({ models: { providers: { [PROVIDER]: theirs } } }))
  })
  expect(tokenIn(await access(accounts))).toBe('at-theirs')
  expect(wasTaken()).toBe(true)
  expect(entry(house).refreshToken).toBe('rt-theirs')
  expect(accounts.loginProblem((await accounts.login())[1])).toBeUndefined()
})

it('lost after the answer came, and its new holder asks at once: it finds the old pair, and one refresh is all there is', async () => {
  let others: Promise<Access> | undefined
  const { house, thief, accounts, wasTaken } = await expiredAndTaken('afterTheAnswer', () => {
    others = thief.accounts().then(access)
  })
  const ours = await access(accounts)
  expect(wasTaken()).toBe(true)
  expect(await portal.accepts(tokenIn(ours))).toBe(true)
  await others
  expect(entry(house).accessToken).toBe(tokenIn(ours))
  expect((await counters()).reuseDetected).toBe(0)
  house.clock.advance(120_000)
  expect(tokenIn(await access(await thief.accounts()))).toBe(tokenIn(ours))
})
