/** Real settings files in a folder of their own, for acts that change them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Setup } from '../core/setup.ts'
import { loadSetup } from '../setup/load.ts'
import { sourcesWith, type Sources } from '../setup/sources.fixture.ts'
import { parseJson5 } from '../stores/files/json5-parse.ts'
import { resultOf } from './contract.ts'

export interface TwoFiles {
  readonly sources: Sources
  /** openclaw.json as it stands. */
  text(): string
  setup(): Promise<Setup>
  /** Runs an act on what the files say now. */
  act<Result>(act: (means: Sources & { readonly setup: Setup }) => AsyncGenerator<never, Result>): Promise<Result>
  /** What openclaw.json says now. */
  value(): unknown
}

export function twoFiles(upper: string, lower?: string): TwoFiles {
  const sources = sourcesWith({ upper, ...(lower !== undefined && { lower }) })
  const text = (): string => readFileSync(join(sources.folder, 'openclaw.json'), 'utf8')
  const setup = (): Promise<Setup> => loadSetup(sources)
  return {
    sources,
    text,
    setup,
    value: () => parseJson5(text()),
    act: async (act) => resultOf(act({ ...sources, setup: await setup() })),
  }
}

/** Two providers: one that lists what its models take, one that takes any id. */
export const PROVIDERS = `providers: {
    near: { baseUrl: 'http://127.0.0.1:9/v1', models: ['one', { id: 'blind', input: ['text'] }, { id: 'eyes', input: ['text', 'image'] }] },
    open: { baseUrl: 'http://127.0.0.1:9/v1' },
  }`
