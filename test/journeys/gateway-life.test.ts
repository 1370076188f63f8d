/** A gateway's life: background, restart while answers run, one a folder, ends that lose nothing. */
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { GatewayStatus } from '../../src/control/contract.ts'
import { freePort, newHouse, type EmulatorHandle, type House } from './support/house.ts'

describe('the life of a gateway', () => {
  let house: House
  beforeEach(() => {
    house = newHouse()
  })
  afterEach(() => house.leave())

  it('starts in the background, tells its state, stops, and says so when there is nothing to stop', async () => {
    const port = String(await freePort())
    const started = await house.run(['gateway', 'start', '--port', port])
    expect(started).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Gateway started: http://127.0.0.1:${port} (process `),
    })
    const status = await house.run(['gateway', 'status', '--json'])
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({
      running: true,
      url: `http://127.0.0.1:${port}`,
      streams: 0,
      stateFolder: house.stateFolder,
    })
    expect(await house.run(['gateway', 'stop'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Gateway stopped'),
    })
    expect(await house.run(['gateway', 'status'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('No gateway runs on this state folder.'),
    })
    expect(await house.run(['gateway', 'stop'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Run: openclaw gateway start'),
    })
  })

  it('starts a stopped gateway on restart, and a running one anew', async () => {
    const port = String(await freePort())
    const first = JSON.parse((await house.run(['gateway', 'restart', '--port', port, '--json'])).stdout) as {
      pid: number
    }
    const second = JSON.parse((await house.run(['gateway', 'restart', '--port', port, '--json'])).stdout) as {
      pid: number
      running: boolean
    }
    expect(second.running).toBe(true)
    expect(second.pid).not.toBe(first.pid)
  })

  it('keeps its port on restart when none is named', async () => {
    const { url } = await house.gateway()
    const again = await house.run(['gateway', 'restart', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ running: true, url })
  })

  /** As if the gateway had not been able to renew it for a while. */
  const lapse = (): void => {
    const database = new DatabaseSync(join(house.stateFolder, 'state.db'))
    database.exec("UPDATE leases SET expires_at = 0 WHERE key = 'gateway'")
    database.close()
  }

  it('goes on serving after a sleep in which another start was tried', async () => {
    const { url } = await house.gateway()
    const { pid } = JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout) as { pid: number }
    process.kill(pid, 'SIGSTOP')
    try {
      lapse()
      for (const port of [new URL(url).port, String(await freePort())]) {
        const second = await house.run(['gateway', 'run', '--port', port])
        expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`${url} (process ${pid})`) })
      }
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect(JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout)).toMatchObject({ running: true, pid })
  })

  it('is found running, and stopped, though its lease could not be renewed in time', async () => {
    const { url } = await house.gateway()
    lapse()
    expect(JSON.parse((await house.run(['gateway', 'status', '--json'])).stdout)).toMatchObject({ running: true, url })
    lapse()
    expect(await house.run(['gateway', 'stop'])).toMatchObject({ code: 0 })
    await expect(fetch(`${url}/health`)).rejects.toThrow()
  })

  it('is not stopped by a restart that could not start another', async () => {
    const { url, port } = await house.gateway()
    house.settings('{ broken')
    const restarted = await house.run(['gateway', 'restart', '--port', String(port)])
    expect(restarted).toMatchObject({ code: 1, stderr: expect.stringContaining('openclaw.json:1:') })
    expect((await fetch(`${url}/health`)).status).toBe(200)
    house.settings('{}')
  })

  it('refuses a second gateway on one state folder and names the first', async () => {
    const { port } = await house.gateway()
    const second = await house.run(['gateway', 'run', '--port', String(await freePort())])
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(
      new RegExp(
        `^Error: A gateway already runs on this state folder: http://127\\.0\\.0\\.1:${port} \\(process \\d+\\)\\.`,
      ),
    )
  })

  it('takes the place of a gateway that was killed', async () => {
    const port = await freePort()
    const killed = house.start(['gateway', 'run', '--port', String(port)])
    await killed.says(/Gateway listening/)
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(await house.run(['gateway', 'status'])).toMatchObject({ code: 1 })
    expect(await house.run(['gateway', 'start', '--port', String(port)])).toMatchObject({ code: 0 })
  })

  it('names the port that another program holds, in the foreground and in the background', async () => {
    const stranger = createServer((socket) => socket.destroy())
    const port = await freePort()
    await new Promise<void>((done) => stranger.listen(port, '127.0.0.1', done))
    const foreground = await house.run(['gateway', 'run', '--port', String(port)])
    expect(foreground).toMatchObject({
      code: 1,
      stderr: `Error: Port ${port} is in use by another program.\nRun: openclaw gateway run --port ${port + 1}\n`,
    })
    const background = await house.run(['gateway', 'start', '--port', String(port)])
    expect(background.code).toBe(1)
    expect(background.stderr).toContain(
      `Port ${port} is in use by another program.\nRun: openclaw gateway start --port ${port + 1}\n`,
    )
    await new Promise((done) => stranger.close(done))
  })

  it('ends with its words when it cannot listen, though whoever started it keeps its stdin open', async () => {
    const { port } = await house.gateway()
    const other = newHouse()
    const { ended } = other.start(['gateway', 'run', '--port', String(port), '--exit-with-stdin'])
    expect(await ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Port ${port} is in use by another program.`),
    })
    await other.leave()
  })

  describe('with an answer running', () => {
    let emulator: EmulatorHandle
    let url: string
    let token: string
    let port: number

    beforeEach(async () => {
      emulator = await house.emulator()
      house.pointAt(emulator)
      ;({ url, token, port } = await house.gateway())
    })

    /** A stream of `chunks` pieces, one each 50 ms. */
    const slowAnswer = async (chunks: number): Promise<{ readonly rest: Promise<string> }> => {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({
          model: 'backup/backup-model',
          stream: true,
          messages: [{ role: 'user', content: 'slowly' }],
          x_emulator: { chunks, chunkDelayMs: 50 },
        }),
      })
      const reader = response.body?.getReader()
      const decoder = new TextDecoder()
      let text = decoder.decode((await reader?.read())?.value)
      const rest = (async () => {
        for (let step = await reader?.read(); step && !step.done; step = await reader?.read())
          text += decoder.decode(step.value)
        return text
      })()
      rest.catch(() => undefined) // a test that wants it waits for it
      return { rest }
    }

    it('restarts at once and lets the answer of the old process end whole', async () => {
      const { rest } = await slowAnswer(40)
      const restarted = await house.run(['gateway', 'restart', '--port', String(port)])
      expect(restarted).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('One answer is still running; process '),
      })
      const fresh = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
      expect(fresh.status).toBe(200)
      const text = await rest
      expect(text).toContain('"finish_reason":"stop"')
      expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true)
    })

    it('stops listening at the first signal and ends at the second', async () => {
      await house.run(['gateway', 'stop'])
      const foreground = house.start(['gateway', 'run', '--port', String(port)])
      await foreground.says(/Gateway listening/)
      const { rest } = await slowAnswer(400)
      foreground.child.kill('SIGTERM')
      await foreground.says(/Waiting for 1 answer to end/)
      await expect(fetch(`${url}/health`)).rejects.toThrow()
      foreground.child.kill('SIGTERM')
      expect(await foreground.ended).toMatchObject({ code: 0 })
      await expect(rest).rejects.toThrow()
    })

    it('ends the upstream request when the caller leaves', async () => {
      const leaving = new AbortController()
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({
          model: 'backup/backup-model',
          stream: true,
          messages: [{ role: 'user', content: 'slowly' }],
          x_emulator: { chunks: 400, chunkDelayMs: 20 },
        }),
        signal: leaving.signal,
      })
      await response.body?.getReader().read()
      leaving.abort()
      await expect.poll(async () => (await emulator.state()).counters.aborted, { timeout: 5_000, interval: 20 }).toBe(1)
    })
  })

  it('notices changes of its settings, and goes on with the last good ones when a file breaks', async () => {
    const emulator = await house.emulator()
    house.pointAt(emulator)
    const { url, token } = await house.gateway()
    const ids = async (): Promise<readonly string[]> => {
      const answer = (await (
        await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
      ).json()) as { data: { id: string }[] }
      return answer.data.map((model) => model.id)
    }
    const problems = async (): Promise<readonly object[]> =>
      (
        (await (await fetch(`${url}/health`, { headers: { authorization: `Bearer ${token}` } })).json()) as {
          problems: object[]
        }
      ).problems
    await house.run(['config', 'set', 'models.aliases.spare', 'backup/backup-model'])
    await expect.poll(ids, { timeout: 8_000, interval: 50 }).toContain('spare')
    house.settings('{ models: { aliases: { spare: "backup/backup-model", } }, oops')
    await expect.poll(problems, { timeout: 8_000, interval: 50 }).toEqual([
      {
        code: 'config-syntax',
        message: expect.stringMatching(/the last good ones are: .*openclaw\.json:1:63: met .+, expected .+\.$/),
        run: expect.stringContaining('openclaw.json'),
      },
    ])
    expect(await ids()).toContain('spare')
    expect((await house.run(['gateway', 'status', '--lang', 'zh-CN'])).stdout).toMatch(/问题：.*遇到.*此处应为/)
    house.pointAt(emulator)
    await expect.poll(problems, { timeout: 8_000, interval: 50 }).toEqual([])
    expect(await ids()).not.toContain('spare')
  })

  it('is told of, stopped and helped though the file of its token is broken, empty or gone', async () => {
    const file = join(house.stateFolder, 'gateway-token')
    const { url, port } = await house.gateway()
    for (const spoil of [() => writeFileSync(file, 'broken'), () => writeFileSync(file, ''), () => rmSync(file)]) {
      spoil()
      const status = await house.run(['gateway', 'status'])
      expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining(url) })
      expect(status.stdout).toContain(file)
      expect(status.stdout).toContain('Run: openclaw gateway token --rotate\n')
      const { running, problems } = JSON.parse(
        (await house.run(['gateway', 'status', '--json'])).stdout,
      ) as GatewayStatus
      expect([running, problems?.map(({ run }) => run)]).toEqual([true, ['openclaw gateway token --rotate']])
    }
    writeFileSync(file, 'broken')
    await expect.poll(() => house.read('gateway.log'), { timeout: 5_000 }).toContain(`The token in ${file} could be`)
    expect(await house.run(['gateway', 'token'])).toMatchObject({ code: 2, stdout: '' })
    // What it names helps.
    expect(await house.run(['gateway', 'token', '--rotate'])).toMatchObject({ code: 0 })
    expect((await house.run(['gateway', 'status'])).stdout).not.toContain(file)
    writeFileSync(file, 'broken')
    expect(await house.run(['gateway', 'stop'])).toMatchObject({ code: 0 })
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    rmSync(file)
    expect(await house.run(['gateway', 'start', '--port', String(port)])).toMatchObject({ code: 0 })
  })

  it('shows what the last good settings say while a file is broken or empty, and says so once', async () => {
    const emulator = await house.emulator()
    house.pointAt(emulator)
    await house.run(['config', 'set', 'language', 'en'])
    await house.run(['models', 'set', 'backup/backup-model'])
    await house.gateway()
    const wrong = '{ gateway: { port: "high", hosts: 5 }, language: 7 }'
    for (const text of ['', '{ broken', wrong]) {
      house.settings(text)
      const validated = await house.run(['config', 'validate'])
      expect(validated).toMatchObject({ code: 1, stdout: expect.stringContaining('openclaw.json:1:') })
      for (const words of [
        ['models', 'explain'],
        ['models', 'list'],
        ['models', 'status'],
        ['config', 'get', 'language'],
      ]) {
        const { code, stdout, stderr } = await house.run(words)
        expect([words, code, stdout]).toEqual([words, 0, expect.stringMatching(/backup|en/)])
        expect(stderr.match(/so the last good ones are/g)).toHaveLength(1)
      }
      for (const words of [
        ['requests', 'list'],
        ['models', 'cooldowns', 'list'],
      ]) {
        expect(await house.run(words)).toMatchObject({ code: 0, stderr: '' })
      }
    }
    const { stdout } = await house.run(['gateway', 'status'])
    expect(stdout).toContain('so the last good ones are')
    // Each error on a line of its own, and the command alone.
    for (const path of ['gateway.port', 'gateway.hosts', 'language']) expect(stdout).toMatch(new RegExp(`: ${path}: `))
    expect(stdout).toMatch(/^Run: .*openclaw\.json'?$/m)
    // Where nothing was ever good, requests are told all the same.
    rmSync(join(house.stateFolder, 'openclaw.json.last-good'))
    expect(await house.run(['requests', 'list'])).toMatchObject({ code: 0 })
    expect(await house.run(['models', 'list'])).toMatchObject({ code: 1 })
    house.settings('{}')
  })
})
