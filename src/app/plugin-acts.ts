/** The acts on plugins. */
import type { Settings } from '../core/settings.ts'
import type { Parts } from './parts.ts'

export function pluginActs({ sources, settingsRead, shownSources, settingsShown, gatewayRuns }: Parts) {
  /** For acts that only look. */
  const lookMeans = async () => ({
    sources: await shownSources(),
    settings: async (): Promise<Settings> => (await settingsShown()).settings,
    gatewayRuns,
  })
  const pluginMeans = async () => ({
    sources: await sources(),
    settings: async (): Promise<Settings> => (await settingsRead()).settings,
    gatewayRuns,
  })
  return {
    async *pluginsList() {
      return yield* (await import('../control/plugins.ts')).listPlugins(await lookMeans())
    },
    async *pluginsSwitch(wish: { readonly plugin: string; readonly to: 'on' | 'off' }) {
      return yield* (await import('../control/plugins.ts')).switchPlugin(wish, await pluginMeans())
    },
    async *pluginsInfo(id: string) {
      return yield* (await import('../control/plugins.ts')).pluginInfo(id, await lookMeans())
    },
    async *pluginsDoctor() {
      return yield* (await import('../control/plugins-doctor.ts')).checkPlugins(await lookMeans())
    },
  }
}
