/** Edits as a person would see them in the file. */
import { describe, expect, it } from 'vitest'
import type { Edit, JsonValue } from '../../core/edit.ts'
import { EditPathError } from './edit-errors.ts'
import { applyEdits } from './json5-edit.ts'

const set = (path: string, value: JsonValue): Edit => ({ kind: 'set', path: path.split('.'), value })
const unset = (path: string): Edit => ({ kind: 'unset', path: path.split('.') })
const rename = (path: string, to: string): Edit => ({ kind: 'rename', path: path.split('.'), to })
const lines = (...all: readonly string[]) => all.join('\n')

const hand = lines(
  '// my settings',
  '{',
  '  models: { // what I use',
  '    providers: {',
  "      'my-vllm': { baseUrl: 'http://localhost:8000/v1', apiKey: '${VLLM_KEY}', weight: 0x10 }, // at home",
  '    },',
  '  },',
  '  unknown: [1, 2,],',
  '  gateway: { port: 18789 } // the port',
  '  // the end',
  '}',
  '',
)

describe('setting a value', () => {
  it('changes the value alone', () => {
    expect(applyEdits(hand, [set('gateway.port', 8080)])).toBe(hand.replace('18789', '8080'))
    expect(applyEdits(hand, [set('models.providers.my-vllm.apiKey', "it's")])).toBe(
      hand.replace("'${VLLM_KEY}'", "'it\\'s'"),
    )
  })

  it('changes nothing when the value is there already, however it is written', () => {
    expect(applyEdits(hand, [set('models.providers.my-vllm.weight', 16), set('unknown', [1, 2])])).toBe(hand)
  })

  it('creates what is missing on the way, written as the neighbours are', () => {
    const agents = lines(
      '  gateway: { port: 18789 }, // the port',
      '  agents: {',
      '    defaults: {',
      "      model: 'qwen',",
      '    }',
    )
    expect(applyEdits(hand, [set('agents.defaults.model', 'qwen')])).toBe(
      hand.replace('  gateway: { port: 18789 } // the port', `${agents.replace("'qwen',", "'qwen'")}\n  }`),
    )
    expect(applyEdits(hand, [set('models.providers.qwen-portal', { baseUrl: 'x' })])).toBe(
      hand.replace('// at home', "// at home\n      'qwen-portal': {\n        baseUrl: 'x'\n      },"),
    )
  })

  it('stays on the line where the neighbours do', () => {
    expect(applyEdits(hand, [set('gateway.bind', 'lan')])).toBe(hand.replace('18789 }', "18789, bind: 'lan' }"))
    expect(applyEdits('{"a":{"b":1}}', [set('a.c', [1, { d: 2 }])])).toBe('{"a":{"b":1,"c":[1,{"d":2}]}}')
    expect(applyEdits('{ "a": {} }', [set('a.b.c', 1)])).toBe('{ "a": { "b": { "c": 1 } } }')
  })

  it('opens up an empty object that has a line of its own', () => {
    expect(applyEdits('{\n\t"a": {}\n}', [set('a.b', 1)])).toBe('{\n\t"a": {\n\t\t"b": 1\n\t}\n}')
    expect(applyEdits('{ // none yet\n}\n', [set('a', 1)])).toBe('{ // none yet\n  "a": 1\n}\n')
  })

  it('makes the object of an empty text, below its comments', () => {
    expect(applyEdits('', [set('a.b', 'x')])).toBe('{\n  "a": {\n    "b": "x"\n  }\n}\n')
    expect(applyEdits('\uFEFF// mine\r\n', [set('a', 1)])).toBe('\uFEFF// mine\r\n{\r\n  "a": 1\r\n}\r\n')
    expect(applyEdits('/* mine */', [set('a', 1)])).toBe('/* mine */\n{\n  "a": 1\n}\n')
    expect(applyEdits('// mine', [unset('a')])).toBe('// mine')
  })

  it('addresses elements of lists; an index behind the last appends', () => {
    expect(applyEdits("{ l: ['a', 'b'] }", [set('l.1', 'c'), set('l.2', 'd')])).toBe("{ l: ['a', 'c', 'd'] }")
    expect(applyEdits('{ l: [\n  1,\n] }', [set('l.1', 2)])).toBe('{ l: [\n  1,\n  2,\n] }')
    expect(applyEdits('{ "0": 1 }', [set('0', 2), set('1', 3)])).toBe('{ "0": 2, "1": 3 }')
  })

  it('keeps a list on as many lines as it had', () => {
    expect(applyEdits('{\n  "l": [\n    "a"\n  ]\n}', [set('l', ['b', 'c'])])).toBe(
      '{\n  "l": [\n    "b",\n    "c"\n  ]\n}',
    )
    expect(applyEdits('{\n  "l": ["a"]\n}', [set('l', ['b', 'c'])])).toBe('{\n  "l": ["b", "c"]\n}')
  })

  it('changes the last where a key stands twice, since that one counts', () => {
    expect(applyEdits('{ a: 1, b: 2, a: 3 }', [set('a', 4)])).toBe('{ a: 1, b: 2, a: 4 }')
    expect(applyEdits('{ a: { x: 1 }, a: { y: 1 } }', [set('a.z', 2)])).toBe('{ a: { x: 1 }, a: { y: 1, z: 2 } }')
  })

  it('quotes keys that have to be quoted, whatever the neighbours do', () => {
    expect(applyEdits('{ a: 1 }', [set('b-c', 1), set('true', 2), set('模型', 3), set('', 4)])).toBe(
      '{ a: 1, "b-c": 1, "true": 2, 模型: 3, "": 4 }',
    )
  })

  it('refuses a path that runs through a plain value, naming it', () => {
    const refused = (text: string, edit: Edit) => {
      expect(() => applyEdits(text, [edit])).toThrow(EditPathError)
      return expect(() => applyEdits(text, [edit]))
    }
    refused('{ a: "s" }', set('a.b', 1)).toThrow('a.b cannot be edited: a is a text, not an object.')
    refused('{ a: null }', set('a.b.c', 1)).toThrow('a.b.c cannot be edited: a is null, not an object.')
    refused('{ a: [1] }', set('a.2', 1)).toThrow('a.2 cannot be edited: a is a list of 1, and "2" is no place in it.')
    refused('{ a: [1] }', set('a.01', 1)).toThrow(EditPathError)
    refused('{}', { kind: 'set', path: [], value: {} }).toThrow('the whole file cannot be edited: the path is empty.')
  })

  it('writes __proto__ as a key and never touches a prototype', () => {
    const after = applyEdits('{ a: {} }', [set('__proto__.admin', true), set('a.constructor.prototype.x', 1)])
    expect(after).toBe('{ a: { constructor: { prototype: { x: 1 } } }, __proto__: { admin: true } }')
    expect({}).not.toHaveProperty('admin')
    expect({}).not.toHaveProperty('x')
  })
})

