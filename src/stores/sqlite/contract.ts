/** What every keeper of State must hold to: run by each kind against a real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restKey, type Rest } from '../../core/failure.ts'
import type { AttemptRow, KeptAnswer, RequestFilter, ReserveOrder, State, StoryRow } from '../../core/ports.ts'
import type { IssuedToken } from '../../core/scope.ts'
import { leaseContract } from './contract-leases.ts'
import { ledgerContract } from './contract-ledger.ts'
import { ACCOUNT, answered, attempt, DAY, order } from './fixtures/orders.ts'
import type { OpenedState } from './fixtures/store.ts'

export function stateContract(name: string, open: () => Promise<OpenedState>): void {
  let opened: OpenedState
  let state: State

  beforeEach(async () => {
    opened = await open()
    state = opened.state
  })
  afterEach(() => opened.remove())

  describe(`${name}: the ledger`, () => ledgerContract(() => opened))
  describe(`${name}: leases`, () => leaseContract(() => opened))

  describe(`${name}: what is seen at once`, () => {
    it('shows counts as soon as they are answered', async () => {
      const { row } = await reserved(state)
      expect(state.view.used(ACCOUNT, DAY)).toBe(1)
      await state.ledger.settle({ ...row, outcome: 'failed' }, { refund: true })
      expect(state.view.used(ACCOUNT, DAY)).toBe(0)
      expect(state.view.used('nobody', DAY)).toBe(0)
      expect(state.view.writable()).toBe(true)
    })

    it('shows what was there before it was opened', async () => {
      await reserved(state)
      await state.cooldowns.put(resting)
      state = await opened.reopen()
      expect(state.view.used(ACCOUNT, DAY)).toBe(1)
      expect(state.view.rest(restKey(resting))).toEqual(resting)
    })

    it('shows within a second what another process has counted and put to rest', async () => {
      const other = await opened.second()
      await other.cooldowns.put(resting)
      await reserved(other)
      await expect.poll(() => state.view.used(ACCOUNT, DAY), { timeout: 1_000, interval: 5 }).toBe(1)
      expect(state.view.rest(restKey(resting))).toEqual(resting)
      await reserved(state)
      await expect.poll(() => other.view.used(ACCOUNT, DAY), { timeout: 1_000, interval: 5 }).toBe(2)
    })
  })

  describe(`${name}: cooldowns`, () => {
    it('keeps a rest until it is cleared', async () => {
      await state.cooldowns.put(resting)
      expect(await state.cooldowns.list()).toEqual([resting])
      expect(state.view.rest(restKey(resting))).toEqual(resting)
      await state.cooldowns.clear([restKey(resting), 'another'])
      expect(await state.cooldowns.list()).toEqual([])
      expect(state.view.rest(restKey(resting))).toBeUndefined()
    })

    it('replaces what rested under the same key', async () => {
      await state.cooldowns.put(resting)
      const longer: Rest = { ...resting, kind: 'quota', until: new Date('2026-03-15T00:00:00Z') }
      await state.cooldowns.put(longer)
      expect(await state.cooldowns.list()).toEqual([longer])
    })

    it('forgets a rest whose time is over', async () => {
      await state.cooldowns.put(resting)
      opened.clock.set('2026-03-14T12:01:00Z')
      expect(await state.cooldowns.list()).toEqual([])
      expect(state.view.rest(restKey(resting))).toBeUndefined()
    })
  })

  describe(`${name}: requests and notes`, () => {
    it('tells requests newest first, and those of one request', async () => {
      for (const [index, requestId] of ['r1', 'r2', 'r1'].entries()) {
        const startedAt = new Date(Date.UTC(2026, 2, 14, 10, index))
        await state.ledger.settle(answered({ ...attempt(), attemptId: `a${index}`, requestId, startedAt }), {
          refund: false,
        })
      }
      const ids = async (filter: Parameters<State['requests']['query']>[0]): Promise<string[]> =>
        (await state.requests.query(filter)).map(({ attemptId }) => attemptId)
      expect(await ids({ limit: 9 })).toEqual(['a2', 'a1', 'a0'])
      expect(await ids({ limit: 2 })).toEqual(['a2', 'a1'])
      expect(await ids({ requestId: 'r1', limit: 9 })).toEqual(['a2', 'a0'])
    })

    it('keeps all that a row says', async () => {
      const row: AttemptRow = {
        ...answered(attempt()),
        agent: 'main',
        caller: 'laptop',
        firstEventMs: 12,
        outcome: 'failed',
        verdict: 'error-inside-200',
        failure: 'rate-limit',
        evidence: '慢一点',
        status: 429,
        usage: { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, reasoningTokens: 0 },
      }
      await state.ledger.settle(row, { refund: false })
      state = await opened.reopen()
      expect(await state.requests.query({ limit: 1 })).toEqual([row])
    })

    it('tells whole requests in which somebody failed, in which a model was asked, and those since a time', async () => {
      const put = async (index: number, changes: Partial<AttemptRow>): Promise<void> => {
        const startedAt = new Date(Date.UTC(2026, 2, 14, 10, index))
        const row = { ...answered({ ...attempt(), attemptId: `a${index}`, startedAt }), ...changes }
        await state.ledger.settle(row, { refund: false })
      }
      await put(0, { requestId: 'r1', provider: 'p', model: 'm', outcome: 'failed', failure: 'overload' })
      await put(1, { requestId: 'r1', provider: 'q', model: 'n' })
      await put(2, { requestId: 'r2', provider: 'q', model: 'n' })
      await put(3, { requestId: 'r3', provider: 'q', model: 'x', outcome: 'unknown' })
      const ids = async (filter: Omit<RequestFilter, 'limit'>): Promise<string[]> =>
        (await state.requests.latest({ ...filter, limit: 9 })).attempts.map(({ attemptId }) => attemptId)
      expect(await ids({})).toEqual(['a3', 'a2', 'a1', 'a0'])
      expect(await ids({ failed: true })).toEqual(['a3', 'a1', 'a0'])
      expect(await ids({ model: { provider: 'p', model: 'm' } })).toEqual(['a1', 'a0'])
      expect(await ids({ model: { provider: 'q', model: 'n' } })).toEqual(['a2', 'a1', 'a0'])
      expect(await ids({ model: { provider: 'q', model: 'm' } })).toEqual([])
      // A request is told whole, though a part of it is older.
      expect(await ids({ since: new Date(Date.UTC(2026, 2, 14, 10, 1)) })).toEqual(['a3', 'a2', 'a1', 'a0'])
      expect(await ids({ since: new Date(Date.UTC(2026, 2, 14, 10, 2)) })).toEqual(['a3', 'a2'])
      expect(await ids({ except: new Set(['r1', 'r3']) })).toEqual(['a2'])
    })

    it('tells stories with the requests that they are of, and those in which nobody was asked', async () => {
      const startedAt = new Date(Date.UTC(2026, 2, 14, 10))
      await state.ledger.settle(answered({ ...attempt(), requestId: 'asked', startedAt }), { refund: false })
      const story = { model: 'openclaw', agent: 'main', met: ['p/m=late'] } as const
      const before = new Date(startedAt.getTime() - 60_000)
      await state.requests.tell({ ...story, requestId: 'asked', startedAt: before, outcome: 'answered' })
      await state.requests.tell({ ...story, requestId: 'alone', startedAt, outcome: 'refused' })
      const ids = async (filter: Omit<RequestFilter, 'limit'>): Promise<string[]> =>
        (await state.requests.latest({ ...filter, limit: 9 })).stories.map(({ requestId }) => requestId).toSorted()
      expect(await ids({ since: startedAt })).toEqual(['alone', 'asked'])
      expect(await ids({ failed: true })).toEqual(['alone'])
      expect(await ids({ model: { provider: 'qwen-portal', model: 'coder-model' } })).not.toContain('alone')
      expect(await state.requests.idsFrom('a', 9)).toEqual(['alone', 'asked'])
      expect(await state.requests.idsFrom('as', 9)).toEqual(['asked'])
      expect(await state.requests.idsFrom('%', 9)).toEqual([])
      expect(await state.requests.idsFrom('a', 1)).toHaveLength(1)
    })

    it('keeps stories, newest first, for other processes and later ones', async () => {
      expect(await state.requests.stories({ limit: 9 })).toEqual([])
      const story: StoryRow = {
        requestId: 'r1',
        startedAt: new Date('2026-03-14T10:00:00Z'),
        model: 'openclaw',
        agent: 'main',
        caller: 'laptop',
        outcome: 'refused',
        reason: 'resting',
        status: 503,
        met: ['p/m=resting:overload', 'q/n=late'],
      }
      const plain: StoryRow = {
        requestId: 'r2',
        startedAt: new Date('2026-03-14T10:01:00Z'),
        model: '中文',
        agent: 'main',
        outcome: 'answered',
        met: [],
      }
      await state.requests.tell(story)
      await state.requests.tell(plain)
      const other = await opened.second()
      expect(await other.requests.stories({ limit: 9 })).toEqual([plain, story])
      state = await opened.reopen()
      expect(await state.requests.stories({ requestId: 'r1', limit: 9 })).toEqual([story])
      expect(await state.requests.stories({ limit: 1 })).toEqual([plain])
    })

    it('keeps notes for other processes and later ones', async () => {
      expect(await state.notes.get('spent')).toBeUndefined()
      await state.notes.put('spent', 'one')
      await state.notes.put('spent', '中文\0"')
      const other = await opened.second()
      expect(await other.notes.get('spent')).toBe('中文\0"')
      state = await opened.reopen()
      expect(await state.notes.get('spent')).toBe('中文\0"')
    })

    it('keeps the tokens that were given until they are taken back, by name or by id', async () => {
      expect(await state.tokens.list()).toEqual([])
      expect([await state.tokens.add(LAPTOP), await state.tokens.add(PHONE)]).toEqual([true, true])
      expect(await state.tokens.add({ ...PHONE, id: '00000003', hash: 'cc' })).toBe(false)
      expect(state.view.tokens()).toEqual([LAPTOP, PHONE])
      state = await opened.reopen()
      expect([state.view.tokens(), await state.tokens.list()]).toEqual([
        [LAPTOP, PHONE],
        [LAPTOP, PHONE],
      ])
      expect(await state.tokens.remove('nobody')).toBeUndefined()
      expect(await state.tokens.remove(PHONE.name)).toEqual(PHONE)
      expect(await state.tokens.remove(LAPTOP.id)).toEqual(LAPTOP)
      expect(state.view.tokens()).toEqual([])
    })

    it('shows within a second which tokens another process has given and taken back, and at once to who asks', async () => {
      const other = await opened.second()
      await other.tokens.add(LAPTOP)
      expect(await state.tokens.list()).toEqual([LAPTOP])
      await expect.poll(() => state.view.tokens(), { timeout: 1_000, interval: 5 }).toEqual([LAPTOP])
      await other.tokens.remove(LAPTOP.id)
      await expect.poll(() => state.view.tokens(), { timeout: 1_000, interval: 5 }).toEqual([])
    })

    it('keeps answers, each for its owner, until they are removed or too old', async () => {
      const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 14, 10, minute))
      const one = keptAnswer('laptop', 'resp_1', at(0), ['msg_1', 'msg_é'])
      const other = keptAnswer('phone', 'resp_1', at(1), ['msg_1'])
      const later = keptAnswer('laptop', 'resp_2', at(2), ['msg_1', 'msg_2'])
      for (const answer of [one, other, later]) await state.answers.put(answer)
      expect(await state.answers.get('laptop', 'resp_1')).toEqual(one)
      expect(await state.answers.get('nobody', 'resp_1')).toBeUndefined()
      expect(await state.answers.holding('laptop', 'msg_1')).toEqual(later)
      expect(await state.answers.holding('laptop', 'msg_é')).toEqual(one)
      expect(await state.answers.holding('laptop', 'msg_')).toBeUndefined()
      state = await opened.reopen()
      expect(await state.answers.get('phone', 'resp_1')).toEqual(other)
      expect([await state.answers.remove('phone', 'resp_1'), await state.answers.remove('phone', 'resp_1')]).toEqual([
        true,
        false,
      ])
      await state.answers.forget(at(2))
      expect(await state.answers.get('laptop', 'resp_1')).toBeUndefined()
      expect(await state.answers.get('laptop', 'resp_2')).toEqual(later)
    })

    it('answers nothing more once it is closed', async () => {
      await state.notes.put('key', 'value')
      await state.close()
      await expect(state.notes.get('key')).rejects.toThrow('closed')
      await state.close()
    })
  })
}

function keptAnswer(owner: string, id: string, keptAt: Date, itemIds: readonly string[]): KeptAnswer {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
  return { owner, id, keptAt, input: bytes('[]'), answer: bytes(`{"id":"${id}","by":"${owner}"}`), itemIds }
}

const LAPTOP: IssuedToken = {
  id: '00000001',
  name: 'laptop',
  scope: 'invoke',
  hash: 'aa',
  createdAt: new Date('2026-03-14T12:00:00Z'),
}
const PHONE: IssuedToken = { ...LAPTOP, id: '00000002', name: '手机', scope: 'read', hash: 'bb' }

const resting: Rest = {
  scope: 'account',
  provider: 'acme',
  profile: ACCOUNT,
  kind: 'rate-limit',
  evidence: 'HTTP 429',
  since: new Date('2026-03-14T12:00:00Z'),
  until: new Date('2026-03-14T12:01:00Z'),
}

async function reserved(state: State): Promise<ReserveOrder> {
  const wanted = order()
  expect((await state.ledger.reserve(wanted)).kind).toBe('reserved')
  return wanted
}
