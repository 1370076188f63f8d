/** The acts on the settings files. */
import type { SettingWish } from '../control/settings.ts'
import type { Language } from '../core/text.ts'
import type { Parts } from './parts.ts'

export function configActs({ environment, paths, files, sources, settingsRead, shown, settingsShown }: Parts) {
  const settingsMeans = async () => ({ ...(await files()), environment, merged: settingsRead })
  return {
    openclawJson: async () => (await files()).openclawJson,
    /** Undefined = the settings say none. */
    languageSet: async (): Promise<Language | undefined> => (await shown()).settings.language,
    configSchema: async () => (await import('../config/json-schema.ts')).settingsJsonSchema(),
    async *configGet(path: string | undefined) {
      return yield* (await import('../control/settings.ts')).getSetting(path, {
        ...(await settingsMeans()),
        merged: settingsShown,
      })
    },
    async *configValidate() {
      return yield* (await import('../control/settings-check.ts')).checkSettings({
        sources: await sources(),
        lastGood: (await import('../stores/files/last-good.ts')).lastGoodOf(paths.openclawJson),
        setup: async (over) => (await import('../setup/load.ts')).loadSetup(over),
      })
    },
    async *configImport(wish: { readonly from?: string; readonly dryRun: boolean }) {
      const { importSettings } = await import('../control/settings-import.ts')
      const from = wish.from ?? paths.original ?? paths.folder
      return yield* importSettings({ ...wish, from }, { ...(await files()), environment })
    },
    async *configSet(wish: SettingWish) {
      return yield* (await import('../control/settings.ts')).setSetting(wish, await settingsMeans())
    },
    async *configUnset(path: string) {
      return yield* (await import('../control/settings.ts')).unsetSetting(path, await settingsMeans())
    },
  }
}
