/** The setup of a running gateway while its files change under it. */
import { chmodSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LastGood } from '../core/edit.ts'
import { lastGoodOf } from '../stores/files/last-good.ts'
import { openLiveSetup, type LiveSetup } from './live.ts'
import { sourcesWith, type Sources } from './sources.fixture.ts'

interface Opened {
  readonly sources: Sources
  readonly live: LiveSetup
  readonly told: readonly (string | undefined)[]
}

async function opened(upper: string): Promise<Opened> {
  const sources = sourcesWith({ upper })
  const told: (string | undefined)[] = []
  const live = await openLiveSetup(sources, (problem) => void told.push(problem?.message))
  onTestFinished(() => live.close())
  return { sources, live, told }
}

const port = ({ live }: Opened): number => live.current().settings.gateway.port

describe('a running gateway’s setup', () => {
  it('is replaced by itself when a file is saved', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    writeFileSync(`${gateway.sources.openclawJson.path}.new`, '{ gateway: { port: 2 } }')
    renameSync(`${gateway.sources.openclawJson.path}.new`, gateway.sources.openclawJson.path)
    await vi.waitFor(() => expect(port(gateway)).toBe(2), { timeout: 5_000 })
    expect(gateway.told).toEqual([undefined])
    gateway.sources.write('models.json', '{ models: { aliases: { q: "a/b" } } }')
    await vi.waitFor(() => expect(gateway.live.current().settings.aliases.get('q')).toBe('a/b'), { timeout: 5_000 })
  })

  it('is what was saved while the first one was loaded', async () => {
    const sources = sourcesWith({ upper: '{ gateway: { port: 1 } }' })
    let reads = 0
    const read: typeof sources.openclawJson.read = async () => {
      const found = await sources.openclawJson.read()
      // The look before the load, and those of the load.
      reads += 1
      if (reads === 3) sources.write('openclaw.json', '{ gateway: { port: 2 } }')
      return found
    }
    const slow = { ...sources, openclawJson: { ...sources.openclawJson, read } }
    const live = await openLiveSetup(slow, () => undefined)
    onTestFinished(() => live.close())
    expect([reads >= 3, live.current().settings.gateway.port]).toEqual([true, 1])
    await vi.waitFor(() => expect(live.current().settings.gateway.port).toBe(2), { timeout: 1_000, interval: 5 })
  })

  it('stays the last good one while a file is broken, and takes the next good one', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    gateway.sources.write('openclaw.json', '{ gateway: { port: 2 ')
    await gateway.live.refresh()
    expect(port(gateway)).toBe(1)
    const place = `${gateway.sources.openclawJson.path}:1:22: met the end of the text`
    expect(gateway.live.problem()?.message).toContain(place)

    gateway.sources.write('openclaw.json', '{ gateway: { port: "2" } }')
    await gateway.live.refresh()
    expect(port(gateway)).toBe(1)
    expect(gateway.live.problem()?.message).toContain('gateway.port')

    gateway.sources.write('openclaw.json', '{ gateway: { port: 3 } }')
    await gateway.live.refresh()
    expect(port(gateway)).toBe(3)
    expect(gateway.live.problem()).toBeUndefined()
    expect(gateway.told).toEqual([expect.stringContaining(place), expect.stringContaining('gateway.port'), undefined])
  })

  it('is the last good one when a file can be read no more', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    writeFileSync(gateway.sources.openclawJson.path, Buffer.from([0xff, 0xfe, 0xfd]))
    await gateway.live.refresh()
    expect(port(gateway)).toBe(1)
    expect(gateway.live.problem()?.message).toBe(`${gateway.sources.openclawJson.path}: it is not UTF-8 text.`)
    rmSync(gateway.sources.openclawJson.path)
    await gateway.live.refresh()
    expect(gateway.live.problem()).toBeUndefined()
    expect(port(gateway)).toBe(18_789)
  })

  it('is the last good one while a file is empty that was not, which an editor leaves for a moment', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    gateway.sources.write('openclaw.json', '')
    await gateway.live.refresh()
    expect(port(gateway)).toBe(1)
    expect(gateway.live.problem()).toMatchObject({ code: 'config-emptied' })
    gateway.sources.write('openclaw.json', '{}')
    await gateway.live.refresh()
    expect([gateway.live.problem(), port(gateway)]).toEqual([undefined, 18_789])
  })

  describe('over a file that is broken at the start', () => {
    async function openedOver(
      upper: string,
      kept: string | undefined,
    ): Promise<{ live: LiveSetup; lastGood: LastGood; sources: Sources }> {
      const sources = sourcesWith({ upper })
      const lastGood = lastGoodOf(sources.openclawJson.path)
      if (kept !== undefined) await lastGood.keep(kept)
      const live = await openLiveSetup(sources, () => undefined, lastGood)
      onTestFinished(() => live.close())
      return { live, lastGood, sources }
    }

    it('is what a gateway served by last, until the file is good', async () => {
      const { live, lastGood, sources } = await openedOver('{ broken', '{ gateway: { port: 7 } }')
      expect(live.current().settings.gateway.port).toBe(7)
      expect(live.problem()?.message).toContain('openclaw.json:1:')
      await live.refresh()
      expect(live.problem()?.message).toContain('openclaw.json:1:')
      sources.write('openclaw.json', '{ gateway: { port: 8 } }')
      await live.refresh()
      expect([live.problem(), live.current().settings.gateway.port]).toEqual([undefined, 8])
      await vi.waitFor(async () => expect(await lastGood.read()).toBe('{ gateway: { port: 8 } }'))
    })

    it('keeps what is good, as closed as the file, and nothing that is broken', async () => {
      const { live, lastGood, sources } = await openedOver('{ gateway: { port: 1 } }', undefined)
      await vi.waitFor(async () => expect(await lastGood.read()).toBe('{ gateway: { port: 1 } }'))
      expect(statSync(`${sources.openclawJson.path}.last-good`).mode & 0o777).toBe(0o600)
      sources.write('openclaw.json', '{ gateway')
      await live.refresh()
      expect(await lastGood.read()).toBe('{ gateway: { port: 1 } }')
    })

    it('is refused where what was kept is no good either, or there is nothing', async () => {
      for (const kept of ['{ also', undefined]) {
        await expect(openedOver('{ broken', kept)).rejects.toMatchObject({ code: 'config-syntax' })
      }
    })
  })

  it('says nothing when a file was saved without a change', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    const before = gateway.live.current()
    gateway.sources.write('openclaw.json', '{ gateway: { port: 1 } }')
    chmodSync(gateway.sources.openclawJson.path, 0o600)
    await gateway.live.refresh()
    expect(gateway.live.current()).toBe(before)
    expect(gateway.told).toEqual([])
  })

  it('keeps the plugins that it started with, and knows which one was switched on since', async () => {
    const on = "{ plugins: { entries: { 'qwen-portal-auth': { enabled: true } } } }"
    const off = await opened('{}')
    off.sources.write('openclaw.json', on)
    await off.live.refresh()
    expect(off.live.current().providers.has('qwen-portal')).toBe(false)
    expect(off.live.current().settings.plugins.get('qwen-portal-auth')?.enabled).toBe(true)

    const started = await opened(on)
    started.sources.write('openclaw.json', '{}')
    await started.live.refresh()
    expect(started.live.current().providers.has('qwen-portal')).toBe(true)
  })

  it.each([1, 2, 3])('notices a save that came while it was being opened (after read %d)', async (last) => {
    const sources = sourcesWith({ upper: '{ gateway: { port: 1 } }' })
    let reads = 0
    const { openclawJson } = sources
    const slow = {
      ...openclawJson,
      async read() {
        const text = await openclawJson.read()
        if ((reads += 1) === last) writeFileSync(join(sources.folder, 'openclaw.json'), '{ gateway: { port: 2 } }')
        return text
      },
    }
    const live = await openLiveSetup({ ...sources, openclawJson: slow }, () => undefined)
    onTestFinished(() => live.close())
    await live.refresh()
    expect(live.current().settings.gateway.port).toBe(2)
  })

  it('goes on looking after its listener has failed', async () => {
    const sources = sourcesWith({ upper: '{ gateway: { port: 1 } }' })
    const live = await openLiveSetup(sources, () => {
      throw new Error('nobody listens')
    })
    onTestFinished(() => live.close())
    sources.write('openclaw.json', '{ gateway: { port: 2 } }')
    await expect(live.refresh()).rejects.toThrow('nobody listens')
    sources.write('openclaw.json', '{ gateway: { port: 3 } }')
    await expect(live.refresh()).rejects.toThrow('nobody listens')
    expect(live.current().settings.gateway.port).toBe(3)
  })

  it('is not opened on a broken file', async () => {
    await expect(openLiveSetup(sourcesWith({ upper: '{' }), () => undefined)).rejects.toMatchObject({
      code: 'config-syntax',
    })
  })

  it('is looked after no more once it is closed', async () => {
    const gateway = await opened('{ gateway: { port: 1 } }')
    gateway.live.close()
    gateway.sources.write('openclaw.json', '{ gateway: { port: 2 } }')
    await new Promise((resolve) => void setTimeout(resolve, 250))
    expect(port(gateway)).toBe(1)
  })
})
