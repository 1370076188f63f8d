/** Ports that a journey gives to a process it starts later: nobody else is handed them meanwhile, and none comes twice. */
import { isTaken } from '../../../src/service/free-port.ts'

// Below those that the system hands out itself (32,768 and more on Linux, 49,152 and more elsewhere) to whoever listens
// on port 0 or connects: one of those may be somebody's before the process that it was meant for has started.
const FIRST = 20_000
const LANES = 4
const LANE = 3_000

/** Files that run at the same time have other numbers. */
const lane = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % LANES) * LANE
/** Two runs on one machine seldom begin at the same place. */
let next = process.pid * 31

export async function freePort(): Promise<number> {
  for (;;) {
    next += 1
    const port = lane + (next % LANE)
    if (!(await isTaken(port))) return port
  }
}
