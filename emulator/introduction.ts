/** What the emulator says of itself: where it plays what, and the keys of its own providers. */
import { messages, messagesKey } from './messages/provider.ts'
import { backup, backupKey } from './providers.ts'
import type { Provider } from './providers.ts'
import { responses, responsesKey } from './responses/provider.ts'

export function introduction(url: string) {
  return {
    emulator: 'qwen-portal',
    note: 'This is the emulator of openclaw. It is not Qwen.',
    url,
    signIn: `${url}/authorize`,
    portal: `${url}/v1`,
    backup: settingsOf(`${url}/backup/v1`, backupKey, backup),
    /** These two speak other formats. A key of the three with `-<name>` behind it is another account. */
    messages: settingsOf(`${url}/messages/v1`, messagesKey, messages),
    responses: settingsOf(`${url}/responses/v1`, responsesKey, responses),
    local: `${url}/local/v1`,
    /** Followed by a host's name and its path. */
    hosts: `${url}/hosts`,
    control: `${url}/__emulator`,
  }
}

function settingsOf(baseUrl: string, apiKey: string, { models }: Provider) {
  return { baseUrl, apiKey, models: models.map(({ id }) => id) }
}
