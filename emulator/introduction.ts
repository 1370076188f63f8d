/** What the emulator says of itself: where it plays what, and the key of its second provider. */
import { backup, backupKey } from './providers.ts'

export function introduction(url: string) {
  return {
    emulator: 'qwen-portal',
    note: 'This is the emulator of openclaw. It is not Qwen.',
    url,
    signIn: `${url}/authorize`,
    portal: `${url}/v1`,
    backup: { baseUrl: `${url}/backup/v1`, apiKey: backupKey, models: backup.models.map((model) => model.id) },
    local: `${url}/local/v1`,
    /** Followed by a host's name and its path. */
    hosts: `${url}/hosts`,
    control: `${url}/__emulator`,
  }
}