describe('unsetting a value', () => {
  it('takes its line, its comma, and the comment on its line', () => {
    const provider =
      "      'my-vllm': { baseUrl: 'http://localhost:8000/v1', apiKey: '${VLLM_KEY}', weight: 0x10 }, // at home\n"
    expect(applyEdits(hand, [unset('models.providers.my-vllm.apiKey')])).toBe(
      hand.replace(" apiKey: '${VLLM_KEY}',", ''),
    )
    expect(applyEdits(hand, [unset('models.providers.my-vllm')])).toBe(hand.replace(`{\n${provider}    }`, '{}'))
  })

  it('leaves no trailing comma where there was none', () => {
    expect(applyEdits('{\n  "a": 1, // one\n  // two\n  "b": 2 // end\n}', [unset('b')])).toBe(
      '{\n  "a": 1 // one\n  // two\n}',
    )
    expect(applyEdits('{ a: 1, b: 2 }', [unset('b')])).toBe('{ a: 1 }')
    expect(applyEdits('{\n  a: 1,\n  b: 2,\n}', [unset('b')])).toBe('{\n  a: 1,\n}')
  })

  it('keeps one-line objects on one line', () => {
    expect(applyEdits('{ a: 1, b: 2, c: 3 }', [unset('b')])).toBe('{ a: 1, c: 3 }')
    expect(applyEdits('{ a: 1 }', [unset('a')])).toBe('{}')
    expect(applyEdits('[[1, 2, 3]]', [unset('0.0')])).toBe('[[2, 3]]')
  })

  it('leaves the comments of the neighbours', () => {
    expect(applyEdits('{ a: 1, /* of b */ b: 2 }', [unset('a')])).toBe('{ /* of b */ b: 2 }')
    expect(applyEdits('{\n  // above\n  a: 1, b: 2, // of b\n}', [unset('a')])).toBe(
      '{\n  // above\n  b: 2, // of b\n}',
    )
    expect(applyEdits('{ a: 1 // of a\n , b: 2 }', [unset('a')])).toBe('{\n b: 2 }')
  })

  it('removes every one of a key that stands more than once', () => {
    expect(applyEdits('{ a: 1, b: 2, a: 3 }', [unset('a')])).toBe('{ b: 2 }')
  })

  it('changes nothing where there is nothing', () => {
    for (const path of ['x', 'gateway.x', 'gateway.port.x', 'unknown.2', 'unknown.x', '__proto__', 'models.toString']) {
      expect(applyEdits(hand, [unset(path)])).toBe(hand)
    }
  })
})

describe('renaming a key', () => {
  it('changes the key alone, in the quotes that it has', () => {
    expect(applyEdits(hand, [rename('models.providers.my-vllm', 'at-work')])).toBe(
      hand.replace("'my-vllm'", "'at-work'"),
    )
    expect(applyEdits(hand, [rename('gateway.port', 'door')])).toBe(hand.replace('port: 1', 'door: 1'))
    expect(applyEdits('{ "a": 1, b: 2 }', [rename('a', "it's"), rename('b', 'two words')])).toBe(
      `{ "it's": 1, "two words": 2 }`,
    )
  })

  it('changes nothing where there is no such key', () => {
    expect(applyEdits(hand, [rename('models.aliases.x', 'y'), rename('unknown.0', 'y'), rename('none', 'y')])).toBe(
      hand,
    )
  })

  it('leaves one key of two that were the same, with the value that counted, and every comment', () => {
    expect(applyEdits('{ "a": 1, /* then */ "a": 2, "c": 3 }', [rename('a', 'b')])).toBe(
      '{ /* then */ "b": 2, "c": 3 }',
    )
  })

  it('takes no name that is taken', () => {
    expect(() => applyEdits('{ "a": 1, "b": 2 }', [rename('a', 'b')])).toThrow('that name is taken')
  })
})
