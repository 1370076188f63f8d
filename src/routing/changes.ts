/** What can be done about each thing that stands against a choice, the easiest first. */
import { commandLine } from '../core/command-line.ts'
import { restKeysOf } from '../core/failure.ts'
import { phrase } from '../core/phrase.ts'
import { modelIn } from '../core/provider.ts'
import { formatRef, type ModelRef } from '../core/ref.ts'
import { loginChanges } from './changes-of-login.ts'
import {
  decisionIn,
  isSameChoice,
  profileOf,
  type About,
  type Against,
  type Change,
  type ChangeMeans,
  type Choice,
  type Situation,
} from './situation.ts'
import {
  foundOut,
  seeing,
  waiting,
  withFacts,
  withFirst,
  withoutRests,
  withProvider,
  withQuota,
  withVariable,
} from './what-if.ts'

export function changesAgainst(against: Against, choice: Choice, about: About): readonly Change[] {
  const { situation } = about
  const { ref } = choice
  switch (against.kind) {
    case 'others-first':
      return againstOthers(choice, against.finds, about)
    case 'not-rotated':
      return [rotating(), ...inOrder(choice, situation)]
    case 'provider-not-found':
    case 'no-login':
    case 'needs-login':
    case 'profile-not-found':
    case 'locked':
      return loginChanges(against, choice, about)
    case 'unset-variable':
      return [
        {
          words: phrase('change-variable', { variable: against.variable }),
          apply: (now) => withVariable(now, against.variable),
        },
      ]
    case 'no-base-url':
    case 'plain-http':
      return [
        {
          words: phrase(against.kind === 'plain-http' ? 'change-https' : 'change-base-url', { provider: ref.provider }),
          run: baseUrlCommand(ref.provider),
          apply: (now) =>
            withProvider(now, ref.provider, (provider) => ({
              ...provider,
              baseUrl: 'https://host.invalid/v1',
              baseUrlIsChosen: true,
            })),
        },
      ]
    case 'model-not-found':
      return [
        {
          words: phrase('change-list-model', { model: ref.model, path: settingOf(ref.provider, 'models') }),
          apply: (now) =>
            withProvider(now, ref.provider, (provider) =>
              modelIn(provider, ref.model)
                ? provider
                : { ...provider, models: [...provider.models, { id: ref.model }] },
            ),
        },
      ]
    case 'no-vision':
      return [{ words: phrase('change-no-picture'), apply: (now) => withFacts(now, { hasImage: false }) }]
    case 'no-tools':
      return [{ words: phrase('change-no-tools'), apply: (now) => withFacts(now, { hasTools: false }) }]
    case 'cannot-carry':
      return [] // only a look at the whole request tells
    case 'window-too-small': {
      const { window } = against
      return [
        { words: phrase('change-shorter', { tokens: window }), apply: (now) => withFacts(now, { tokens: window }) },
      ]
    }
    case 'quota-spent': {
      const { left } = against
      const limit = left.used + 1
      return [
        waiting(left.resetsAt),
        {
          words: phrase('change-limit', { provider: ref.provider, limit }),
          run: commandLine('openclaw config set', settingOf(ref.provider, 'quota.requestsPerDay'), String(limit)),
          apply: (now) => withQuota(now, (quota, of) => (of === ref.provider ? { ...quota, limit } : quota)),
        },
      ]
    }
    case 'resting': {
      const { until, probeAt, forWantAt } = against
      const isTried = keysFor(choice, situation).some((key) => situation.view.isBeingTried(key))
      const soonest = forWantAt && isAskedAt(forWantAt, choice, situation) ? forWantAt : (probeAt ?? until)
      return [
        ...(soonest > situation.now ? [waiting(soonest)] : []),
        ...(isTried ? [foundOut(keysFor(choice, situation))] : []),
        {
          words: phrase('change-clear'),
          run: commandLine('openclaw models cooldowns clear', `${ref.provider}/${ref.model}`),
          apply: (now) => withoutRests(now, keysFor(choice, now)),
        },
      ]
    }
    case 'state-unwritable':
      return [
        {
          words: phrase('change-writable'),
          run: 'openclaw gateway status',
          apply: (now) => seeing(now, { writable: () => true }),
        },
      ]
    // A wire format that is not spoken is no setting; whether a walk grows too long is not known beforehand.
    case 'dialect-not-spoken':
    case 'too-many-hops':
      return []
  }
}

function isAskedAt(time: Date, choice: Choice, situation: Situation): boolean {
  const { candidates } = decisionIn(waiting(time).apply(situation))
  return candidates.some(({ ref, profile }) => isSameChoice(choice, { ref, profile: profile.id }))
}

function againstOthers(choice: Choice, finds: readonly string[], { situation, means }: About): readonly Change[] {
  const { provider, model } = choice.ref
  const profile = profileOf(choice)
  const plain = { provider, model }
  // The login is named only where another one of it would come before.
  const [firstLogin] = situation.view.profilesOf(provider)
  const ref: ModelRef = profile !== undefined && firstLogin?.id !== profile ? { ...plain, profile } : plain
  return [...(finds.length > 0 ? [foundOut(finds)] : []), ...inOrder(choice, situation), toFirst(ref, means.meant)]
}

function toFirst(ref: ModelRef, meant: ChangeMeans['meant']): Change {
  const written = formatRef(ref)
  const apply = (now: Situation): Situation => withFirst(now, ref)
  switch (meant.by) {
    case 'default':
      return {
        words: phrase('change-primary', { ref: written }),
        run: commandLine('openclaw models set', written),
        apply,
      }
    case 'agent':
      return { words: phrase('change-agent', { ref: written, agent: meant.agent }), apply }
    case 'name':
      return { words: phrase('change-name', { ref: written }), apply }
  }
}

/** None where there is no other login to stand behind. */
function inOrder({ ref, profile }: Choice, { view }: Situation): readonly Change[] {
  const own = view.profilesOf(ref.provider).map(({ id }) => id)
  if (profile === undefined || own[0] === profile || ref.profile !== undefined) return []
  const order = [profile, ...own.filter((id) => id !== profile)]
  return [
    {
      words: phrase('change-order', { profile }),
      run: commandLine('openclaw models auth order set', ...order),
      apply: (now) =>
        seeing(now, {
          profilesOf: (provider) =>
            provider === ref.provider
              ? now.view.profilesOf(provider).toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
              : now.view.profilesOf(provider),
          mayRotate: (provider) => provider === ref.provider || now.view.mayRotate(provider),
        }),
    },
  ]
}

function settingOf(provider: string, setting: string): string {
  const key = /^[^.[\]"']+$/.test(provider) ? `.${provider}` : `[${JSON.stringify(provider)}]`
  return `models.providers${key}.${setting}`
}

/** What it is to be is the person's to say. */
function baseUrlCommand(provider: string): string | undefined {
  const command = commandLine('openclaw config set', settingOf(provider, 'baseUrl'))
  return command && `${command} <url>`
}

function rotating(): Change {
  return {
    words: phrase('change-rotate'),
    run: 'openclaw config set auth.rotate true',
    apply: (now) => seeing(now, { mayRotate: () => true }),
  }
}

function keysFor(choice: Choice, { view }: Situation): readonly string[] {
  const { ref } = choice
  const profile = profileOf(choice)
  const profiles = profile === undefined ? view.profilesOf(ref.provider).map(({ id }) => id) : [profile]
  return profiles.flatMap((id) => restKeysOf({ provider: ref.provider, profile: id, model: ref.model }))
}
