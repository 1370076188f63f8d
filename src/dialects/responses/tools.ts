/** The tools of a request, all as functions, with each one's way back to what the caller called it. */
import { createHash } from 'node:crypto'
import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { booleanOf, present, textOf } from '../prompt-fields.ts'

/** A tool as its caller knows it. */
export interface OwnName {
  readonly name: string
  readonly namespace?: string
  /** Its input is a text, in no JSON. */
  readonly isCustom: boolean
}

export interface ReadTools {
  readonly tools: readonly Tool[]
  readonly unsaid: readonly string[]
  /** By the name that a model of another format is told. */
  readonly names: ReadonlyMap<string, OwnName>
}

/** Those that a request names, and those that its earlier turns brought up. */
export function readTools(fields: Fields): ReadTools {
  const tools = new Map<string, Tool>()
  const names = new Map<string, OwnName>()
  const unsaid: string[] = []

  const take = (entry: unknown, path: string, namespace?: string): void => {
    const tool = fieldsOf(entry) ?? {}
    const name = textOf(tool.name)
    const isCustom = tool.type === 'custom'
    if (tool.type === 'namespace' && name !== undefined && namespace === undefined) {
      if (tool.description) unsaid.push(`${path}.description`)
      for (const [at, member] of listOf(tool.tools).entries()) take(member, `${path}.tools[${at}]`, name)
      return
    }
    if (!name || !(isCustom || tool.type === 'function')) {
      unsaid.push(`${path}.type=${textOf(tool.type) ?? '?'}`)
      return
    }
    const known = flatName(name, namespace)
    const own: OwnName = { name, isCustom, ...(namespace !== undefined && { namespace }) }
    const same = names.get(known)
    if (same) {
      // What was found by a search may have been named before.
      if (same.name !== name || same.namespace !== namespace) unsaid.push(`${path}.name=${name}`)
      return
    }
    names.set(known, own)
    tools.set(known, isCustom ? customTool(tool, known) : functionTool(tool, known))
    if (isCustom && fieldsOf(tool.format)?.type === 'grammar') unsaid.push(`${path}.format`)
    if (tool.defer_loading === true) unsaid.push(`${path}.defer_loading`)
  }

  for (const [at, tool] of listOf(fields.tools).entries()) take(tool, `tools[${at}]`)
  for (const [at, entry] of listOf(fields.input).entries()) {
    const item = fieldsOf(entry)
    if (item?.type !== 'additional_tools' && item?.type !== 'tool_search_output') continue
    for (const [of, tool] of listOf(item.tools).entries()) take(tool, `input[${at}].tools[${of}]`)
  }
  return { tools: [...tools.values()], unsaid, names }
}

/** What other formats take for a name. */
const PLAIN_NAME = /^[\w-]{1,64}$/

/** The same each time, whatever else is there: it stands in earlier turns too. */
export function flatName(name: string, namespace: string | undefined): string {
  if (namespace === undefined) return name
  const joined = namespace.endsWith('_') ? `${namespace}${name}` : `${namespace}__${name}`
  if (PLAIN_NAME.test(joined)) return joined
  const mark = createHash('sha256').update(joined).digest('hex').slice(0, 8)
  return `${joined.replace(/[^\w-]/g, '_').slice(0, 55)}_${mark}`
}

function functionTool({ description, parameters, strict }: Fields, name: string): Tool {
  return {
    name,
    ...present<Tool>({
      description: textOf(description),
      parameters: fieldsOf(parameters),
      strict: booleanOf(strict),
    }),
  }
}

/** The one argument in which a custom tool's input comes. */
export const CUSTOM_INPUT = 'input'

/** A grammar is told, not enforced. */
function customTool({ description, format }: Fields, name: string): Tool {
  const grammar = fieldsOf(format)
  const definition = grammar?.type === 'grammar' ? textOf(grammar.definition) : undefined
  const about =
    definition === undefined
      ? 'The input of the tool, as plain text.'
      : `The input of the tool, as plain text that follows this ${textOf(grammar?.syntax) ?? ''} grammar:\n${definition}`
  return {
    name,
    ...present<Tool>({ description: textOf(description) }),
    parameters: {
      type: 'object',
      properties: { [CUSTOM_INPUT]: { type: 'string', description: about } },
      required: [CUSTOM_INPUT],
      additionalProperties: false,
    },
  }
}

export interface ReadChoice {
  readonly choice?: ToolChoice
  /** The only ones that may be called, by the names that the model is told. */
  readonly only?: ReadonlySet<string>
  readonly unsaid: readonly string[]
}

export function readChoice(value: unknown): ReadChoice {
  if (value === undefined || value === null) return { unsaid: [] }
  if (value === 'auto' || value === 'none' || value === 'required') return { choice: value, unsaid: [] }
  const choice = fieldsOf(value)
  const named = choice && namedBy(choice)
  if (named !== undefined) return { choice: { name: named }, unsaid: [] }
  if (choice?.type !== 'allowed_tools') return { unsaid: [`tool_choice.type=${textOf(choice?.type) ?? '?'}`] }
  const only = new Set<string>()
  const unsaid: string[] = []
  for (const [at, entry] of listOf(choice.tools).entries()) {
    const tool = fieldsOf(entry) ?? {}
    const name = namedBy(tool)
    if (name === undefined) unsaid.push(`tool_choice.tools[${at}].type=${textOf(tool.type) ?? '?'}`)
    else only.add(name)
  }
  return { choice: choice.mode === 'required' ? 'required' : 'auto', only, unsaid }
}

function namedBy({ type, name, namespace }: Fields): string | undefined {
  if ((type !== 'function' && type !== 'custom') || typeof name !== 'string') return undefined
  return flatName(name, textOf(namespace))
}
