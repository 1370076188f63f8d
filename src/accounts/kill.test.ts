/** SIGKILL at random moments while a login's tokens are saved: the file holds a whole pair, and no saved one is lost. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { children, removeChildren } from '../../test/torture/child-files.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'

const BEFORE =
  '{\n  // mine\n  models: { providers: { "qwen-portal": { accessToken: "at-0", refreshToken: "rt-0", expiresAt: "2027-01-01T00:00:00.000Z" } } },\n}\n'

/** Starts a writer, kills it up to 40 ms after its first save, and says what it had said and what the file holds. */
async function killed(): Promise<{ readonly said: number; readonly text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-kill-'))
  const said = join(folder, 'said')
  writeFileSync(join(folder, 'models.json'), BEFORE, { mode: 0o600 })
  const { file, environment: env } = await children()
  const child = spawn(process.execPath, [file('kill-child'), folder, said], { stdio: 'ignore', env })
  const ended = new Promise<void>((done) => child.on('exit', () => done()))
  const saved = (): number => (existsSync(said) ? readFileSync(said, 'utf8').split('\n').length - 1 : 0)
  while (saved() === 0 && child.exitCode === null) await pause(3)
  await pause(Math.random() * 40)
  child.kill('SIGKILL')
  await ended
  const outcome = { said: saved(), text: readFileSync(join(folder, 'models.json'), 'utf8') }
  rmSync(folder, { recursive: true, force: true })
  return outcome
}

afterAll(removeChildren)

const pause = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms))

it(
  'loses no credential in 100 kills: what was said to be saved is there, whole, with its comments',
  { timeout: 120_000 },
  async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const lane = []
        for (let kill = 0; kill < 25; kill += 1) lane.push(await killed())
        return lane
      }),
    )
    for (const { said, text } of outcomes.flat()) {
      const { models } = parseJson5(text) as {
        models: { providers: Record<string, { accessToken: string; refreshToken: string; expiresAt: string }> }
      }
      const { accessToken = '', refreshToken = '', expiresAt = '' } = models.providers['qwen-portal'] ?? {}
      const round = Number(accessToken.slice(3))
      expect(said).toBeGreaterThan(0)
      expect([said, said + 1]).toContain(round)
      expect({ refreshToken, expiresAt }).toEqual({
        refreshToken: `rt-${round}`,
        expiresAt: new Date(1_800_000_000_000 + round).toISOString(),
      })
      expect(text).toContain('// mine')
    }
    expect(outcomes.flat()).toHaveLength(100)
  },
)
