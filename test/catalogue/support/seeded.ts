/** Chance that comes the same way each time, so that a red run can be run again. */
export interface Seeded {
  /** From 0 to `limit` - 1. */
  below(limit: number): number
  pick<Item>(items: readonly [Item, ...Item[]]): Item
  /** A letter or digit. */
  sign(): string
}

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Mulberry32. */
export function seeded(seed: number): Seeded {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    sign: () => SIGNS[below(SIGNS.length)] ?? 'A',
  }
}
