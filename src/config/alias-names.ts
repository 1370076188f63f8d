/** Which names may not be an alias, since they mean something else already. */
import { phrase, type Phrase } from '../core/phrase.ts'
import { meansAgent } from './resolve.ts'

/** Undefined = nothing stands against it. `providers` = every id that is known, switched off or not. */
export function againstAlias(name: string, providers: Iterable<string>): Phrase | undefined {
  const small = name.toLowerCase()
  if (meansAgent(small)) return phrase('alias-means-agent')
  if (name.includes('/')) return phrase('alias-is-ref')
  for (const id of providers) if (id.toLowerCase() === small) return phrase('alias-is-provider')
  // A name begins with a letter or number, so that no shell and no command line takes it for something else.
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._:-]*$/u.test(name)) return phrase('alias-signs')
  return undefined
}
