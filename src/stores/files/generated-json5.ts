/** JSON5 texts of every kind for the property tests, each with the places of its parts. */
import * as fc from 'fast-check'

/** Where the generator put things: it knows, so that nothing under test has to say. */
export interface Placed {
  readonly kind: 'scalar' | 'object' | 'array'
  readonly start: number
  readonly end: number
  readonly children: readonly PlacedChild[]
}

interface PlacedChild {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly value: Placed
}

export interface Written {
  readonly text: string
  readonly root: Placed
}

type Key = readonly [raw: string, name: string]
type Recipe =
  | { readonly kind: 'scalar'; readonly raw: string }
  | { readonly kind: 'object'; readonly members: readonly (readonly [Key, Recipe])[]; readonly trailing: boolean }
  | { readonly kind: 'array'; readonly elements: readonly Recipe[]; readonly trailing: boolean }

const keys: readonly Key[] = [
  ['a', 'a'],
  ['"a"', 'a'],
  ['$b_1', '$b_1'],
  ["'b c'", 'b c'],
  ['中文', '中文'],
  ['ünï', 'ünï'],
  ['"模型"', '模型'],
  ['\\u0061b', 'ab'],
  ["'qwen-portal'", 'qwen-portal'],
  ['"__proto__"', '__proto__'],
  ['__proto__', '__proto__'],
  ['"0"', '0'],
  ['"it\'s"', "it's"],
  ['constructor', 'constructor'],
]

const numbers = '0 12 -3.5e2 0x1F -0xff +1 .5 5. 1e3 Infinity -Infinity +Infinity NaN -0 true false null'.split(' ')
const plainTexts = [
  '""',
  "''",
  '"${KEY}"',
  "'$${X}'",
  '"中文 // no comment"',
  "'/* none */ \"'",
  '"{,}"',
  "'\u{1F600}'",
]
const escapedTexts = ['"a\\\n b"', "'it\\'s'", '"\\x41\\u4e2d\\0"', '"say \\"hi\\""']
const scalars = [...numbers, ...plainTexts, ...escapedTexts]

const { value: recipes } = fc.letrec<{ value: Recipe }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...scalars).map((raw): Recipe => ({ kind: 'scalar', raw })),
    objectsOf(tie('value')),
    fc.record({
      kind: fc.constant('array' as const),
      elements: fc.array(tie('value'), { maxLength: 4 }),
      trailing: fc.boolean(),
    }),
  ),
}))

function objectsOf(values: fc.Arbitrary<Recipe>): fc.Arbitrary<Recipe> {
  return fc.record({
    kind: fc.constant('object' as const),
    members: fc.array(fc.tuple(fc.constantFrom(...keys), values), { maxLength: 5 }),
    trailing: fc.boolean(),
  })
}

/** Texts whose root is an object. Their comments are numbered. */
export const documents: fc.Arbitrary<Written> = fc
  .record({
    recipe: objectsOf(recipes),
    gaps: fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    byteOrderMark: fc.constantFrom('', '\uFEFF'),
  })
  .map(({ recipe, gaps, lineEnd, byteOrderMark }) => {
    const writer = new Writer(gaps, lineEnd)
    writer.text = byteOrderMark
    const root = writer.spaced(() => writer.value(recipe))
    return { text: writer.text, root }
  })

class Writer {
  text = ''
  readonly #gaps: readonly number[]
  readonly #lineEnd: string
  #count = 0

  constructor(gaps: readonly number[], lineEnd: string) {
    this.#gaps = gaps
    this.#lineEnd = lineEnd
  }

  spaced<T>(write: () => T): T {
    this.#space()
    const written = write()
    this.#space()
    return written
  }

  value(recipe: Recipe): Placed {
    const start = this.text.length
    const children = this.#parts(recipe)
    return { kind: recipe.kind, start, end: this.text.length, children }
  }

  #parts(recipe: Recipe): readonly PlacedChild[] {
    if (recipe.kind === 'scalar') {
      this.text += recipe.raw.replace('\n', this.#lineEnd)
      return []
    }
    this.text += recipe.kind === 'object' ? '{' : '['
    const writers =
      recipe.kind === 'object'
        ? recipe.members.map(
            ([key, value]) =>
              () =>
                this.#member(key, value),
          )
        : recipe.elements.map((value, index) => () => this.#element(value, index))
    const children = writers.map((write, index) => {
      const child = this.spaced(write)
      if (index < writers.length - 1 || recipe.trailing) this.text += ','
      return child
    })
    this.#space()
    this.text += recipe.kind === 'object' ? '}' : ']'
    return children
  }

  #member([raw, name]: Key, recipe: Recipe): PlacedChild {
    const start = this.text.length
    this.text += raw
    this.spaced(() => {
      this.text += ':'
    })
    const value = this.value(recipe)
    return { name, start, end: value.end, value }
  }

  #element(recipe: Recipe, index: number): PlacedChild {
    const value = this.value(recipe)
    return { name: String(index), start: value.start, end: value.end, value }
  }

  #space(): void {
    const number = this.#count++
    const end = this.#lineEnd
    const white = ['', '', ' ', ' ', end, `${end}  `, `${end}\t`, '\u3000']
    const blocks = [`/* c${number} */`, ` /* c${number} */ `, `${end}    /* c${number}${end} * more */${end}`]
    const lines = [`// c${number}${end}`, ` // c${number}${end}`, `${end}// c${number}${end}  `]
    const choices = [...white, ...blocks, ...lines]
    this.text += choices[(this.#gaps[number % this.#gaps.length] ?? 0) % choices.length] ?? ''
  }
}
