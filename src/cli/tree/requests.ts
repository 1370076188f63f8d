/** The commands on requests. */
import { argument, json, type CommandSpec, type OptionSpec } from './spec.ts'

const most: OptionSpec = { name: 'limit', value: 'number', help: 'most' }
const whichRequests: readonly OptionSpec[] = [
  { name: 'model', value: 'ref', help: 'askedModel' },
  { name: 'failed', help: 'failedOnly' },
  { name: 'since', value: 'time', help: 'since' },
]

export const REQUESTS: readonly CommandSpec[] = [
  {
    words: 'requests list',
    help: 'requestsList',
    arguments: [],
    options: [...whichRequests, most, json],
    load: () => import('../commands/requests-list.ts'),
  },
  {
    words: 'requests show',
    help: 'requestsShow',
    arguments: [argument('id')],
    options: [json],
    load: () => import('../commands/requests-show.ts'),
  },
  {
    words: 'requests tail',
    help: 'requestsTail',
    arguments: [],
    options: [...whichRequests, most, { name: 'follow', help: 'follow', hidden: true }, json],
    load: () => import('../commands/requests-tail.ts'),
  },
]
