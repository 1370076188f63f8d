/** The act `gateway run`: a gateway in this process, with its own state behind the writer thread. */
import { asOpenClawError } from '../control/known-errors.ts'
import type { OpenClawError } from '../core/errors.ts'
import type { Secret } from '../core/secret.ts'
import type { RunMeans, RunWish } from '../gateway/run.ts'
import type { Narrowed } from '../stores/files/narrow-modes.ts'
import { packageVersion, pluginsFolder } from '../system/built.ts'
import type { Parts } from './parts.ts'

export interface RunTold extends Pick<RunMeans, 'onListening' | 'onDraining' | 'onSucceeded'> {
  readonly onSettings: (problem: OpenClawError | undefined) => void
  /** What the settings name and cannot be used: at the start, and after each change of them. */
  readonly onProblem: (problem: OpenClawError) => void
  readonly onPutBack: (profile: string) => void
  readonly onNarrowed: (narrowed: Narrowed) => void
}

export function gatewayRunAct(parts: Parts) {
  const { environment, paths, clock, random, userAgent, atEnd, httpOver, askNobody, vault, opener } = parts
  const { threadedState, filesOver, offIn, accountsOver, loginTroubles } = parts
  return {
    /** Resolves when it has ended. */
    async gatewayRun(wish: RunWish, tell: RunTold): Promise<void> {
      const token = await readyFolder(parts, tell)
      // Its thread starts while this one loads the rest.
      const opening = threadedState(paths.stateDb)
      const opened = opening.catch(() => undefined) // who waits for `opening` is told
      atEnd(async () => (await opened)?.close())
      const [
        { runGateway },
        { openLiveSetup },
        { openLiveToken },
        { lastGoodOf },
        { changedSince },
        { isSupervised },
        { openMemory },
        { networkStatus },
        { sealOldCopies },
      ] = await Promise.all([
        import('../gateway/run.ts'),
        import('../setup/live.ts'),
        import('../service/live-token.ts'),
        import('../stores/files/last-good.ts'),
        import('../service/listening.ts'),
        import('../service/supervisor.ts'),
        import('../serving/memory.ts'),
        import('../control/network-status.ts'),
        import('../accounts/old-copies.ts'),
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
      atEnd(async () => live.close())
      const liveToken = openLiveToken(paths.gatewayToken, token, (problem) => tell.onProblem(asOpenClawError(problem)))
      atEnd(async () => liveToken.close())
      askNobody()
      for (const problem of live.current().problems) tell.onProblem(problem)
      await sealOldCopies(own, await vault()).catch(() => undefined) // what is wrong with the keys was told
      const http = await httpOver(() => live.current().network)
      const state = await opening
      await runGateway(wish, {
        ...tell,
        setup: live,
        token: liveToken,
        log: paths.gatewayLog,
        isSupervised: isSupervised(environment, process),
        services: {
          setup: () => live.current(),
          state,
          accounts: await accountsOver({ ...own, held: state }, live.current(), {
            http: () => Promise.resolve(http),
            onPutBack: tell.onPutBack,
          }),
          http,
          clock,
          random,
          ...openMemory(clock),
          userAgent,
          providersOff: (over) => offIn({ ...own, environment, pluginsFolder: pluginsFolder() }, over),
          problems: () =>
            [
              toldAs(live.problem()),
              toldAs(liveToken.problem()),
              state.health().reason,
              ...changedSince(atStart, live.current().settings.gateway),
              ...live.current().problems,
              ...loginTroubles(),
              ...live.current().refused.map(({ error }) => error),
            ].filter((problem) => problem !== undefined),
          network: () => networkStatus(live.current(), environment),
          about: { version: packageVersion(), stateFolder: paths.folder, startedAt: clock.now() },
        },
      })
    },
  }
}

/** Nobody else may read the folder, nothing lies in it that a crash left; with the owner's token. */
async function readyFolder({ paths }: Parts, { onNarrowed }: Pick<RunTold, 'onNarrowed'>): Promise<Secret> {
  const [{ readOrMakeSecret }, { narrowModes }, { sweepTemporaries }, { demandStrong }] = await Promise.all([
    import('../stores/files/secret-file.ts'),
    import('../stores/files/narrow-modes.ts'),
    import('../stores/files/atomic-write.ts'),
    import('../service/owner-token.ts'),
  ])
  for (const narrowed of await narrowModes(paths)) onNarrowed(narrowed)
  await sweepTemporaries(paths.folder).catch(() => []) // left by a crash, and in nobody's way
  const token = await readOrMakeSecret(paths.gatewayToken)
  demandStrong(token, paths.gatewayToken)
  return token
}

function toldAs(problem: Error | undefined): OpenClawError | undefined {
  return problem && asOpenClawError(problem)
}
