/** The owner's token of a running gateway. */
import { writeFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { Secret } from '../core/secret.ts'
import { openLiveToken } from './live-token.ts'

it('is the new one when it was replaced while the gateway began', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'gateway-token')
  const [before, after] = ['kRz82mQwLp0vTn5xYc7bJd1sFg4hVa93', 'Zq6tWe2uPo8iMn3bVc5xLk7jHg1fDs49']
  writeFileSync(path, after)
  const token = openLiveToken(path, new Secret(before))
  onTestFinished(() => token.close())
  await vi.waitFor(() => expect(token.current().reveal()).toBe(after), { interval: 5 })
})
