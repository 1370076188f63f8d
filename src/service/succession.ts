/** What a running gateway is ordered when another process shall take its place: by whoever can write to its state.db. */
import { createHash, randomBytes } from 'node:crypto'
import { checked } from '../core/checked.ts'
import type { Notes } from '../core/ports.ts'
import { either, optional, record, text, thing, whole, word, type ValueOf } from '../core/shape.ts'

const orderShape = thing(
  {
    launcher: text('the program'),
    /** What runs it: the one that runs us may have been replaced by a later one. */
    node: text('the Node'),
    folder: text('where it runs'),
    language: text('what its log is written in'),
    environment: record(text('a variable'), 'variables'),
    bind: optional(text('where it listens')),
    /** Where that is beyond loopback, by the settings as the one who orders it reads them. */
    address: optional(text('an address')),
  },
  'an order',
)

/** The new process is as the one who orders it would have started it. */
export type SuccessionOrder = ValueOf<typeof orderShape>

/** Two who order one at the same moment hardly ever have the same. */
const keyOf = (hash: string): string => `gateway-succession ${hash.slice(0, 2)}`

/**
 * An order says which program runs with which variables, so the token, which programs elsewhere may have, is not enough for it:
 * its hash must stand in state.db, where its owner alone writes. Returns what is to be sent: no two are alike.
 */
export async function noteOrder(order: SuccessionOrder, notes: Notes): Promise<Uint8Array> {
  const body = Buffer.from(JSON.stringify({ ...order, mark: randomBytes(16).toString('hex') }))
  const hash = hashOf(body)
  await notes.put(keyOf(hash), hash)
  return body
}

/** Undefined = it is no order that was noted; one that was counts once. */
export async function notedOrder(body: Uint8Array, notes: Notes): Promise<SuccessionOrder | undefined> {
  const hash = hashOf(body)
  const key = keyOf(hash)
  if ((await notes.get(key)) !== hash) return undefined
  await notes.put(key, '')
  const read = checked(JSON.parse(Buffer.from(body).toString('utf8')), orderShape)
  return read.ok ? read.value : undefined
}

const answerShape = either(
  [
    thing({ kind: word(['serves'], 'serves'), pid: whole('its number', 1) }, 'a new process'),
    thing(
      {
        kind: word(['failed'], 'failed'),
        detail: optional(text('what it said')),
        exitCode: optional(whole('its exit code', 0)),
      },
      'why not',
    ),
    thing({ kind: word(['elsewhere', 'supervised'], 'elsewhere or supervised') }, 'no hand-over'),
  ],
  'what became of it',
)

/** What became of it. `elsewhere` = it would listen where this one does not: nothing can be handed over; `supervised` = with this one
 * a service manager would end the new one. */
export type Succession = ValueOf<typeof answerShape>

export function successionFrom(body: string): Succession | undefined {
  try {
    const read = checked(JSON.parse(body), answerShape)
    return read.ok ? read.value : undefined
  } catch {
    return undefined // not JSON: a gateway that knows no such order
  }
}

function hashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
