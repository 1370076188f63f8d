/** Every SDK before every upstream, feature by feature. */
import { FEATURES } from './features.ts'
import type { Feature, Found } from './feature.ts'
import { SDK_IDS } from './sdk.ts'
import type { SdkId } from './sdk.ts'
import { TROUBLES } from './troubles.ts'
import { UPSTREAMS } from './world.ts'
import type { Upstream, World } from './world.ts'

export interface Cell {
  readonly sdk: SdkId
  readonly upstream: Upstream
  readonly feature: Feature
}

export interface Walked extends Cell {
  readonly found: Found
}

export const ALL_FEATURES: readonly Feature[] = [...FEATURES, ...TROUBLES]

export const CELLS: readonly Cell[] = SDK_IDS.flatMap((sdk) =>
  UPSTREAMS.flatMap((upstream) => ALL_FEATURES.map((feature) => ({ sdk, upstream, feature }))),
)

/** Rejects where neither it works nor the gateway has said why not. */
export async function walked(cell: Cell, world: World): Promise<Walked> {
  const sdk = world.sdks.find(({ id }) => id === cell.sdk)
  if (!sdk) throw new Error(`no such SDK: ${cell.sdk}`)
  const found = await cell.feature.run({ sdk, upstream: cell.upstream, world })
  return { ...cell, found }
}
