/** The commands on the gateway, and on who may ask it. */
import { argument, json, port, type CommandSpec, type OptionSpec } from './spec.ts'

const bind: OptionSpec = { name: 'bind', value: 'address', help: 'bind' }

export const GATEWAY: readonly CommandSpec[] = [
  {
    words: 'gateway run',
    help: 'gatewayRun',
    arguments: [],
    options: [
      port,
      bind,
      { name: 'exit-with-stdin', help: 'exitWithStdin', hidden: true },
      { name: 'successor', help: 'successor', hidden: true },
    ],
    load: () => import('../commands/gateway-run.ts'),
  },
  {
    words: 'gateway start',
    help: 'gatewayStart',
    arguments: [],
    options: [port, bind, json],
    load: () => import('../commands/gateway-start.ts'),
  },
  {
    words: 'gateway stop',
    help: 'gatewayStop',
    arguments: [],
    options: [json],
    load: () => import('../commands/gateway-stop.ts'),
  },
  {
    words: 'gateway restart',
    help: 'gatewayRestart',
    arguments: [],
    options: [port, bind, json],
    load: () => import('../commands/gateway-restart.ts'),
  },
  {
    words: 'gateway status',
    help: 'gatewayStatus',
    arguments: [],
    options: [json],
    load: () => import('../commands/gateway-status.ts'),
  },
  {
    words: 'gateway token',
    help: 'gatewayToken',
    arguments: [],
    options: [{ name: 'rotate', help: 'rotate' }],
    load: () => import('../commands/gateway-token.ts'),
  },
  {
    words: 'gateway token create',
    help: 'gatewayTokenCreate',
    arguments: [],
    options: [
      { name: 'name', value: 'name', help: 'tokenName' },
      { name: 'scope', value: 'scope', help: 'scope' },
      json,
    ],
    load: () => import('../commands/gateway-token-create.ts'),
  },
  {
    words: 'gateway token list',
    help: 'gatewayTokenList',
    arguments: [],
    options: [json],
    load: () => import('../commands/gateway-token-list.ts'),
  },
  {
    words: 'gateway token revoke',
    help: 'gatewayTokenRevoke',
    arguments: [argument('name-or-id')],
    options: [json],
    load: () => import('../commands/gateway-token-revoke.ts'),
  },
]
