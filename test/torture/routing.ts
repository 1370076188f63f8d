/** The scenarios of a provider that fails, with the real programs in real time: each as a stream, then as JSON. */
import { formsOf, play, type Form } from '../routing/bench.ts'
import { realWorld } from '../routing/real-world.ts'
import { SCENARIOS, type Scenario } from '../routing/scenarios.ts'
import type { Figures } from './figures.ts'
import type { ProcessRow } from './rows.ts'

export const ROUTING_ROWS: readonly ProcessRow[] = SCENARIOS.map((scenario) => ({
  id: scenario.id,
  part: scenario.what,
  chunk: 2,
  run: async (cases) => {
    const forms = formsOf(scenario)
    const run = Array.from({ length: cases }, (_, index) => forms[index % forms.length] ?? 'stream')
    return inOrder(await Promise.all(run.map((form) => played(scenario, form))))
  },
}))

/** Each has a house of its own, so that those that take a minute take it together. */
async function played(scenario: Scenario, form: Form): Promise<Figures> {
  const world = await realWorld()
  try {
    const { line, violations } = await play(scenario, form, world)
    return { cases: 1, lost: 0, violations, note: line }
  } finally {
    await world.end()
  }
}

function inOrder(all: readonly Figures[]): Figures {
  return {
    cases: all.length,
    lost: 0,
    violations: all.flatMap(({ violations }) => violations),
    note: all.map(({ note }) => `\n  ${note ?? ''}`).join(''),
  }
}
