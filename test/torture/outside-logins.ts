/**
 * Rounds in which processes of Qwen Code and of ours want a token of one shared login at the same time: who redeems a refresh
 * token a second time, who deletes the file, and whose login is lost. The server rotates, and ends a login whose token comes back.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startEmulator } from '../../emulator/server.ts'
import { seeded } from '../catalogue/support/seeded.ts'
import { children } from './child-files.ts'
import type { PeerAnswer, PeerOrder, PeerReply } from './qwen-peer.ts'

export interface RoundsWish {
  readonly rounds: number
  /** Processes of Qwen Code that stay. */
  readonly peers: number
  /** Processes of ours; every second one has a state folder of its own. */
  readonly ours: number
  /** Of all waits, on both sides. */
  readonly factor: number
  /** Processes of Qwen Code that end within a round, and take the lock away. */
  readonly exits: number
  readonly seed: number
  /** `early` = the token has less than five minutes, as we meet it first; `ended` (the default) = it ended long ago, for all. */
  readonly token?: 'early' | 'ended'
}

export interface RoundsFigures {
  readonly rounds: number
  readonly redeemed: { readonly ours: number; readonly theirs: number }
  /** Refresh tokens that were sent although they had been sent before. */
  readonly twice: { readonly ours: number; readonly theirs: number }
  /** Sent by us too, since the process of theirs that had sent it first took longer than we wait for it: a machine that stood still. */
  readonly late: number
  /** Files that a process of Qwen Code deleted. */
  readonly deletions: number
  /** Rounds after which the login was dead at the server, or its file gone. */
  readonly lost: number
  /** Of those, the ones in which a process of ours said so. */
  readonly told: number
  /** Answers to processes of ours, and of Qwen Code, that held no good token although the login lived on. */
  readonly stale: { readonly ours: number; readonly theirs: number }
  readonly slowestMs: number
  readonly tookMs: number
}

type Side = 'ours' | 'theirs'

/** Prints what came of it, so that a red run can be run again. */
export async function outsideLoginRounds(wish: RoundsWish): Promise<RoundsFigures> {
  const figures = await play({ token: 'ended', ...wish })
  console.log(lineOf({ token: 'ended', ...wish }, figures))
  return figures
}

