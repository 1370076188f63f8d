/** The commands that mend what went wrong, as a shell takes them. */

/** As a shell takes it: paths may hold blanks and 中文. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

export const helpOf = ({ command }: { readonly command: string }): string => `${command} --help`
export const login = (provider: string): string => `openclaw models auth login --provider ${provider}`

/** The same login anew: one that has a name of its own keeps it. */
export const loginAgain = (provider: string, profile = ''): string => {
  const name = profile.startsWith(`${provider}:`) ? profile.slice(provider.length + 1) : 'default'
  return name === 'default' ? login(provider) : `${login(provider)} --profile-id ${name}`
}

export const setKey = (provider: string): string =>
  `openclaw config set models.providers.${provider}.apiKey '\${YOUR_KEY}'`

/** The same address over TLS, for who knows that it answers there. */
export const setHttps = (path: string, address: string): string =>
  `openclaw config set ${shellWord(path)} ${shellWord(address.replace(/^http:/i, 'https:'))}`
