import { describe, expect, it } from 'vitest'
import { substituteVariables } from './variables.ts'

const environment = { KEY: 'sk-1', HOST: 'a.example', EMPTY: '', NESTED: '${KEY}' }

function put(text: string): unknown {
  return substituteVariables(text, environment).value
}

describe('a variable', () => {
  it('is put in wherever it stands in a text', () => {
    expect(put('${KEY}')).toBe('sk-1')
    expect(put('https://${HOST}/v1?k=${KEY}')).toBe('https://a.example/v1?k=sk-1')
  })

  it('is put in once: what it holds is not looked at again', () => {
    expect(put('${NESTED}')).toBe('${KEY}')
  })

  it('is literal behind a second dollar sign', () => {
    expect(put('$${KEY}')).toBe('${KEY}')
    expect(put('$$${KEY}')).toBe('$${KEY}')
    expect(put('$${NOT_SET} ${KEY}')).toBe('${NOT_SET} sk-1')
    expect(substituteVariables('$${NOT_SET}', environment).unset).toEqual([])
  })

  it.each(['$KEY', '${}', '${key}', '${KEY', '{KEY}', '${1KEY}', '${KEY:-x}', 'a $ b'])('is none in %s', (text) => {
    expect(substituteVariables(text, environment)).toEqual({ value: text, unset: [] })
  })

  it('that is unset or empty stays as it was written and is told with its place', () => {
    const found = substituteVariables({ a: [{ b: 'x${NOT_SET}' }], c: '${EMPTY}' }, environment)
    expect(JSON.parse(JSON.stringify(found.value))).toEqual({ a: [{ b: 'x${NOT_SET}' }], c: '${EMPTY}' })
    expect(found.unset).toEqual([
      { path: ['a', '0', 'b'], variable: 'NOT_SET' },
      { path: ['c'], variable: 'EMPTY' },
    ])
  })

  it('is no key', () => {
    expect(JSON.stringify(substituteVariables({ '${KEY}': 1 }, environment).value)).toBe('{"${KEY}":1}')
  })
})