async function play(wish: Required<RoundsWish>): Promise<RoundsFigures> {
  const startMs = performance.now()
  const chance = seeded(wish.seed)
  const home = mkdtempSync(join(tmpdir(), 'openclaw-shared-'))
  const folder = join(home, '.qwen')
  const path = join(folder, 'oauth_creds.json')
  mkdirSync(folder, { mode: 0o700 })
  const server = await openServer(path, () => (300 + chance.below(900)) * wish.factor)
  const quietMs = 2_500 * wish.factor
  /** Refresh tokens whose renewal by a process of theirs took longer than we wait for a sign of it. */
  const slow = new Set<string>()
  const peers = new Set<Peer>()
  const start = async (side: Side, name: string): Promise<Peer> => {
    const state = join(home, name)
    mkdirSync(state, { recursive: true, mode: 0o700 })
    const words = [folder, server.url, String(wish.factor)]
    const peer = await startPeer(side, side === 'ours' ? [state, ...words] : words, ({ spent, tookMs }) => {
      if (tookMs > quietMs) slow.add(spent)
    })
    peers.add(peer)
    return peer
  }

  const figures = { lost: 0, told: 0, stale: { ours: 0, theirs: 0 }, slowestMs: 0 }
  try {
    await server.signIn(21_600_000)
    const theirs = await Promise.all(Array.from({ length: wish.peers }, () => start('theirs', 'theirs')))
    const ours = await Promise.all(
      Array.from({ length: wish.ours }, (_, at) => start('ours', at % 2 === 0 ? 'shared' : `own-${at}`)),
    )
    const ending = (): Promise<readonly Peer[]> =>
      Promise.all(Array.from({ length: wish.exits }, () => start('theirs', 'theirs')))
    let leaving = await ending()
    let isDead = false

    for (let round = 0; round < wish.rounds; round += 1) {
      const leftMs = wish.token === 'early' ? 280_000 * wish.factor : -1_000
      await (isDead ? server.signIn(leftMs) : server.age(leftMs))
      // What they last looked at is older than any of them looks.
      await sleep(5_100 * wish.factor)
      const windowMs = 400 * wish.factor
      const gone = leaving.map(async (peer) => {
        await sleep(chance.below(3_000) * wish.factor)
        await peer.end()
      })
      const answers = await Promise.all(
        [...theirs, ...ours].map(async (peer) => {
          await sleep((chance.below(1_000) / 1_000) * windowMs)
          const askedMs = performance.now()
          const answer = await peer.ask('use')
          figures.slowestMs = Math.max(figures.slowestMs, performance.now() - askedMs)
          return { side: peer.side, answer }
        }),
      )
      await Promise.all(gone)

      const token = tokenIn(path)
      isDead = token === undefined || !(await server.accepts(token))
      if (isDead) figures.lost += 1
      if (isDead && answers.some(({ side, answer }) => side === 'ours' && answer.kind === 'failed')) figures.told += 1
      leaving = await ending()
      if (isDead) continue
      // What everybody holds a moment later is good.
      await sleep(5_100 * wish.factor)
      for (const peer of [...theirs, ...ours]) {
        const answer = await peer.ask('use')
        if (answer.kind !== 'ok' || !(await server.accepts(answer.token))) figures.stale[peer.side] += 1
      }
    }
    return {
      rounds: wish.rounds,
      ...server.figures(slow),
      deletions: [...peers].reduce((sum, peer) => sum + peer.deletions(), 0),
      ...figures,
      slowestMs: Math.round(figures.slowestMs),
      tookMs: Math.round(performance.now() - startMs),
    }
  } finally {
    await Promise.all([...peers].map((peer) => peer.end()))
    await server.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

function lineOf(wish: Required<RoundsWish>, figures: RoundsFigures): string {
  const { rounds, redeemed, twice, late, deletions, lost, told, stale, slowestMs, tookMs } = figures
  return [
    `${rounds} rounds, token ${wish.token}, ${wish.peers} of theirs, ${wish.ours} of ours, ${wish.exits} ends a round, waits x${wish.factor}, seed ${wish.seed}:`,
    `redeemed ${redeemed.ours} by us, ${redeemed.theirs} by them;`,
    `twice ${twice.ours} by us (and ${late} after a stall), ${twice.theirs} by them; deletions ${deletions};`,
    `lost ${lost} (told ${told}); stale answers ${stale.ours} to us, ${stale.theirs} to them;`,
    `slowest answer ${slowestMs} ms; took ${Math.round(tookMs / 1_000)} s`,
  ].join(' ')
}

interface Peer {
  readonly side: Side
  ask(act: 'use' | 'force'): Promise<PeerReply>
  deletions(): number
  end(): Promise<void>
}

type Renewed = Extract<PeerAnswer, { kind: 'renewed' }>

async function startPeer(side: Side, words: readonly string[], onRenewed: (told: Renewed) => void): Promise<Peer> {
  const { file, environment: env } = await children()
  const child: ChildProcess = fork(file(side === 'ours' ? 'our-peer' : 'qwen-peer'), words, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--no-warnings'],
    env,
  })
  const waiting = new Map<number, (answer: PeerReply) => void>()
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  let deletions = 0
  let last = 0
  void ended.then(() => {
    for (const [id, answered] of waiting) answered({ id, kind: 'failed', why: 'it ended' })
  })
  const answerTo = (id: number): Promise<PeerReply> => new Promise((resolve) => void waiting.set(id, resolve))
  child.on('message', (answer: PeerAnswer) => {
    if (answer.kind === 'deleted') return void (deletions += 1)
    if (answer.kind === 'renewed') return onRenewed(answer)
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  await answerTo(0)
  return {
    side,
    ask(act) {
      last += 1
      const answer = answerTo(last)
      child.send({ id: last, act } satisfies PeerOrder)
      return answer
    },
    deletions: () => deletions,
    async end() {
      if (child.connected) child.send({ id: -1, act: 'end' } satisfies PeerOrder)
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(patience)
    },
  }
}

interface Server {
  readonly url: string
  /** A login made anew, whose access token has so much left by its file. */
  signIn(leftMs: number): Promise<void>
  /** The same login, by its file with so much left. */
  age(leftMs: number): Promise<void>
  accepts(token: string): Promise<boolean>
  figures(slow: ReadonlySet<string>): Pick<RoundsFigures, 'redeemed' | 'twice' | 'late'>
  close(): Promise<void>
}

/** The emulator, behind a front that notes who sends which refresh token. */
async function openServer(path: string, answerMs: () => number): Promise<Server> {
  const emulator = await startEmulator({ interval: 0 })
  const sent = new Set<string>()
  /** Of what was sent once more, by whom. */
  const again: { readonly side: Side; readonly token: string }[] = []
  const redeemed = { ours: 0, theirs: 0 }
  const front = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8')
      const side: Side = request.headers['user-agent']?.startsWith('openclaw/') ? 'ours' : 'theirs'
      const token = new URLSearchParams(body).get('refresh_token') ?? ''
      if (sent.has(token)) again.push({ side, token })
      sent.add(token)
      void post(emulator.url, request.url ?? '', body).then(async (answer) => {
        if (answer.ok) redeemed[side] += 1
        await sleep(answerMs())
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
      })
    })
  })
  await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', resolve))

  const write = (members: object): void => {
    const before = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    writeFileSync(`${path}.new`, JSON.stringify(members, null, 2), { mode: 0o600 })
    const at = Math.max(Date.now(), before + 1) / 1_000
    utimesSync(`${path}.new`, at, at)
    renameSync(`${path}.new`, path)
  }
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async signIn(leftMs) {
      const { access_token, refresh_token } = await deviceLogin(emulator.url)
      const members = { access_token, token_type: 'Bearer', refresh_token, resource_url: 'portal.qwen.ai' }
      write({ ...members, expiry_date: Date.now() + leftMs })
    },
    async age(leftMs) {
      write({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), expiry_date: Date.now() + leftMs })
    },
    accepts: async (token) =>
      (await fetch(`${emulator.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })).ok,
    figures(slow) {
      const isLate = ({ side, token }: (typeof again)[number]): boolean => side === 'ours' && slow.has(token)
      const count = (wanted: Side): number => again.filter((one) => one.side === wanted && !isLate(one)).length
      return { redeemed, twice: { ours: count('ours'), theirs: count('theirs') }, late: again.filter(isLate).length }
    },
    async close() {
      front.close()
      front.closeAllConnections()
      await emulator.close()
    },
  }
}

const post = (url: string, path: string, body: string): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })

/** A sign-in at the emulator, approved at once. */
export async function deviceLogin(
  url: string,
): Promise<{ readonly access_token: string; readonly refresh_token: string }> {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const client = 'client_id=f0304373b74a44d2b584a3fb70ca9e56'
  const asked = await post(
    url,
    '/api/v1/oauth2/device/code',
    `${client}&scope=openid&code_challenge=${challenge}&code_challenge_method=S256`,
  )
  const { device_code, user_code } = (await asked.json()) as {
    readonly device_code: string
    readonly user_code: string
  }
  await fetch(`${url}/__emulator/approve`, { method: 'POST', body: JSON.stringify({ user_code }) })
  const grant = encodeURIComponent('urn:ietf:params:oauth:grant-type:device_code')
  const words = `grant_type=${grant}&${client}&device_code=${device_code}&code_verifier=${verifier}`
  return (await (await post(url, '/api/v1/oauth2/token', words)).json()) as Awaited<ReturnType<typeof deviceLogin>>
}

const tokenIn = (path: string): string | undefined => membersIn(path)?.access_token

function membersIn(path: string): { readonly access_token: string; readonly refresh_token: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { readonly access_token: string; readonly refresh_token: string }
  } catch {
    return undefined // deleted
  }
}
