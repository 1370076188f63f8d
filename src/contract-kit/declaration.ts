/** What is wrong with a provider's declaration: addresses, hosts, models, names, headers. */
import { hostMatches } from '../core/host.ts'
import { PLACE_FLAGS, type KeyLogin } from '../core/key-login.ts'
import type { ProviderDefinition } from '../core/provider.ts'
import { checkUpstreamUrl } from '../net/address.ts'

/** Set by openclaw for each request; a plugin that sets them too would break it. */
const OURS =
  /^(?:authorization|proxy-authorization|cookie|host|connection|content-length|content-type|transfer-encoding)$/i
const NAME = /^[^\s/@\p{Cc}]+$/u

export function declarationBreaches(provider: ProviderDefinition): readonly string[] {
  const { baseUrl, hosts, models, aliases, defaultModel, headers, label, key } = provider
  const ids = models.map(({ id }) => id)
  return [
    ...addressBreaches(baseUrl, hosts),
    ...(key ? keyBreaches(key, provider) : []),
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

function addressBreaches(baseUrl: string, hosts: readonly string[]): readonly string[] {
  const address = checkUpstreamUrl(baseUrl)
  if (address.kind !== 'ok') {
    return [`baseUrl ${baseUrl} is neither an https address nor one of this machine (${address.reason})`]
  }
  return [
    ...wrong(/\/$|[?#]/.test(baseUrl), `baseUrl ${baseUrl} ends in / or holds ? or #`),
    ...wrong(!hostMatches(address.url.hostname, hosts), `hosts do not hold ${address.url.hostname} of its baseUrl`),
  ]
}

/** A key goes to its place as soon as a login names it, or a variable of the environment holds one. */
function keyBreaches({ places, check }: KeyLogin, { hosts }: ProviderDefinition): readonly string[] {
  const named = places.map(({ flags }) => PLACE_FLAGS.map((flag) => flags[flag] ?? '').join(' '))
  return [
    ...places
      .flatMap((place) => addressBreaches(place.baseUrl, hosts))
      .map((detail) => `a place of its key: ${detail}`),
    ...named
      .filter((flags, at) => named.indexOf(flags) !== at)
      .map((flags) => `two places of its key have the flags "${flags.trim()}"`),
    ...places
      .flatMap(({ env }) => env)
      .filter((variable) => !/^[A-Za-z_]\w*$/.test(variable))
      .map((variable) => `${JSON.stringify(variable)} is no name of an environment variable`),
    ...('get' in check
      ? wrong(!check.get.startsWith('/'), `the check of its key, ${check.get}, begins without /`)
      : []),
  ]
}

function wrong(isWrong: boolean, detail: string): readonly string[] {
  return isWrong ? [detail] : []
}
