/** Tool calls as Qwen's servers send them, made such that every client reads them: one id and one index for each. */
import type { AnswerQuirk, QuirkFields } from '../../sdk/index.ts'

/** A call of the answer so far. */
interface Call {
  /** The index by which the server calls it, which another may share. */
  readonly place: number
  readonly index: number
  id: string
  written: string
}

export function mendedCalls(): AnswerQuirk {
  /** By choice. */
  const calls = new Map<number, Call[]>()
  return (event) => {
    let changed = false
    const choices = listOf(event.choices).map((choice) => {
      const mended = mendedChoice(choice, event)
      changed ||= mended !== choice
      return mended
    })
    return changed ? { ...event, choices } : undefined
  }

  function mendedChoice(choice: QuirkFields, event: QuirkFields): QuirkFields {
    const at = typeof choice.index === 'number' ? choice.index : 0
    const known = calls.get(at) ?? []
    calls.set(at, known)
    const isStream = fieldsOf(choice.delta) !== undefined
    const said = fieldsOf(choice.delta) ?? fieldsOf(choice.message) ?? {}
    const before = listOf(said.tool_calls)
    const after = before.map((call, position) => mendedCall(call, { position, known, isStream, answer: event.id }))
    const isEndOfCalls = choice.finish_reason === 'stop' && known.length > 0
    if (!isEndOfCalls && after.every((call, position) => call === before[position])) return choice
    return {
      ...choice,
      ...(before.length > 0 && { [isStream ? 'delta' : 'message']: { ...said, tool_calls: after } }),
      ...(isEndOfCalls && { finish_reason: 'tool_calls' }),
    }
  }
}

interface Place {
  /** In its list. */
  readonly position: number
  readonly known: Call[]
  readonly isStream: boolean
  readonly answer: unknown
}

/** An id comes with a call's first piece alone; later ones restate it empty, or not at all. */
function mendedCall(piece: QuirkFields, { position, known, isStream, answer }: Place): QuirkFields {
  const place = typeof piece.index === 'number' ? piece.index : position
  const id = textOf(piece.id)
  const called = fieldsOf(piece.function) ?? {}
  const name = textOf(called.name)
  const open = isStream ? known.findLast((call) => call.place === place) : undefined
  const isNew = !open || (id !== '' && id !== open.id) || (id === '' && name !== '' && isWhole(open.written))
  const call = isNew ? { place, index: known.length, id: id || newId(answer, known.length), written: '' } : open
  if (isNew) known.push(call)
  call.written += textOf(called.arguments)
  const isRight = isNew ? id !== '' : id !== '' || !('id' in piece)
  const isNamed = isNew || name !== '' || !('name' in called)
  const isPlaced = !isStream || piece.index === call.index
  if (isRight && isNamed && isPlaced) return piece
  return {
    ...without(piece, 'id', 'index'),
    ...(isStream && { index: call.index }),
    ...(isNew && { id: call.id }),
    function: isNamed ? called : without(called, 'name'),
  }
}

function without(fields: QuirkFields, ...names: readonly string[]): QuirkFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

function newId(answer: unknown, index: number): string {
  return `call_${textOf(answer) || 'answer'}_${index}`
}

/** All that it says has been said. */
function isWhole(written: string): boolean {
  try {
    JSON.parse(written)
    return true
  } catch {
    // More of it is to come.
    return false
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function fieldsOf(value: unknown): QuirkFields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}

function listOf(value: unknown): readonly QuirkFields[] {
  return Array.isArray(value) ? value.filter((item): item is QuirkFields => fieldsOf(item) !== undefined) : []
}
