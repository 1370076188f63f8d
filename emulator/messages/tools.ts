/** The tools of a Messages request. */
import { isFields, shown } from '../fields.ts'
import type { Fields } from '../fields.ts'
import type { Tool, ToolChoice } from '../question.ts'
import { invalid, refused } from './errors.ts'
import { at, object, objectIn, only, textIn } from './reading.ts'

const known = [
  'type',
  'name',
  'description',
  'input_schema',
  'cache_control',
  'strict',
  'defer_loading',
  'allowed_callers',
  'input_examples',
  'eager_input_streaming',
]
/** Those that the server runs, or that are known by their date: taken, and never called. */
const dated =
  /^(?:bash|text_editor|computer|computer_toolset|browser_toolset|memory|web_search|web_fetch|code_execution|tool_search_tool_\w+?)(?:_\d{8})?$/

export function toolsOf(value: unknown): readonly Tool[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid('tools', 'Input should be a valid list')
  const tools = value.flatMap((one: unknown, position) => {
    const where = at('tools', position)
    const tool = object(one, where)
    const { type } = tool
    if (type !== undefined && type !== null && type !== 'custom') {
      if (typeof type === 'string' && dated.test(type)) return []
      throw invalid(where, `Input tag '${shown(type)}' found using 'type' does not match any of the expected tags`)
    }
    return [customTool(tool, at(where, 'custom'))]
  })
  if (new Set(tools.map(({ name }) => name)).size < tools.length) throw invalid('tools', 'Tool names must be unique.')
  return tools
}

function customTool(tool: Fields, where: string): Tool {
  only(tool, where, known)
  const name = textIn(tool, where, 'name')
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name))
    throw invalid(at(where, 'name'), "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'")
  const parameters = objectIn(tool, where, 'input_schema')
  if (parameters['type'] === undefined) throw invalid(at(where, 'input_schema.type'), 'Field required')
  if (parameters['type'] !== 'object') throw invalid(at(where, 'input_schema.type'), "Input should be 'object'")
  return { name, parameters }
}

export interface ReadChoice {
  readonly toolChoice: ToolChoice
  readonly parallelTools: boolean
}

export function toolChoiceOf(value: unknown, tools: readonly Tool[], hasTools: boolean): ReadChoice {
  if (value === undefined || value === null) return { toolChoice: { kind: 'auto' }, parallelTools: true }
  if (!hasTools) throw refused(400, 'tool_choice: tool_choice may only be specified while providing tools.')
  const choice = object(value, 'tool_choice')
  const { type } = choice
  only(choice, `tool_choice.${shown(type)}`, [
    'type',
    ...(type === 'tool' ? ['name'] : []),
    ...(type === 'none' ? [] : ['disable_parallel_tool_use']),
  ])
  const parallelTools = choice['disable_parallel_tool_use'] !== true
  if (type === 'auto' || type === 'none') return { toolChoice: { kind: type }, parallelTools }
  if (type === 'any') return { toolChoice: { kind: 'required' }, parallelTools }
  if (type !== 'tool') {
    throw invalid(
      'tool_choice',
      `Input tag '${shown(type)}' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'`,
    )
  }
  const name = textIn(choice, 'tool_choice.tool', 'name')
  if (!tools.some((tool) => tool.name === name))
    throw refused(400, `tool_choice: Tool '${name}' not found in provided tools`)
  return { toolChoice: { kind: 'named', name }, parallelTools }
}

export function isForced(value: unknown): boolean {
  return isFields(value) && (value['type'] === 'any' || value['type'] === 'tool')
}
