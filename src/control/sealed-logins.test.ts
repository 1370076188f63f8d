/** Acts on logins whose secrets are sealed: they open afterwards, and no pair that was just renewed is lost. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fileCredentialStore } from '../accounts/credential-store.ts'
import { startPortal } from '../accounts/emulator.fixture.ts'
import {
  openHouse,
  PROFILE,
  PROVIDER,
  settingsFor,
  signedIn,
  type House,
  type Process,
} from '../accounts/house.fixture.ts'
import { openRefresher, refreshLease } from '../accounts/refresh.ts'
import { sealingFile } from '../accounts/sealing-file.ts'
import { putNote } from '../accounts/token-notes.ts'
import { secretMark, type OAuthCredential } from '../accounts/tokens.ts'
import { openDesk, PASSPHRASE, type Desk } from '../accounts/vault.fixture.ts'
import type { Lock } from '../core/edit.ts'
import type { SecretHome } from '../core/settings.ts'
import { resultOf } from './contract.ts'
import { renameLogin } from './rename-login.ts'
import { moveSecrets } from './secret-move.ts'
import { WORK } from './two-logins.fixture.ts'

const portal = await startPortal()

interface Seat {
  readonly house: House
  readonly process: Process
}

async function seat(profiles: readonly (string | undefined)[] = [undefined]): Promise<Seat> {
  const house = openHouse(portal, { openclawJson: settingsFor(portal.url) })
  const process = await house.open()
  for (const profile of profiles) await signedIn(portal, process, profile === undefined ? {} : { profile })
  return { house, process }
}

/** The same files, as a process sees them that has this desk's keys. */
const at = ({ files }: Process, { vault }: Desk) => {
  const modelsJson = sealingFile(files.modelsJson, files.openclawJson, () => Promise.resolve(vault))
  return { ...files, modelsJson, vault, store: fileCredentialStore(modelsJson, () => Promise.resolve(vault)) }
}

const moved = (process: Process, to: SecretHome, desk: Desk, lock: Lock = process.means.lock) =>
  resultOf(
    moveSecrets({ to }, { ...at(process, desk), lock, state: process.state, gatewayRuns: () => Promise.resolve(true) }),
  )

const withPassphrase = (): Desk => openDesk({ passphrase: PASSPHRASE })

const oauthOf = async (process: Process, desk: Desk, profile = PROFILE): Promise<OAuthCredential> => {
  const stored = await at(process, desk).store.read(profile)
  if (stored?.credential.kind !== 'oauth') throw new Error('not there')
  return stored.credential
}

describe('a sealed login', () => {
  it.each([
    ['work', 'office'],
    ['work', 'default'],
    ['default', 'home'],
  ])('opens under its new name too: %s that becomes %s', async (from, to) => {
    const { house, process } = await seat([from === 'default' ? undefined : from])
    const desk = withPassphrase()
    const before = await oauthOf(process, desk, `${PROVIDER}:${from}`)
    await moved(process, 'encrypted', desk)
    const { means, state } = process
    const wish = { profile: `${PROVIDER}:${from}`, name: to }
    const acts = { ...means, ...at(process, desk), state, setup: await process.setup(), opener: desk.vault }
    await resultOf(renameLogin(wish, acts))
    expect(readFileSync(house.modelsJson, 'utf8')).not.toContain(before.accessToken.reveal())
    // As another process finds it.
    expect(await oauthOf(process, withPassphrase(), `${PROVIDER}:${to}`)).toEqual(before)
  })
})

describe('a move of the secrets', () => {
  it('waits for a renewal that is under way, and takes its pair along', async () => {
    const { process } = await seat()
    const { means, state } = process
    const gatewayDesk = openDesk() // nobody gave it the passphrase
    const setup = await process.setup()
    const [provider, profile] = [setup.providers.get(PROVIDER), setup.settings.profiles.get(PROFILE)]
    if (!provider || profile?.credential?.kind !== 'oauth') throw new Error('not signed in')
    const order: string[] = []
    let moving: Promise<unknown> | undefined
    /** The token is about to be sent. The move begins; it comes to the renewal's lease, or past it to its end. */
    const http: typeof means.http = async () => {
      await new Promise<void>((resolve) => {
        const lock: Lock = (key, work) => {
          if (key === refreshLease(profile)) resolve()
          return means.lock(key, work)
        }
        moving ??= moved(process, 'encrypted', withPassphrase(), lock).then(() => {
          order.push('moved')
          resolve()
        })
      })
      return means.http()
    }
    const refresher = openRefresher({
      ...means,
      notes: state.notes,
      http,
      dead: new Map(),
      store: at(process, gatewayDesk).store,
      onUnsaved: (_, { message }) => void order.push(message),
      onSaved: () => void order.push('renewed'),
    })
    const outcome = await refresher.refresh(provider, profile, profile.credential)
    await moving
    await refresher.close()
    expect(order).toEqual(['renewed', 'moved'])
    expect(await oauthOf(process, withPassphrase())).toEqual(outcome.kind === 'ok' && outcome.credential)
  })

  it('is refused while the newest pair of a login waits in another process', async () => {
    const { house, process } = await seat([undefined, 'work'])
    const { refreshToken } = await oauthOf(process, openDesk(), WORK)
    if (!refreshToken) throw new Error('no refresh token')
    await putNote(process.state.notes, secretMark(refreshToken), { state: 'spent', at: new Date() })
    const before = readFileSync(house.modelsJson, 'utf8')
    const desk = openDesk()
    await expect(moved(process, 'keychain', desk)).rejects.toMatchObject({
      code: 'login-fixed',
      message: expect.stringContaining(WORK),
      run: 'openclaw models auth status',
    })
    expect(readFileSync(house.modelsJson, 'utf8')).toBe(before)
    expect(desk.entries.size).toBe(0)
  })

  it('asks for a passphrase while nobody has to wait for it', async () => {
    const { process } = await seat()
    let isHeld = false
    const heldWhenAsked: boolean[] = []
    const lock: Lock = (key, work) =>
      process.means.lock(key, async (held) => {
        isHeld = true
        return work(held).finally(() => (isHeld = false))
      })
    await moved(
      process,
      'encrypted',
      openDesk({ typed: [PASSPHRASE], onAsked: () => heldWhenAsked.push(isHeld) }),
      lock,
    )
    expect(heldWhenAsked).toEqual([false])
  })
})
