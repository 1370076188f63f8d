/** The hosts that check keys on this machine, led to the emulator, each under its own name. */
import { namedHosts, type NamedHosts } from './named-hosts.ts'

export function keyHosts(emulatorHosts: string): Promise<NamedHosts> {
  return namedHosts({
    names:
      /^(?:[\w.-]+\.aliyuncs\.com|openrouter\.ai|api\.(?:openai|anthropic|deepseek)\.com|api\.moonshot\.(?:ai|cn)):443$/,
    certificate: 'key-hosts.pem',
    key: 'key-hosts.key.pem',
    authority: 'key-authority.pem',
    onward: (host, path) => `${emulatorHosts}/${host}${path}`,
  })
}
