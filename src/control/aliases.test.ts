import { describe, expect, it } from 'vitest'
import { addAlias, listAliases, removeAlias } from './aliases.ts'
import { PROVIDERS, twoFiles, type TwoFiles } from './two-files.fixture.ts'

const files = (aliases: string, more = '', lower?: string): TwoFiles =>
  twoFiles(`// mine\n{\n  models: { ${PROVIDERS}, aliases: { ${aliases} } },\n  ${more}\n}\n`, lower)
const add = (house: TwoFiles, alias: string, name: string, force = false) =>
  house.act((means) => addAlias({ alias, name, force }, means))
const remove = (house: TwoFiles, alias: string, force = false) =>
  house.act((means) => removeAlias({ alias, force }, means))
const list = (house: TwoFiles) => house.act(({ setup }) => listAliases(setup))

describe('an alias that is added', () => {
  it('means a ref at once, and the rest of the file stays to the byte', async () => {
    const house = files(`/* old */ q: 'near/one'`)
    expect(await add(house, '看图', 'near/eyes')).toEqual({
      alias: '看图',
      ref: 'near/eyes',
      changed: true,
      file: house.sources.openclawJson.path,
    })
    expect(house.text()).toMatch(/^\/\/ mine\n/)
    expect(house.text()).toContain(`/* old */ q: 'near/one'`)
    expect(await list(house)).toEqual({ aliases: { q: 'near/one', 看图: 'near/eyes' }, missing: [] })
  })

  it('of an alias means what that one means', async () => {
    const house = files(`q: 'near/one'`)
    await add(house, 'fast', 'q')
    expect(house.value()).toMatchObject({ models: { aliases: { fast: 'near/one' } } })
  })

  it('keeps a pinned login, and any id of a provider that lists none', async () => {
    const house = files('')
    expect(await add(house, 'work', 'open/x/y@open:work')).toMatchObject({ ref: 'open/x/y@open:work' })
  })

  it('never changes what it meant before by the way', async () => {
    const house = files(`q: 'near/one'`)
    const before = house.text()
    await expect(add(house, 'q', 'near/eyes')).rejects.toMatchObject({
      code: 'alias-taken',
      exit: 1,
      message: 'q is already an alias of near/one.',
      run: 'openclaw models aliases add q near/eyes --force',
    })
    expect(house.text()).toBe(before)
    expect(await add(house, 'q', 'near/one')).toMatchObject({ changed: false })
    expect(house.text()).toBe(before)
  })

  it('says what it meant before, when it was to be changed all the same', async () => {
    const house = files(`q: 'near/one'`)
    expect(await add(house, 'q', 'near/eyes', true)).toMatchObject({ ref: 'near/eyes', was: 'near/one', changed: true })
    expect((await list(house)).aliases).toEqual({ q: 'near/eyes' })
  })

  it('lies over one of models.json, which stays', async () => {
    const house = files('', '', `{ models: { aliases: { q: 'near/one' } } }`)
    await expect(add(house, 'q', 'near/eyes')).rejects.toMatchObject({ code: 'alias-taken' })
    expect(await add(house, 'q', 'near/eyes', true)).toMatchObject({ was: 'near/one' })
    expect((await list(house)).aliases).toEqual({ q: 'near/eyes' })
  })

  it.each(['openclaw', 'openclaw/main', 'near', 'qwen-portal', 'a/b', 'two words'])(
    'is refused under a name that means something else (%s)',
    async (alias) => {
      const house = files('')
      const before = house.text()
      await expect(add(house, alias, 'near/one', true)).rejects.toMatchObject({ code: 'alias-refused', exit: 2 })
      expect(house.text()).toBe(before)
    },
  )

  it.each([
    ['near/on', 'model-not-found', 'Did you mean near/one?'],
    ['noar/one', 'model-not-found', 'Did you mean near/one?'],
    ['noar/zzzz', 'provider-not-found', 'Did you mean near?'],
    ['qwen-portal/coder-model', 'provider-not-found', 'qwen-portal-auth brings this provider'],
  ])('is refused for a model that nobody offers (%s)', async (name, code, told) => {
    await expect(add(files(''), 'x', name)).rejects.toMatchObject({ code, message: expect.stringContaining(told) })
  })
})

describe('an alias that is removed', () => {
  it('is told with what it meant', async () => {
    const house = files(`q: 'near/one', /* stays */ r: 'near/eyes'`)
    expect(await remove(house, 'q')).toEqual({
      alias: 'q',
      was: 'near/one',
      changed: true,
      file: house.sources.openclawJson.path,
    })
    expect(house.text()).toContain('/* stays */')
    expect((await list(house)).aliases).toEqual({ r: 'near/eyes' })
  })

  it('and is still named in the settings stays, with the places told', async () => {
    const house = files(
      `q: 'near/one'`,
      `agents: { defaults: { model: { primary: 'q', fallbacks: ['near/eyes', 'q'] } } }`,
    )
    const before = house.text()
    await expect(remove(house, 'q')).rejects.toMatchObject({
      code: 'alias-in-use',
      message: 'q is still named in the settings: agents.defaults.model.primary, agents.defaults.model.fallbacks[1]',
    })
    expect(house.text()).toBe(before)
    expect(await remove(house, 'q', true)).toMatchObject({ changed: true })
    expect((await list(house)).aliases).toEqual({})
  })

  it('and stands in models.json alone is told with that file and its line', async () => {
    const house = files('', '', `{\n  models: {\n    aliases: {\n      q: 'near/one',\n    } } }`)
    await expect(remove(house, 'q')).rejects.toMatchObject({
      code: 'config-kept-elsewhere',
      params: { path: 'models.aliases.q', file: house.sources.modelsJson.path, line: 4 },
    })
  })

  it('and stands in models.json too means that from now on', async () => {
    const house = files(`q: 'near/eyes'`, '', `{ models: { aliases: { q: 'near/one' } } }`)
    expect(await remove(house, 'q')).toMatchObject({ was: 'near/eyes', remains: 'near/one' })
    expect((await list(house)).aliases).toEqual({ q: 'near/one' })
  })

  it('and was never there is told with the nearest', async () => {
    await expect(remove(files(`quick: 'near/one'`), 'quik')).rejects.toMatchObject({
      code: 'alias-not-found',
      exit: 1,
      message: 'There is no alias quik. Did you mean quick?',
    })
  })
})

it('an alias whose model nobody offers is listed as missing', async () => {
  expect(await list(files(`gone: 'near/gone', away: 'nobody/x', well: 'near/one'`))).toMatchObject({
    missing: ['gone', 'away'],
  })
})
