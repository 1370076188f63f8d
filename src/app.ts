/** Assembly: every part made when it is first asked for, and closed at the end. */
import type { Accounts } from './accounts/access.ts'
import { loginTroubles } from './accounts/troubles.ts'
import type { SignInWish } from './accounts/sign-in.ts'
import type { KeyMeans } from './accounts/sealing-keys.ts'
import type { Vault } from './accounts/vault.ts'
import type { ChainKey } from './config/chain-edits.ts'
import type { ExplainWish } from './control/explain.ts'
import type { RequestsWish } from './control/requests.ts'
import type { AgentWish } from './control/agent.ts'
import type { GatewayWish } from './control/gateway.ts'
import type { LoginImportWish } from './control/login-import.ts'
import type { FallbackWish } from './control/fallbacks.ts'
import type { TokenWish } from './control/tokens.ts'
import type { LogoutWish } from './control/logout.ts'
import type { RenameWish } from './control/rename-login.ts'
import type { StoreWish } from './control/secret-plan.ts'
import type { QuickstartWish } from './control/quickstart.ts'
import type { SettingWish } from './control/settings.ts'
import type * as contract from './control/contract.ts'
import { asOpenClawError } from './control/known-errors.ts'
import type { SettingsFile, Lock } from './core/edit.ts'
import type { OpenClawError } from './core/errors.ts'
import type { Network } from './core/network.ts'
import type { Phrase } from './core/phrase.ts'
import type { CredentialOpener, HttpClient, State } from './core/ports.ts'
import type { Provider } from './core/provider.ts'
import type { Settings } from './core/settings.ts'
import type { Setup } from './core/setup.ts'
import type { Language } from './core/text.ts'
import type { RunMeans, RunWish } from './gateway/run.ts'
import type { ServeMeans } from './serving/order.ts'
import type { SetupSources } from './setup/load.ts'
import { statePaths } from './setup/paths.ts'
import type { Narrowed } from './stores/files/narrow-modes.ts'
import type { ThreadedState } from './stores/sqlite/threaded.ts'
import type { Beside, LocksAndNotes } from './stores/state-beside.ts'
import { emulatorFile, launcherFile, packageVersion, pluginsFolder, writerFile } from './system/built.ts'
import { systemClock } from './system/clock.ts'
import { systemRandom } from './system/random.ts'

export type App = ReturnType<typeof openApp>

export interface AppMeans {
  readonly environment: NodeJS.ProcessEnv
  /** Somebody at a terminal who knows the passphrase; undefined = nobody is there. */
  readonly askPassphrase?: KeyMeans['askPassphrase']
}

