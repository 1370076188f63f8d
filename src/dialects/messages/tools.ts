/** Tools of a Messages request, and which of them may or must be called. */
import type { Prompt, Tool, ToolChoice } from '../../core/prompt.ts'
import { fieldsOf, listOf, type Fields } from '../fields.ts'
import { typeNamed } from './place.ts'

type Tools = Pick<Prompt, 'tools' | 'toolChoice' | 'parallelToolCalls'>

/** What is not a caller's own tool (a search of the upstream's, one that its model was trained on) has no word here. */
export function toolsIn(fields: Fields, unsaid: Set<string>): Tools {
  const tools = listOf(fields.tools).flatMap((item, at): readonly Tool[] => {
    const tool = fieldsOf(item)
    const type = tool?.type ?? 'custom'
    const name = tool?.name
    if (!tool || type !== 'custom' || typeof name !== 'string') {
      unsaid.add(`tools[${at}].type=${typeNamed(type)}`)
      return []
    }
    return [toolFrom(name, tool, unsaid)]
  })
  const choice = fieldsOf(fields.tool_choice)
  const toolChoice = choiceFrom(choice, tools)
  if (choice && toolChoice === undefined && choice.type !== 'auto') unsaid.add('tool_choice')
  return {
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
    ...(typeof choice?.disable_parallel_tool_use === 'boolean' &&
      tools.length > 0 && { parallelToolCalls: !choice.disable_parallel_tool_use }),
  }
}

/** `defer_loading` saves room in the prompt: elsewhere each tool is told at once. */
function toolFrom(name: string, tool: Fields, unsaid: Set<string>): Tool {
  const { type: _type, name: _name, description, input_schema: schema, strict, ...more } = tool
  for (const [field, value] of Object.entries(more)) {
    if (field === 'cache_control' ? value : value !== null && value !== false) {
      unsaid.add(field === 'cache_control' ? field : `tools.${field}`)
    }
  }
  const parameters = fieldsOf(schema)
  return {
    name,
    ...(typeof description === 'string' && { description }),
    ...(parameters && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
  }
}

/** Nobody can be made to call a tool that is not told. */
function choiceFrom(choice: Fields | undefined, tools: readonly Tool[]): ToolChoice | undefined {
  if (!choice || tools.length === 0) return undefined
  switch (choice.type) {
    case 'auto':
    case 'none':
      return choice.type
    case 'any':
      return 'required'
    case 'tool': {
      const named = tools.find(({ name }) => name === choice.name)
      return named && { name: named.name }
    }
    default:
      return undefined
  }
}
