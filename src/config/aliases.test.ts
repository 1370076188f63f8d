import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followAliases, usesOf } from './aliases.ts'

const follow = (written: Record<string, string>) => followAliases(new Map(Object.entries(written)))

describe('following aliases', () => {
  it('ends at a ref, or at a name that nobody knows', () => {
    expect(follow({ a: 'b', b: 'c', c: 'p/m', d: 'nobody' })).toEqual({
      kind: 'ok',
      aliases: new Map([
        ['a', 'p/m'],
        ['b', 'p/m'],
        ['c', 'p/m'],
        ['d', 'nobody'],
      ]),
    })
  })

  it('tells the circle alone, not the way into it', () => {
    expect(follow({ in: 'a', a: 'b', b: 'c', c: 'a' })).toEqual({ kind: 'circle', way: ['a', 'b', 'c', 'a'] })
    expect(follow({ me: 'me' })).toEqual({ kind: 'circle', way: ['me', 'me'] })
  })

  it('always ends, at something that is no alias', () => {
    const name = fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'p/m', '__proto__')
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 7 }), (pairs) => {
        const written = new Map(pairs)
        const followed = followAliases(written)
        if (followed.kind === 'ok') {
          expect([...followed.aliases.keys()]).toEqual([...written.keys()])
          expect([...followed.aliases.values()].filter((target) => written.has(target))).toEqual([])
        } else {
          expect(followed.way.at(-1)).toBe(followed.way[0])
          for (const [at, one] of followed.way.slice(0, -1).entries()) {
            expect(written.get(one)).toBe(followed.way[at + 1])
          }
        }
      }),
    )
  })
})

it('finds every place that names an alias, and no other', () => {
  const values = {
    models: { aliases: { q: 'p/m', fast: 'q', slow: 'p/n' }, providers: { q: { models: ['q'] } } },
    agents: {
      defaults: { model: { primary: 'q', fallbacks: ['p/m', 'q'] }, imageModel: 'q' },
      list: [
        { id: 'q', model: 'p/m' },
        { id: 'x', name: 'q', model: 'q' },
        { id: 'y', model: { fallbacks: ['q'] } },
      ],
    },
  }
  expect(usesOf('q', values)).toEqual([
    'models.aliases.fast',
    'agents.defaults.model.primary',
    'agents.defaults.model.fallbacks[1]',
    'agents.defaults.imageModel',
    'agents.list[1].model',
    'agents.list[2].model.fallbacks[0]',
  ])
  expect(usesOf('q', {})).toEqual([])
})