export function openApp({ environment, askPassphrase }: AppMeans) {
  const paths = statePaths(environment)
  const clock = systemClock
  const random = systemRandom
  const userAgent = `openclaw/${packageVersion()}`
  let holder: string | undefined
  const closers: (() => Promise<void>)[] = []

  /** A command's state: SQLite on this thread, opened when it is first used. */
  const state = once(async () => closing(await inlineState(paths.stateDb)))
  const inlineState = async (path: string): Promise<State> => {
    const { openInlineState } = await import('./stores/sqlite/inline.ts')
    return openInlineState({ path, clock })
  }
  const threadedState = async (path: string): Promise<ThreadedState> => {
    const { openThreadedState } = await import('./stores/sqlite/threaded.ts')
    return openThreadedState({ path, clock, workerFile: writerFile() })
  }
  /** For this machine only, where no setting of the way matters: also when the settings cannot be read. */
  const localHttp = once(() => httpOver())
  /** For upstreams, the way that these settings say. */
  const upstreamHttp = ({ network }: Setup) => once(() => httpOver(() => network))

  async function httpOver(network?: () => Network): Promise<HttpClient> {
    const { openHttpClient } = await import('./net/client.ts')
    const client = openHttpClient({ proxyFromEnv: environment, ...(network && { network }) })
    // The last to close: a login that is being renewed at the end still needs it.
    closers.unshift(() => client.close())
    return client
  }

  function closing<Part extends { close(): Promise<void> }>(part: Part): Part {
    closers.push(() => part.close())
    return part
  }

  /** `besideModels` = where those meet who reach models.json, with its tokens, by a link. */
  const filesOver = async (
    held: () => Promise<State>,
    open: (path: string) => Promise<State>,
  ): Promise<{ openclawJson: SettingsFile; modelsJson: SettingsFile; lock: Lock; besideModels: Beside }> => {
    const [{ settingsFile }, { ownTexts }, { stateBeside, locksAndNotes }, { sealingFile }] = await Promise.all([
      import('./stores/files/settings-file.ts'),
      import('./stores/files/own-texts.ts'),
      import('./stores/state-beside.ts'),
      import('./accounts/sealing-file.ts'),
    ])
    const means = { clock, holder: () => (holder ??= `${process.pid} ${random.uuid()}`) }
    const own = locksAndNotes(held, means)
    const besideModels = closing(stateBeside(paths.modelsJson, { ...means, ownPath: paths.stateDb, own: held, open }))
    const fileOver = (path: string, { lock, notes }: LocksAndNotes): SettingsFile =>
      settingsFile(
        path,
        lock,
        ownTexts(() => Promise.resolve(notes)),
      )
    const openclawJson = fileOver(paths.openclawJson, own)
    const modelsJson = sealingFile(fileOver(paths.modelsJson, besideModels), openclawJson, vault)
    return { openclawJson, modelsJson, lock: own.lock, besideModels }
  }
  const files = once(() => filesOver(state, inlineState))

  const keychain = once(async () => (await import('./system/keychain.ts')).keychainOn(process.platform, environment))
  /** False for those who only look, and once a gateway serves: a question would come out of nowhere. */
  let mayAsk = askPassphrase !== undefined
  const vault = once(async (): Promise<Vault> => {
    const [{ openVault }, { givenPassphrase }] = await Promise.all([
      import('./accounts/vault.ts'),
      import('./system/passphrase.ts'),
    ])
    return openVault({
      keychain,
      givenPassphrase: () => givenPassphrase(environment),
      askPassphrase: async (which) => (mayAsk ? askPassphrase?.(which) : undefined),
    })
  })
  const opener: CredentialOpener = { open: async (...sealed) => (await vault()).open(...sealed) }

  const sources = once(async (): Promise<SetupSources> => ({
    ...(await files()),
    environment,
    pluginsFolder: pluginsFolder(),
  }))
  const setup = async (): Promise<Setup> => (await import('./setup/load.ts')).loadSetup(await sources())
  /** For those who use the secrets of logins: sealed ones are opened. */
  const openedSetup = async (): Promise<Setup> =>
    (await import('./setup/load.ts')).loadSetup({ ...(await sources()), opener })
  const settingsRead = async () => (await import('./setup/load.ts')).loadSettings(await sources())

  const troubles = loginTroubles()

  const accountsOver = async (
    { held, modelsJson, lock, besideModels }: Awaited<ReturnType<typeof filesOver>> & { readonly held: State },
    over: Setup,
    { http, onPutBack }: { readonly http: () => Promise<HttpClient>; readonly onPutBack?: (profile: string) => void },
  ): Promise<Accounts> => {
    const [
      { openAccounts },
      { openRefresher },
      { knownDead },
      { fileCredentialStore },
      { noteRefresh },
      { openOutsideLogins },
    ] = await Promise.all([
      import('./accounts/access.ts'),
      import('./accounts/refresh.ts'),
      import('./accounts/token-notes.ts'),
      import('./accounts/credential-store.ts'),
      import('./accounts/refresh-times.ts'),
      import('./accounts/outside-logins.ts'),
    ])
    const store = fileCredentialStore(modelsJson, vault)
    const { notes } = besideModels
    const dead = await knownDead(over.settings.profiles.values(), notes)
    const means = {
      http,
      clock,
      random,
      userAgent,
      dead,
      ...troubles.told,
      onSaved(profile: string) {
        troubles.told.onSaved(profile)
        noteRefresh(profile, { notes, clock })
      },
      ...(onPutBack && { onPutBack }),
    }
    const ours = { notes, lock: besideModels.lock, tokenLock: besideModels.lock }
    const refresher = closing(openRefresher({ ...means, ...ours, store }))
    const outside = closing(openOutsideLogins({ ...means, notes: held.notes, lock, environment }))
    return openAccounts({ clock, refresher, dead, outside })
  }

  const looking = <T>(work: () => Promise<T>): Promise<T> => {
    mayAsk = false
    return work()
  }

  /** What is noted of logins lies where their tokens do. */
  const loginState = async (): Promise<State> => {
    const [held, { besideModels }] = await Promise.all([state(), files()])
    return { ...held, notes: besideModels.notes }
  }
  /** For acts on logins that stand. */
  const profileMeans = async (read = openedSetup) => {
    const [held, over, own] = await Promise.all([state(), read(), files()])
    const accounts = await accountsOver({ ...own, held }, over, { http: upstreamHttp(over) })
    return { setup: over, state: await loginState(), accounts, paths, now: clock.now() }
  }
  const loginActMeans = async () => {
    const [over, { openclawJson, modelsJson, besideModels }] = await Promise.all([setup(), files()])
    const own = { setup: over, state: await loginState(), openclawJson, modelsJson, lock: besideModels.lock, opener }
    return { ...own, http: upstreamHttp(over), clock, random, userAgent }
  }
  const serveMeans = async (known?: Pick<ServeMeans, 'setup' | 'state' | 'accounts'>): Promise<ServeMeans> => {
    const { openMemory } = await import('./serving/memory.ts')
    const { setup: over, state: held, accounts } = known ?? (await profileMeans())
    return {
      setup: over,
      state: held,
      accounts,
      http: await upstreamHttp(over)(),
      clock,
      random,
      userAgent,
      ...openMemory(clock),
    }
  }

  const lastGoodParts = () => Promise.all([import('./stores/files/last-good.ts'), import('./setup/last-good.ts')])
  const gatewayMeans = async () => ({
    leases: (await state()).leases,
    notes: (await state()).notes,
    clock,
    http: localHttp,
    paths,
    environment,
    launcher: launcherFile(),
    settings: async () => {
      const [{ lastGoodOf }, { loadToServe }] = await lastGoodParts()
      return (await loadToServe(await sources(), lastGoodOf(paths.openclawJson))).settings.gateway
    },
    lastGoodSettings: async () => {
      const [{ lastGoodOf }, { loadLastGood }] = await lastGoodParts()
      return (await loadLastGood(await sources(), lastGoodOf(paths.openclawJson)))?.settings.gateway
    },
  })
  const gatewayRuns = async (): Promise<boolean> =>
    (await import('./service/instance.ts'))
      .currentInstance({ leases: (await state()).leases, clock })
      .then((found) => found !== undefined)
  const pluginMeans = async () => ({
    sources: await sources(),
    settings: async (): Promise<Settings> => (await settingsRead()).settings,
    gatewayRuns,
  })
  const fallbackMeans = async () => ({
    setup: await setup(),
    openclawJson: (await files()).openclawJson,
    environment,
  })
  /** Servers of models are asked only by acts that a person called, and no longer than their own deadlines. */
  const serverMeans = (over: Setup) => ({ http: upstreamHttp(over), userAgent, signal: new AbortController().signal })
  const catalogueMeans = async (language: Language) => {
    const [{ loadProvidersOff }, { askServersInUse, findServers }, over] = await Promise.all([
      import('./setup/load.ts'),
      import('./control/servers.ts'),
      looking(openedSetup),
    ])
    const off = await loadProvidersOff(await sources(), over, () => true)
    const waiting = off.filter(({ id }) => over.withoutKey.has(id))
    const means = serverMeans(over)
    const asked = await Promise.all([askServersInUse(over, means), findServers(waiting, means)])
    return { setup: over, off, servers: asked.flat(), now: clock.now(), language }
  }
  const offIn = async (from: SetupSources, over: Setup): Promise<readonly Provider[]> =>
    (await import('./setup/load.ts')).loadProvidersOff(from, over, () => true)
  const requestsMeans = async () => ({ requests: (await state()).requests, clock, setup: await settingsRead() })
  const existingLogin = async (provider: Provider, over: Setup) => {
    if (!provider.definition?.outside) return undefined
    const { existingLogin: found } = await import('./accounts/existing-login.ts')
    return found(provider, over, { clock, environment })
  }
  const tokenMeans = async () => ({ tokens: (await state()).tokens, clock })
  const secretMoveMeans = async () => {
    const { besideModels, ...both } = await files()
    return { ...both, lock: besideModels.lock, state: await loginState(), vault: await vault(), gatewayRuns }
  }
  const settingsMeans = async () => ({ ...(await files()), environment, merged: settingsRead })

  return {
    paths,
    clock,
    environment,
    version: packageVersion,
    emulatorFile,
    setup,
    gatewayRuns,
    openclawJson: async () => (await files()).openclawJson,
    /** Undefined = the settings say none. */
    languageSet: async (): Promise<Language | undefined> => (await settingsRead()).settings.language,
    gatewayToken: async () => (await import('./stores/files/secret-file.ts')).readOrMakeSecret(paths.gatewayToken),

    async *pluginsList() {
      return yield* (await import('./control/plugins.ts')).listPlugins(await pluginMeans())
    },
    async *pluginsSwitch(wish: { readonly plugin: string; readonly to: 'on' | 'off' }) {
      return yield* (await import('./control/plugins.ts')).switchPlugin(wish, await pluginMeans())
    },
    async *pluginsInfo(id: string) {
      return yield* (await import('./control/plugins.ts')).pluginInfo(id, await pluginMeans())
    },
    async *pluginsDoctor() {
      return yield* (await import('./control/plugins-doctor.ts')).checkPlugins(await pluginMeans())
    },
    async *modelsList(wish: { readonly all: boolean }, language: Language) {
      return yield* (await import('./control/models.ts')).listModels(wish, await catalogueMeans(language))
    },
    async *modelsShow(name: string, language: Language) {
      return yield* (await import('./control/models.ts')).showModel(name, await catalogueMeans(language))
    },
    async *modelsExplain(wish: ExplainWish) {
      const [{ explain }, means] = await Promise.all([
        import('./control/explain.ts'),
        profileMeans(() => looking(openedSetup)).then(serveMeans),
      ])
      const from = await sources()
      return yield* explain(wish, { ...means, providersOff: (over) => offIn(from, over) })
    },
    async *modelsCooldownsList() {
      const { cooldowns } = await state()
      return yield* (await import('./control/cooldowns.ts')).listCooldowns({ cooldowns })
    },
    async *modelsCooldownsClear(wish: { readonly name: string } | 'all') {
      const { cooldowns } = await state()
      return yield* (await import('./control/cooldowns.ts')).clearCooldowns(wish, { cooldowns, setup: await setup() })
    },
    async *requestsList(wish: RequestsWish) {
      return yield* (await import('./control/requests.ts')).listRequests(wish, await requestsMeans())
    },
    async *requestsShow(id: string) {
      return yield* (await import('./control/requests.ts')).showRequest(id, await requestsMeans())
    },
    async *requestsTail(wish: RequestsWish & { readonly signal: AbortSignal }) {
      return yield* (await import('./control/requests.ts')).tailRequests(wish, await requestsMeans())
    },
    async *modelsSet(name: string, language: Language) {
      const means = { setup: await setup(), now: clock.now(), language }
      return yield* (await import('./control/models.ts')).setModel(name, means, (await files()).openclawJson)
    },
    async *modelsSetImage(wish: { readonly name: string } | 'clear') {
      const { clearImageModel, setImageModel } = await import('./control/image-model.ts')
      if (wish === 'clear') return yield* clearImageModel(await setup(), await files())
      return yield* setImageModel(wish.name, await setup(), (await files()).openclawJson)
    },
    async *modelsAliasesList() {
      return yield* (await import('./control/aliases.ts')).listAliases(await setup())
    },
    async *modelsAliasesAdd(wish: { readonly alias: string; readonly name: string; readonly force: boolean }) {
      return yield* (await import('./control/aliases.ts')).addAlias(wish, { ...(await files()), setup: await setup() })
    },
    async *modelsAliasesRemove(wish: { readonly alias: string; readonly force: boolean }) {
      const means = { ...(await files()), setup: await setup() }
      return yield* (await import('./control/aliases.ts')).removeAlias(wish, means)
    },
    async *modelsFallbacksList(chain: ChainKey) {
      return yield* (await import('./control/fallbacks.ts')).listFallbacks(chain, await setup())
    },
    async *modelsFallbacksAdd(wish: FallbackWish) {
      return yield* (await import('./control/fallbacks.ts')).addFallback(wish, await fallbackMeans())
    },
    async *modelsFallbacksRemove(wish: FallbackWish) {
      return yield* (await import('./control/fallbacks.ts')).removeFallback(wish, await fallbackMeans())
    },
    async *modelsFallbacksClear(chain: ChainKey) {
      return yield* (await import('./control/fallbacks.ts')).clearFallbacks(chain, await fallbackMeans())
    },
    async *modelsStatus(wish: contract.StatusWish): AsyncGenerator<never, contract.ModelsStatus> {
      const [means, { modelsStatus }, { providersNamed }, { askServersInUse }, { loadProvidersOff }] =
        await Promise.all([
          profileMeans(() => looking(openedSetup)),
          import('./control/status.ts'),
          import('./control/chain.ts'),
          import('./control/servers.ts'),
          import('./setup/load.ts'),
        ])
      const { setup: over } = means
      const { signal, check, language } = wish
      const probed =
        wish.probe &&
        (await (await import('./control/probe-logins.ts')).probeLogins({ ...(await serveMeans(means)), signal }))
      const named = providersNamed(over)
      const existing = await Promise.all([...over.providers.values()].map((provider) => existingLogin(provider, over)))
      return yield* modelsStatus({
        ...means,
        environment,
        language,
        check,
        ...(probed && { probed }),
        off: await loadProvidersOff(await sources(), over, (id) => named.has(id)),
        servers: await askServersInUse(over, serverMeans(over)),
        existing: existing.filter((login) => login !== undefined),
      })
    },
    /** Of another program, and not in use here. */
    existingLogin: async (provider: Provider) => existingLogin(provider, await setup()),
    /** What signing in to it takes: see its definition. */
    async providerToSignIn(id: string) {
      const [{ loadProvider }, over] = await Promise.all([import('./setup/load.ts'), setup()])
      return loadProvider(await sources(), over, id)
    },
    /** Of every provider that takes a key, on or off. */
    async keyLogins() {
      const [{ loadProvidersOff }, over] = await Promise.all([import('./setup/load.ts'), setup()])
      const off = await loadProvidersOff(await sources(), over, () => true)
      return [...over.providers.values(), ...off].flatMap(({ id, definition }) =>
        definition?.key ? [{ id, key: definition.key }] : [],
      )
    },
    async *modelsAuthKey(wish: contract.KeyWish) {
      const [{ keyLogin }, { loadProvider }, over, held, { openclawJson, modelsJson }] = await Promise.all([
        import('./control/key-login.ts'),
        import('./setup/load.ts'),
        setup(),
        loginState(),
        files(),
      ])
      const provider = await loadProvider(await sources(), over, wish.provider)
      const { notes, cooldowns } = held
      const http = await upstreamHttp(over)()
      const means = { http, clock, userAgent, notes, cooldowns, openclawJson, modelsJson }
      return yield* keyLogin(wish, { setup: over, provider }, means)
    },
    async *modelsAuthLogin(wish: SignInWish) {
      const [{ login }, held, over, { openclawJson, modelsJson }] = await Promise.all([
        import('./control/login.ts'),
        loginState(),
        setup(),
        files(),
      ])
      return yield* login(wish, over, {
        http: upstreamHttp(over),
        clock,
        environment,
        random,
        userAgent,
        notes: held.notes,
        cooldowns: held.cooldowns,
        openclawJson,
        modelsJson,
      })
    },
    async *modelsAuthImport(wish: LoginImportWish) {
      const [{ importLogins }, { loadProvidersOff }, over, { modelsJson }] = await Promise.all([
        import('./control/login-import.ts'),
        import('./setup/load.ts'),
        openedSetup(),
        files(),
      ])
      const off = await loadProvidersOff(await sources(), over, () => true)
      return yield* importLogins(wish, { setup: over, providers: [...over.providers.values(), ...off], modelsJson })
    },
    async *modelsAuthStore() {
      return yield* (await import('./control/secret-store.ts')).secretStore({ ...(await files()), keychain })
    },
    async *modelsAuthStoreMove(wish: StoreWish) {
      return yield* (await import('./control/secret-move.ts')).moveSecrets(wish, await secretMoveMeans())
    },
    async *modelsAuthList(wish: { readonly provider?: string }) {
      return yield* (await import('./control/logins.ts')).listLogins(
        wish,
        await profileMeans(() => looking(openedSetup)),
      )
    },
    async *modelsAuthStatus(wish: { readonly profile?: string; readonly provider?: string }) {
      return yield* (await import('./control/logins.ts')).showLogins(
        wish,
        await profileMeans(() => looking(openedSetup)),
      )
    },
    async *modelsAuthLogout(wish: LogoutWish) {
      return yield* (await import('./control/logout.ts')).logOut(wish, await loginActMeans())
    },
    async *modelsAuthRename(wish: RenameWish) {
      return yield* (await import('./control/rename-login.ts')).renameLogin(wish, await loginActMeans())
    },
    async *modelsAuthOrderGet(wish: { readonly provider?: string }) {
      return yield* (await import('./control/profile-order.ts')).getOrder(wish, await setup())
    },
    async *modelsAuthOrderSet(wish: { readonly provider: string; readonly profiles: readonly string[] }) {
      return yield* (await import('./control/profile-order.ts')).setOrder(wish, await loginActMeans())
    },
    async *modelsAuthOrderClear(wish: { readonly provider: string }) {
      return yield* (await import('./control/profile-order.ts')).clearOrder(wish, await loginActMeans())
    },
    async *configGet(path: string | undefined) {
      return yield* (await import('./control/settings.ts')).getSetting(path, await settingsMeans())
    },
    async *configValidate() {
      return yield* (await import('./control/settings-check.ts')).checkSettings({
        sources: await sources(),
        setup: async (over) => (await import('./setup/load.ts')).loadSetup(over),
      })
    },
    async *configImport(wish: { readonly from?: string; readonly dryRun: boolean }) {
      const { importSettings } = await import('./control/settings-import.ts')
      const from = wish.from ?? paths.original ?? paths.folder
      return yield* importSettings({ ...wish, from }, { ...(await files()), environment })
    },
    configSchema: async () => (await import('./config/json-schema.ts')).settingsJsonSchema(),
    async *configSet(wish: SettingWish) {
      return yield* (await import('./control/settings.ts')).setSetting(wish, await settingsMeans())
    },
    async *configUnset(path: string) {
      return yield* (await import('./control/settings.ts')).unsetSetting(path, await settingsMeans())
    },
    async *gatewayStatus(language: Language) {
      return yield* (await import('./control/gateway-status.ts')).gatewayStatus(await gatewayMeans(), language)
    },
    async *gatewayStart(wish: GatewayWish) {
      return yield* (await import('./control/gateway.ts')).startGatewayProcess(wish, await gatewayMeans())
    },
    async *gatewayStop() {
      return yield* (await import('./control/gateway.ts')).stopGatewayProcess(await gatewayMeans())
    },
    async *gatewayRestart(wish: GatewayWish) {
      return yield* (await import('./control/gateway.ts')).restartGatewayProcess(wish, await gatewayMeans())
    },
    async *gatewayTokenRotate() {
      return yield* (await import('./control/owner-token.ts')).rotateOwnerToken(await gatewayMeans())
    },
    async *gatewayTokenCreate(wish: TokenWish) {
      return yield* (await import('./control/tokens.ts')).createToken(wish, await tokenMeans())
    },
    async *gatewayTokenList() {
      return yield* (await import('./control/tokens.ts')).listTokens(await tokenMeans())
    },
    async *gatewayTokenRevoke(nameOrId: string) {
      return yield* (await import('./control/tokens.ts')).revokeToken(nameOrId, await tokenMeans())
    },
    async *agent(wish: AgentWish) {
      return yield* (await import('./control/agent.ts')).askAgent(wish, await serveMeans())
    },
    async *quickstart(wish: QuickstartWish) {
      const { quickstart } = await import('./control/quickstart.ts')
      return yield* quickstart(wish, {
        http: await localHttp(),
        emulatorFile: emulatorFile(),
        launcherFile: launcherFile(),
        environment,
        openHouse: (house) => openApp({ environment: house }),
      })
    },

    /** A gateway in this process, with its own state behind the writer thread; resolves when it has ended. */
    async gatewayRun(
      wish: RunWish,
      tell: Pick<RunMeans, 'onListening' | 'onDraining'> & {
        readonly onSettings: (problem: OpenClawError | undefined) => void
        /** What the settings name and cannot be used: at the start, and after each change of them. */
        readonly onProblem: (problem: OpenClawError) => void
        readonly onPutBack: (profile: string) => void
        readonly onNarrowed: (narrowed: Narrowed) => void
      },
    ): Promise<void> {
      const [{ readOrMakeSecret }, { narrowModes }, { sweepTemporaries }, { demandStrong }] = await Promise.all([
        import('./stores/files/secret-file.ts'),
        import('./stores/files/narrow-modes.ts'),
        import('./stores/files/atomic-write.ts'),
        import('./service/owner-token.ts'),
      ])
      for (const narrowed of await narrowModes(paths)) tell.onNarrowed(narrowed)
      await sweepTemporaries(paths.folder).catch(() => []) // left by a crash, and in nobody's way
      const token = await readOrMakeSecret(paths.gatewayToken)
      demandStrong(token, paths.gatewayToken)
      const toldAs = (problem: Error | undefined) => problem && asOpenClawError(problem)
      // Its thread starts while this one loads the rest.
      const opening = threadedState(paths.stateDb)
      const opened = opening.catch(() => undefined) // who waits for `opening` is told
      closers.push(async () => (await opened)?.close())
      const [
        { runGateway },
        { openLiveSetup },
        { openLiveToken },
        { lastGoodOf },
        { changedSince },
        { openMemory },
        { networkStatus },
        { sealOldCopies },
      ] = await Promise.all([
        import('./gateway/run.ts'),
        import('./setup/live.ts'),
        import('./service/live-token.ts'),
        import('./stores/files/last-good.ts'),
        import('./service/listening.ts'),
        import('./serving/memory.ts'),
        import('./control/network-status.ts'),
        import('./accounts/old-copies.ts'),
      ])
      const own = await filesOver(() => opening, threadedState)
      const live = await openLiveSetup(
        { ...own, environment, pluginsFolder: pluginsFolder(), opener },
        (problem) => {
          tell.onSettings(toldAs(problem))
          if (!problem) for (const one of live.current().problems) tell.onProblem(one)
        },
        lastGoodOf(paths.openclawJson),
      )
      const atStart = live.current().settings.gateway
      if (live.problem()) tell.onSettings(toldAs(live.problem()))
      closers.push(async () => live.close())
      const liveToken = openLiveToken(paths.gatewayToken, token)
      closers.push(async () => liveToken.close())
      mayAsk = false
      for (const problem of live.current().problems) tell.onProblem(problem)
      await sealOldCopies(own, await vault()).catch(() => undefined) // what is wrong with the keys was told
      const liveHttp = await httpOver(() => live.current().network)
      const held = await opening
      await runGateway(wish, {
        ...tell,
        setup: live,
        token: liveToken,
        log: paths.gatewayLog,
        services: {
          setup: () => live.current(),
          state: held,
          accounts: await accountsOver({ ...own, held }, live.current(), {
            http: () => Promise.resolve(liveHttp),
            onPutBack: tell.onPutBack,
          }),
          http: liveHttp,
          clock,
          random,
          ...openMemory(clock),
          userAgent,
          providersOff: (over) => offIn({ ...own, environment, pluginsFolder: pluginsFolder() }, over),
          problems: () =>
            [
              toldAs(live.problem()),
              toldAs(liveToken.problem()),
              held.health().reason,
              ...changedSince(atStart, live.current().settings.gateway),
              ...live.current().problems,
              ...troubles.lines(),
              ...live.current().refused.map(({ error }) => error),
            ].filter((problem) => problem !== undefined),
          network: () => networkStatus(live.current(), environment),
          about: { version: packageVersion(), stateFolder: paths.folder, startedAt: clock.now() },
        },
      })
    },

    /** Resolves with what could not be done for the logins. */
    async close(): Promise<readonly Phrase[]> {
      // What was made later may still need what was made before.
      const failed: unknown[] = []
      for (const close of closers.toReversed()) await close().catch((error: unknown) => failed.push(error))
      if (failed.length > 0) throw failed[0]
      return troubles.lines()
    },
  }
}

function once<Part>(make: () => Promise<Part>): () => Promise<Part> {
  let made: Promise<Part> | undefined
  return () => (made ??= make())
}
