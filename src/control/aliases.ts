/** Acts on aliases: list, add, remove. */
import { againstAlias } from '../config/alias-names.ts'
import { usesOf } from '../config/aliases.ts'
import { merged, valueAt } from '../config/merge.ts'
import { formatPath } from '../config/path.ts'
import { resolveName } from '../config/resolve.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import type { SettingsFile } from '../core/edit.ts'
import { OpenClawError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { formatRef } from '../core/ref.ts'
import type { Setup } from '../core/setup.ts'
import type { AliasList, AliasRemoved, AliasSet } from './contract.ts'
import { knownRef } from './models.ts'
import { keptElsewhere } from './settings.ts'

export interface AliasMeans {
  readonly setup: Setup
  readonly openclawJson: SettingsFile
  readonly modelsJson: SettingsFile
}

export async function* listAliases({ settings, providers }: Setup): AsyncGenerator<never, AliasList> {
  const names = [...settings.aliases.keys()]
  return {
    aliases: Object.fromEntries(settings.aliases),
    missing: names.filter((name) => resolveName(name, settings, providers).kind !== 'ok'),
  }
}

/** The ref itself is written, also where another alias was given. An alias is not overwritten without `force`. */
export async function* addAlias(
  wish: { readonly alias: string; readonly name: string; readonly force: boolean },
  { setup, openclawJson }: AliasMeans,
): AsyncGenerator<never, AliasSet> {
  const { alias } = wish
  const { providers, switchedOff, settings } = setup
  const wrong = againstAlias(alias, [...providers.keys(), ...switchedOff.keys(), ...settings.providers.keys()])
  if (wrong) throw new OpenClawError('alias-refused', { alias, wrong })
  const ref = formatRef(knownRef(wish.name, setup))
  let was: string | undefined
  const { changed } = await openclawJson.edit(({ text }) => {
    const written = writtenAs(alias, merged(setup.lower, parseJson5(text)))
    const present = written === undefined ? undefined : (settings.aliases.get(written) ?? written)
    if (present === ref) return []
    if (present !== undefined && !wish.force) throw new OpenClawError('alias-taken', { alias, was: present, ref })
    was = present
    return [{ kind: 'set', path: placeOf(alias), value: ref }]
  })
  return { alias, ref, ...(was !== undefined && { was }), changed, file: openclawJson.path }
}

/** An alias that the settings still name stays without `force`: what names it would lead nowhere. */
export async function* removeAlias(
  wish: { readonly alias: string; readonly force: boolean },
  { setup, openclawJson, modelsJson }: AliasMeans,
): AsyncGenerator<never, AliasRemoved> {
  const { alias } = wish
  const was = setup.settings.aliases.get(alias)
  if (was === undefined) {
    const meant = nearest(alias, setup.settings.aliases.keys())
    throw new OpenClawError('alias-not-found', { alias, ...(meant && { nearest: meant }) })
  }
  if (writtenAs(alias, setup.upper) === undefined)
    throw await keptElsewhere(formatPath(placeOf(alias)), placeOf(alias), modelsJson)
  const { changed } = await openclawJson.edit(({ text }) => {
    const places = usesOf(alias, merged(setup.lower, parseJson5(text)))
    if (places.length > 0 && !wish.force) throw new OpenClawError('alias-in-use', { alias, places: places.join(', ') })
    return [{ kind: 'unset', path: placeOf(alias) }]
  })
  const remains = writtenAs(alias, setup.lower)
  return { alias, was, ...(remains !== undefined && { remains }), changed, file: openclawJson.path }
}

function placeOf(alias: string): readonly string[] {
  return ['models', 'aliases', alias]
}

function writtenAs(alias: string, values: unknown): string | undefined {
  const written = valueAt(values, placeOf(alias))
  return typeof written === 'string' ? written : undefined
}
