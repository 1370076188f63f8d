import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadPlugin } from '../../plugin-host/load.ts'
import { findPlugins, type Manifest } from '../../plugin-host/manifests.ts'
import plugin from './index.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

function ownManifest(): Manifest {
  const found = findPlugins(dirname(folder)).flatMap((each) => (each.kind === 'ok' ? [each.manifest] : []))
  const own = found.find((each) => each.id === plugin.id)
  if (!own) throw new Error('no manifest')
  return own
}

it('brings what its manifest says, models and aliases included', async () => {
  const loaded = await loadPlugin(ownManifest(), fileURLToPath(new URL('index.ts', import.meta.url)))
  expect(loaded).toEqual(plugin.providers)
})

it('keeps the names under which people know it', () => {
  const [provider] = plugin.providers
  expect(plugin.id).toBe('qwen-portal-auth')
  expect(provider).toMatchObject({
    id: 'qwen-portal',
    baseUrl: 'https://portal.qwen.ai/v1',
    aliases: { qwen: 'coder-model' },
    defaultModel: 'coder-model',
    quota: { requestsPerDay: 2_000, requestsPerMinute: 60, timeZone: 'Asia/Shanghai' },
  })
  expect(provider?.models.map(({ id, input }) => [id, input])).toEqual([
    ['coder-model', ['text']],
    ['vision-model', ['text', 'image']],
  ])
})

it("says since when the plan is closed at Qwen's own hosts, and the ways on, in each language", () => {
  const { retired } = plugin.providers[0] ?? {}
  expect(retired).toMatchObject({ since: '2026-04-15', hosts: ['portal.qwen.ai', '*.qwen.ai'] })
  for (const text of [retired?.text, ...(retired?.ways ?? [])]) {
    expect(Object.keys(text ?? {})).toEqual(['en', 'zh-CN', 'zh-TW'])
  }
})
