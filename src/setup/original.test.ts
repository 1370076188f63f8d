/** The original program's folder is told from ours, whoever was there first. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isOriginals } from './original.ts'
import { statePaths } from './paths.ts'

function home(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-home-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, '.openclaw', 'agents', 'main', 'agent'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, '.openclaw', name), text)
  return folder
}

const STAMP = '{ "agents": {}, "meta": { "lastTouchedVersion": "2026.2.3-1", "lastTouchedAt": "2026-02-04" } }'

it.each([
  ['the stamp that it writes', { 'openclaw.json': STAMP }, true],
  ['the secrets that it keeps', { 'agents/main/agent/auth-profiles.json': '{}' }, true],
  ['a person’s own settings', { 'openclaw.json': '{ gateway: { port: 1 } }' }, false],
  ['settings that only speak of the stamp', { 'openclaw.json': '{ /* lastTouchedVersion */ meta: {} }' }, false],
  ['our state.db, though it was stamped later', { 'openclaw.json': STAMP, 'state.db': '' }, false],
  ['nothing', {}, false],
])('by %s', (_, files, expected) => {
  expect(isOriginals(join(home(files), '.openclaw'))).toBe(expected)
})

it('has us work in a folder of our own, until the variable says otherwise', () => {
  const folder = home({ 'openclaw.json': STAMP })
  expect(statePaths({ HOME: folder })).toMatchObject({
    folder: join(folder, '.openclaw-gateway'),
    original: join(folder, '.openclaw'),
    openclawJson: join(folder, '.openclaw-gateway', 'openclaw.json'),
  })
  const told = statePaths({ HOME: folder, OPENCLAW_STATE_DIR: join(folder, '.openclaw') })
  expect(told.folder).toBe(join(folder, '.openclaw'))
  expect(told).not.toHaveProperty('original')
})
