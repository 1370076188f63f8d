/** One gateway a state folder. */
import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Leases } from '../core/ports.ts'
import { currentInstance, isAlive, takePlace, type Instance, type Place } from './instance.ts'
import { deadPid, ownLeases } from './leases.fixture.ts'

const means = ownLeases()

const livingPid = (): number => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}
/** Nobody listens on port 1. */
const gateway = (pid: number, port = 1): Instance => ({ pid, port, startedAt: STARTED })
/** After every process of these tests. */
const STARTED = new Date(Date.now() + 60_000).toISOString()
async function taken(self: Instance): Promise<Place> {
  const answer = await takePlace(means(), self)
  if (answer.kind === 'held') throw new Error(`held by ${answer.by.pid}`)
  return answer.place
}
/** Both the timers and the leases' clock. */
async function pass(ms: number): Promise<void> {
  means().clock.set(new Date(means().clock.now().getTime() + ms).toISOString())
  await vi.advanceTimersByTimeAsync(ms)
}

describe('the place of a gateway', () => {
  it('is free at first, and then held by the one who took it', async () => {
    expect(await currentInstance(means())).toBeUndefined()
    const self = gateway(livingPid(), 4_000)
    await taken(self)
    expect(await currentInstance(means())).toEqual(self)
  })

  it('is not taken from a process that lives, which is named', async () => {
    const first = gateway(livingPid(), 4_000)
    await taken(first)
    expect(await takePlace(means(), gateway(process.pid))).toEqual({ kind: 'held', by: first })
    expect(await currentInstance(means())).toEqual(first)
  })

  it('is handed over by a process that lives, and is that one’s no more', async () => {
    const first = gateway(livingPid(), 4_000)
    const place = await taken(first)
    let told = 0
    place.onLost(() => (told += 1))
    const second = gateway(process.pid, 4_000)
    expect((await takePlace(means(), second, first.pid)).kind).toBe('taken')
    expect(await currentInstance(means())).toEqual(second)
    await pass(6_000)
    expect(told).toBe(1)
    await place.leave()
    expect(await currentInstance(means())).toEqual(second)
  })

  it('is taken over at once from a process that died without a word', async () => {
    const dead = gateway(deadPid())
    await taken(dead)
    expect(await currentInstance(means())).toBeUndefined()
    await taken(gateway(process.pid, 4_000))
    expect(await currentInstance(means())).toEqual(gateway(process.pid, 4_000))
  })

  it('is taken over by one of two who find the dead one at the same time', async () => {
    await taken(gateway(deadPid()))
    const [one, two] = [gateway(livingPid(), 1), gateway(livingPid(), 2)]
    const answers = await Promise.all([takePlace(means(), one), takePlace(means(), two)])
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['held', 'taken'])
    const winner = answers[0].kind === 'taken' ? one : two
    expect(answers.find((answer) => answer.kind === 'held')).toEqual({ kind: 'held', by: winner })
  })

  it('is free for a process that got the number of the dead one', async () => {
    await taken(gateway(process.pid, 1))
    await taken(gateway(process.pid, 2))
    expect(await currentInstance(means())).toMatchObject({ port: 2 })
  })

  it.runIf(process.platform === 'linux')('is not held by a stranger that got its number', async () => {
    const stranger = { ...gateway(livingPid()), startedAt: '2026-03-14T12:00:00.000Z' }
    await taken(stranger)
    expect(await currentInstance(means())).toBeUndefined()
    await taken(gateway(process.pid, 2))
    expect(await currentInstance(means())).toMatchObject({ port: 2 })
  })

  it('is kept as long as the process lives, and free once it leaves', async () => {
    const self = gateway(livingPid())
    const place = await taken(self)
    for (let minutes = 0; minutes < 20; minutes++) await pass(6_000)
    expect(await currentInstance(means())).toEqual(self)
    await place.leave()
    expect(await currentInstance(means())).toBeUndefined()
    await pass(60_000)
    expect(await currentInstance(means())).toBeUndefined()
  })

  it('is lost to another while its process was frozen, which it is told when it wakes', async () => {
    const [frozen, next] = [gateway(livingPid()), gateway(livingPid(), 2)]
    const place = await taken(frozen)
    let told = 0
    place.onLost(() => (told += 1))
    means().clock.set('2026-03-14T13:00:00Z')
    await taken(next)
    await vi.advanceTimersByTimeAsync(6_000)
    expect(told).toBe(1)
    await place.leave()
    expect(await currentInstance(means())).toEqual(next)
  })

  it('is not lost while its process sleeps longer than its lease and listens still', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const sleeping = gateway(livingPid(), (server.address() as AddressInfo).port)
    await taken(sleeping)
    means().clock.set('2026-03-14T13:00:00Z')
    expect(await currentInstance(means())).toEqual(sleeping)
    expect(await takePlace(means(), gateway(process.pid, 2))).toEqual({ kind: 'held', by: sleeping })
    await taken(gateway(process.pid, sleeping.port))
  })

  it('is had again when the one who took it ends before it serves', async () => {
    const first = gateway(process.pid, 4_000)
    const place = await taken(first)
    let told = 0
    place.onLost(() => (told += 1))
    const successor = livingPid()
    const answer = await takePlace(means(), gateway(successor, 4_000), first.pid)
    expect([answer.kind, await place.keep()]).toEqual(['taken', false])
    process.kill(successor, 'SIGKILL')
    await vi.waitFor(() => expect(isAlive(successor)).toBe(false), { interval: 5 })
    // By itself, too.
    await pass(6_000)
    expect(await currentInstance(means())).toEqual(first)
    expect([told, await place.keep()]).toEqual([0, true])
    await place.leave()
    expect(await currentInstance(means())).toBeUndefined()
  })

  it('tells of its loss to one who asks afterwards', async () => {
    const place = await taken(gateway(livingPid()))
    means().clock.set('2026-03-14T13:00:00Z')
    await taken(gateway(livingPid(), 2))
    await vi.advanceTimersByTimeAsync(6_000)
    let told = 0
    place.onLost(() => (told += 1))
    expect(told).toBe(1)
  })

  it('is kept through a time in which state.db cannot be written, and can be left in it', async () => {
    const self = gateway(livingPid())
    let broken = false
    const sometimes = async <T>(work: () => Promise<T>): Promise<T> => {
      if (broken) throw new Error('disk full')
      return work()
    }
    const { leases } = means()
    const shaky: Leases = {
      ...leases,
      renew: (...order) => sometimes(() => leases.renew(...order)),
      release: (...order) => sometimes(() => leases.release(...order)),
    }
    const answer = await takePlace({ leases: shaky, clock: means().clock }, self)
    if (answer.kind === 'held') throw new Error('held')
    let told = 0
    answer.place.onLost(() => (told += 1))
    broken = true
    await pass(60_000)
    broken = false
    await pass(6_000)
    expect([told, await currentInstance(means())]).toEqual([0, self])
    broken = true
    await answer.place.leave()
    await pass(16_000)
    expect(await currentInstance(means())).toBeUndefined()
  })
})

it.runIf(process.platform === 'linux')(
  'knows the dead from the living, though nobody has asked after them',
  async () => {
    // The shell starts one that outlives it, and becomes a program that asks after nobody.
    const child = spawn('/bin/sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const pid = Number(await new Promise((resolve) => child.stdout.once('data', resolve)))
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 2_000 })
    // Its number is not free: signal 0 reaches it.
    expect(process.kill(pid, 0)).toBe(true)
  },
)

it('knows the living from the dead', () => {
  expect(isAlive(process.pid)).toBe(true)
  expect(isAlive(1)).toBe(true)
  expect(isAlive(deadPid())).toBe(false)
})
