/** Whether the arguments of an answer's tool calls were sent to their end. */
import { fieldsOf, listOf, type Fields } from '../fields.ts'

export interface ToolArguments {
  /** A delta's (or a message's) `tool_calls`. */
  take(choice: number, calls: unknown): void
  /** More calls at once than any answer has: nobody keeps count of them. */
  readonly tooMany: boolean
  /** A choice has a call whose JSON was never closed. Other faults in the JSON are the model's, and its caller's to mend. */
  unclosed(choice: number): boolean
}

interface Call {
  readonly choice: number
  id: string
  depth: number
  inString: boolean
  escaped: boolean
}

const MOST_CALLS = 4_096

export function toolArguments(): ToolArguments {
  const calls = new Map<string, Call>()
  const leftOpen = new Set<number>()
  return {
    take(choice, list) {
      for (const [position, item] of listOf(list).entries()) {
        const fields = fieldsOf(item)
        if (calls.size > MOST_CALLS) return
        if (fields) takeCall(choice, fields, position)
      }
    },
    get tooMany() {
      return calls.size > MOST_CALLS
    },
    unclosed(choice) {
      return leftOpen.has(choice) || [...calls.values()].some((call) => call.choice === choice && isOpen(call))
    },
  }

  function takeCall(choice: number, fields: Fields, position: number): void {
    const key = `${choice}/${typeof fields.index === 'number' ? fields.index : position}`
    const id = typeof fields.id === 'string' ? fields.id : ''
    let call = calls.get(key)
    // Some servers restate an empty id in each delta, others give two calls the same index: only a new id begins a new one.
    if (!call || (id !== '' && call.id !== '' && id !== call.id)) {
      if (call && isOpen(call)) leftOpen.add(choice)
      call = { choice, id, depth: 0, inString: false, escaped: false }
      calls.set(key, call)
    }
    if (call.id === '') call.id = id
    const text = fieldsOf(fields.function)?.arguments
    if (typeof text === 'string') scan(call, text)
  }
}

function isOpen(call: Call): boolean {
  return call.inString || call.depth > 0
}

function scan(call: Call, text: string): void {
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at)
    if (call.escaped) call.escaped = false
    else if (sign === 0x5c) call.escaped = call.inString
    else if (sign === 0x22) call.inString = !call.inString
    else if (call.inString) continue
    else if (sign === 0x7b || sign === 0x5b) call.depth += 1
    else if (sign === 0x7d || sign === 0x5d) call.depth -= 1
  }
}
