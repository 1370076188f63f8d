/** Edits on thousands of generated JSON5 texts. */
import * as fc from 'fast-check'
import json5 from 'json5'
import { describe, expect, it } from 'vitest'
import type { Edit, JsonValue } from '../../core/edit.ts'
import { documents, type Placed } from './generated-json5.ts'
import { applyEdits } from './json5-edit.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'

const edge: readonly JsonValue[] = [
  'x',
  "it's",
  'say "hi"',
  '${KEY}',
  '\u2028',
  Infinity,
  null,
  [],
  {},
  ['a'],
  { a: { b: [1] } },
]
const values = fc.oneof(fc.constantFrom(...edge), fc.json({ maxDepth: 2 }).map(jsonValue))
const picks = fc.nat(1000)

describe('edits on generated JSON5 texts', () => {
  it('replace a value and nothing around it', () => {
    fc.assert(
      fc.property(documents, picks, picks, values, ({ text, root }, one, two, value) => {
        const filled = containersOf(root).filter(([, { children }]) => children.length > 0)
        fc.pre(filled.length > 0)
        const [path, container] = picked(filled, one)
        const { name } = picked(container.children, two)
        const edit: Edit = { kind: 'set', path: [...path, name], value }

        const after = applyEdits(text, [edit])

        expectValue(after, text, edit)
        expectLineEndsKept(text, after)
        const place = container.children.findLast((child) => child.name === name)?.value ?? root
        expect(outside(text, after, place.start, place.end)).toBeDefined()
        expect(applyEdits(after, [edit])).toBe(after)
      }),
      { numRuns: 1500 },
    )
  })

  it('add a member or an element, leaving all that stood there', () => {
    const names = fc.constantFrom(['new'], ['新'], ['new-key'], ['new', 'deep'])
    fc.assert(
      fc.property(documents, picks, names, values, ({ text, root }, one, name, value) => {
        const [path, container] = picked(containersOf(root), one)
        const added = container.kind === 'array' ? [String(container.children.length)] : name
        const edit: Edit = { kind: 'set', path: [...path, ...added], value }

        const after = applyEdits(text, [edit])

        expectValue(after, text, edit)
        expectLineEndsKept(text, after)
        const last = container.children.at(-1)
        const place = [last?.end ?? container.start + 1, container.end - 1] as const
        const inserted = outside(text, after, ...place) ?? ''
        const old = text.slice(...place)
        // An empty container may be opened up; else white space stays too.
        if (last === undefined) expect(isSubsequence(old.replace(/\s/g, ''), inserted)).toBe(true)
        else expect(isSubsequence(old, inserted)).toBe(true)
        expect(applyEdits(after, [edit])).toBe(after)
      }),
      { numRuns: 1500 },
    )
  })

  it('remove a member or an element with its comma and its own comment, leaving all else', () => {
    fc.assert(
      fc.property(documents, picks, picks, ({ text, root }, one, two) => {
        const filled = containersOf(root).filter(([, { children }]) => children.length > 0)
        fc.pre(filled.length > 0)
        const [path, container] = picked(filled, one)
        const { name } = picked(container.children, two)
        const edit: Edit = { kind: 'unset', path: [...path, name] }

        const after = applyEdits(text, [edit])

        expectValue(after, text, edit)
        expectLineEndsKept(text, after)
        const first = container.children.findIndex((child) => child.name === name)
        const last = container.children.findLastIndex((child) => child.name === name)
        const from = container.children[first - 1]?.end ?? container.start + 1
        const to = container.children[last + 1]?.start ?? container.end - 1
        expect(isSubsequence(outside(text, after, from, to) ?? text, text.slice(from, to))).toBe(true)
        const owned = commentsIn(withoutChildren(text, container, name))
        expect(isSubsequence(owned.join(), commentsIn(after).join())).toBe(true)
        if (container.kind === 'object') expect(applyEdits(after, [edit])).toBe(after)
      }),
      { numRuns: 1500 },
    )
  })

  it('rename a key and leave every byte of its value', () => {
    const names = fc.constantFrom('new', 'new key', '新', "it's", '__proto__x')
    fc.assert(
      fc.property(documents, picks, picks, names, ({ text, root }, one, two, to) => {
        const objects = containersOf(root).filter(([, { kind, children }]) => kind === 'object' && children.length > 0)
        fc.pre(objects.length > 0)
        const [path, container] = picked(objects, one)
        const { name } = picked(container.children, two)
        fc.pre(!container.children.some((child) => child.name === to))
        const same = container.children.filter((child) => child.name === name)
        const edit: Edit = { kind: 'rename', path: [...path, name], to }

        const after = applyEdits(text, [edit])

        expectValue(after, text, edit)
        expectLineEndsKept(text, after)
        const value = same.at(-1)?.value ?? root
        expect(after).toContain(text.slice(value.start, value.end))
        if (same.length === 1) expect(commentsIn(after)).toEqual(commentsIn(text))
        expect(applyEdits(after, [edit])).toBe(after)
      }),
      { numRuns: 1500 },
    )
  })

  it('leave plain JSON plain, laid out as JSON.stringify has it', () => {
    const plain = fc.record({
      value: fc.dictionary(fc.string(), fc.json({ maxDepth: 3 }).map(jsonValue)),
      indent: fc.constantFrom(0, 2, 4, '\t'),
    })
    const paths = fc.constantFrom(['new'], ['new', 'deep'])
    fc.assert(
      fc.property(plain, paths, picks, values, ({ value, indent }, path, one, set) => {
        fc.pre(!Object.hasOwn(value, 'new') && set !== Infinity)
        const text = JSON.stringify(value, null, indent)
        const adding: Edit = { kind: 'set', path, value: set }
        const key = picked([...Object.keys(value), 'none'], one)
        const removing: Edit = { kind: 'unset', path: [key] }

        expect(JSON.parse(applyEdits(text, [adding]))).toEqual(wantedAfter(text, adding))
        expect(applyEdits(text, [adding, { kind: 'unset', path: ['new'] }])).toBe(text)
        expect(applyEdits(text, [removing])).toBe(JSON.stringify(wantedAfter(text, removing), null, indent))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a broken JSON5 text', () => {
  it('is refused with a place in it, wherever it is broken', () => {
    const breaks = fc.record({
      at: picks,
      gone: fc.nat(3),
      put: fc.constantFrom('', '{', ']', ',', '"', "'", '/*', '\\', '，', 'x'),
    })
    fc.assert(
      fc.property(documents, breaks, ({ text }, { at, gone, put }) => {
        const offset = at % (text.length + 1)
        const broken = text.slice(0, offset) + put + text.slice(offset + gone)
        try {
          applyEdits(broken, [{ kind: 'set', path: ['new'], value: 1 }])
        } catch (error) {
          if (!(error instanceof Json5SyntaxError)) throw error
          const lines = broken.split(/\r\n|\r|\n/)
          expect(error.line).toBeLessThanOrEqual(lines.length)
          expect(error.column).toBeLessThanOrEqual((lines[error.line - 1] ?? '').length + 1)
          expect(error.met).not.toBe('')
        }
      }),
      { numRuns: 1500 },
    )
  })
})

function jsonValue(text: string): JsonValue {
  return JSON.parse(text)
}

/** Every container that counts, with its path: of a key that stands twice, the last. */
function containersOf(node: Placed, path: readonly string[] = []): readonly (readonly [readonly string[], Placed])[] {
  if (node.kind === 'scalar') return []
  const last = new Map(node.children.map((child) => [child.name, child]))
  return [[path, node], ...[...last].flatMap(([name, child]) => containersOf(child.value, [...path, name]))]
}

function picked<T>(items: readonly T[], pick: number): T {
  const item = items[pick % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** What stands in `after` between the unchanged parts; undefined where one of them changed. */
function outside(before: string, after: string, start: number, end: number): string | undefined {
  const behind = before.length - end
  if (after.length < start + behind) return undefined
  if (after.slice(0, start) !== before.slice(0, start)) return undefined
  if (after.slice(after.length - behind) !== before.slice(end)) return undefined
  return after.slice(start, after.length - behind)
}

/** Plain data with the edit made, by the simplest means. */
function wantedAfter(text: string, edit: Edit): unknown {
  const root: unknown = json5.parse(text)
  const last = edit.path.at(-1) ?? ''
  let container = objectIn(root)
  for (const segment of edit.path.slice(0, -1)) {
    if (!Object.hasOwn(container, segment)) define(container, segment, {})
    container = objectIn(Reflect.get(container, segment))
  }
  if (edit.kind === 'set') define(container, last, edit.value)
  else if (edit.kind === 'rename') {
    define(container, edit.to, Reflect.get(container, last))
    Reflect.deleteProperty(container, last)
  } else if (Array.isArray(container)) container.splice(Number(last), 1)
  else Reflect.deleteProperty(container, last)
  return root
}

function objectIn(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new Error('no object there')
  return value
}

function define(container: object, key: string, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true })
}

function expectValue(after: string, before: string, edit: Edit): void {
  const value: unknown = json5.parse(after)
  expect(value).toEqual(wantedAfter(before, edit))
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
}

function expectLineEndsKept(before: string, after: string): void {
  if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  else expect(after).not.toContain('\r')
}

function isSubsequence(short: string, long: string): boolean {
  let found = 0
  for (let index = 0; index < long.length; index++) if (long[index] === short[found]) found++
  return found >= short.length
}

function commentsIn(text: string): readonly string[] {
  return text.match(/\/\/ c\d+|\/\* c\d+/g) ?? []
}

/** The text without the members and all that follows them on their last line, up to the next member. */
function withoutChildren(text: string, { children, end }: Placed, name: string): string {
  return children.reduceRight((kept, child, index) => {
    if (child.name !== name) return kept
    const lineEnd = child.end + text.slice(child.end).search(/[\r\n]|$/)
    const next = children[index + 1]?.start ?? end - 1
    return kept.slice(0, child.start) + kept.slice(Math.min(lineEnd, next))
  }, text)
}
