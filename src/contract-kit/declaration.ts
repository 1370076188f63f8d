/** What is wrong with a provider's declaration: addresses, hosts, models, names, headers. */
import { hostMatches } from '../core/host.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { checkUpstreamUrl } from '../net/address.ts'

/** Set by openclaw for each request; a plugin that sets them too would break it. */
const OURS =
  /^(?:authorization|proxy-authorization|cookie|host|connection|content-length|content-type|transfer-encoding)$/i
const NAME = /^[^\s/@\p{Cc}]+$/u

export function declarationBreaches(provider: ProviderDefinition): readonly string[] {
  const { baseUrl, hosts, models, aliases, defaultModel, headers, label } = provider
  const ids = models.map(({ id }) => id)
  const address = checkUpstreamUrl(baseUrl)
  const wrong = (isWrong: boolean, detail: string): readonly string[] => (isWrong ? [detail] : [])
  return [
    ...(address.kind === 'ok'
      ? [
          ...wrong(/\/$|[?#]/.test(baseUrl), `baseUrl ${baseUrl} ends in / or holds ? or #`),
          ...wrong(
            !hostMatches(address.url.hostname, hosts),
            `hosts do not hold ${address.url.hostname} of its baseUrl`,
          ),
        ]
      : [`baseUrl ${baseUrl} is neither an https address nor one of this machine (${address.reason})`]),
    ...hosts.filter((host) => !/^(?:\*\.)?[\w.[\]:-]+$/.test(host)).map((host) => `${host} is no host name`),
    ...ids.filter((id) => /[\s@\p{Cc}]/u.test(id)).map((id) => `the model id ${JSON.stringify(id)} holds a blank or @`),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `the model ${id} is listed twice`),
    ...Object.entries(aliases).flatMap(([alias, model]) => [
      ...wrong(!NAME.test(alias), `the alias ${JSON.stringify(alias)} holds a blank, / or @`),
      ...wrong(!ids.includes(model), `the alias ${alias} leads to ${model}, which it does not list`),
    ]),
    ...wrong(
      defaultModel !== undefined && !ids.includes(defaultModel),
      `its default model ${defaultModel} is not listed`,
    ),
    ...models
      .filter(({ contextWindow = Infinity, maxTokens = 0 }) => maxTokens > contextWindow)
      .map(({ id }) => `${id} puts out more (maxTokens) than it holds (contextWindow)`),
    ...Object.keys(headers ?? {})
      .filter((name) => OURS.test(name) || !/^[\w-]+$/.test(name))
      .map((name) => `the header ${name} is not a plugin's to set`),
    ...Object.values(label)
      .filter((text) => /\p{Cc}/u.test(text))
      .map((text) => `the label ${JSON.stringify(text)} holds a control character`),
  ]
}
