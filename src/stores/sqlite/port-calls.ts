/** The ports, each call an operation. */
import type { State } from '../../core/ports.ts'
import type { Perform } from './operations.ts'

export type Ports = Pick<State, 'ledger' | 'leases' | 'cooldowns' | 'requests' | 'notes' | 'tokens' | 'answers'>

export function portsOver(perform: Perform): Ports {
  return {
    ledger: {
      reserve: (order) => perform('reserve', order),
      settle: (row, { refund }) => perform('settle', { row, refund }),
      counts: (since) => perform('counts', { since }),
      renameAccount: (from, to) => perform('renameAccount', { from, to }),
    },
    leases: {
      acquire: (key, wish) => perform('acquireLease', { key, wish }),
      renew: (lease, ttlMs) => perform('renewLease', { lease, ttlMs }),
      release: (lease) => perform('releaseLease', { lease }),
      read: (key) => perform('readLease', { key }),
    },
    cooldowns: {
      put: (rest) => perform('putRest', { rest }),
      clear: (keys) => perform('clearRests', { keys }),
      list: () => perform('listRests', undefined),
    },
    requests: {
      query: (filter) => perform('queryRequests', filter),
      tell: (story) => perform('tellStory', { story }),
      stories: (filter) => perform('queryStories', filter),
      latest: (filter) => perform('latestRequests', filter),
      idsFrom: (beginning, limit) => perform('requestIds', { beginning, limit }),
    },
    notes: {
      get: (key) => perform('getNote', { key }),
      put: (key, value) => perform('putNote', { key, value }),
    },
    tokens: {
      add: (token) => perform('addToken', { token }),
      remove: (nameOrId) => perform('removeToken', { nameOrId }),
      list: () => perform('listTokens', undefined),
    },
    answers: {
      put: (answer) => perform('putAnswer', { answer }),
      get: (owner, id) => perform('getAnswer', { owner, id }),
      holding: (owner, itemId) => perform('findAnswer', { owner, itemId }),
      remove: (owner, id) => perform('removeAnswer', { owner, id }),
      forget: (before) => perform('forgetAnswers', { before }),
    },
  }
}
