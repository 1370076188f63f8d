/** The built gateway and the emulator as processes, in real time. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { newHouse } from '../journeys/support/house.ts'
import { PATHS, settingsFor, type Row, type World } from './bench.ts'

export interface RealWorld extends World {
  readonly end: () => Promise<void>
}

export async function realWorld(): Promise<RealWorld> {
  const house = newHouse()
  try {
    const emulator = await house.emulator()
    house.settings(settingsFor(emulator))
    const { url, token } = await house.gateway()
    const rowsOf = (requestId: string): readonly (Row & { readonly outcome: string })[] => {
      using database = new DatabaseSync(join(house.stateFolder, 'state.db'), { readOnly: true })
      const sql = 'SELECT provider, outcome, output_tokens AS used FROM attempts WHERE request_id = ? ORDER BY rowid'
      return database
        .prepare(sql)
        .all(requestId)
        .map(({ provider, outcome, used }) => ({
          provider: String(provider),
          outcome: String(outcome),
          ...(used !== null && { outputTokens: Number(used) }),
        }))
    }
    return {
      gateway: () => ({ url, token }),
      order: async (act, fields) => void (await emulator.order(act, fields)),
      async asked() {
        const { endpoints } = (await emulator.state()).counters
        return { primary: endpoints[PATHS.primary]?.requests ?? 0, backup: endpoints[PATHS.backup]?.requests ?? 0 }
      },
      during: (_waits, act) => act(),
      pass: pause,
      nowMs: () => performance.now(),
      async rows(requestId, count) {
        // Rows are written after the answer.
        for (let tries = 0; tries < 100; tries += 1) {
          const rows = rowsOf(requestId)
          if (rows.length >= count && rows.every(({ outcome }) => outcome !== 'open')) return rows
          await pause(20)
        }
        return rowsOf(requestId)
      },
      end: () => house.leave(),
    }
  } catch (error) {
    await house.leave()
    throw error
  }
}
