/** portal.qwen.ai and chat.qwen.ai on this machine, led to the emulator. */
import { namedHosts, type NamedHosts } from './named-hosts.ts'

export type QwenHosts = NamedHosts

export function qwenHosts(emulatorUrl: string): Promise<QwenHosts> {
  return namedHosts({
    names: /^(portal|chat)\.qwen\.ai:443$/,
    certificate: 'test-hosts.pem',
    key: 'test-hosts.key.pem',
    authority: 'test-authority.pem',
    onward: (_host, path) => emulatorUrl + path,
    answer(from, to, path) {
      const { 'content-length': _length, ...headers } = from.headers
      to.writeHead(from.statusCode ?? 502, headers)
      if (!path.startsWith('/api/')) return void from.pipe(to)
      // Where the emulator names its own address, these hosts name theirs.
      let text = ''
      from.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
      from.on('end', () => {
        const own = text.replace(`"resource_url":"${emulatorUrl}"`, '"resource_url":"portal.qwen.ai"')
        to.end(own.replaceAll(emulatorUrl, 'https://chat.qwen.ai'))
      })
    },
  })
}
