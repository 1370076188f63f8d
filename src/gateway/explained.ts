/** /control/explain: what was asked, out of the query or a JSON body, and the decision of this gateway's own memory. */
import { explain, type ExplainWish } from '../control/explain.ts'
import { resultOf, type Explained } from '../control/contract.ts'
import { OpenClawError } from '../core/errors.ts'
import { readBody } from './body.ts'
import type { Visit } from './services.ts'

const FIELDS = ['model', 'agent', 'image', 'tools', 'tokens']

export async function explained(visit: Visit): Promise<Explained> {
  const { services } = visit
  return resultOf(explain(await wishIn(visit), { ...services, setup: services.setup() }))
}

async function wishIn({ request }: Visit): Promise<ExplainWish> {
  const fields = request.method === 'POST' ? fieldsOf(await readBody(request)) : queryOf(request.url ?? '')
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name))
  if (unknown !== undefined) throw refused(unknown.slice(0, 60), `one of ${FIELDS.join(', ')}`)
  const { model, agent, tokens } = fields
  if (model !== undefined && !isName(model)) throw refused('model', 'a non-empty string')
  if (agent !== undefined && !isName(agent)) throw refused('agent', 'a non-empty string')
  const count = tokens === undefined ? undefined : wholeOf(tokens)
  return {
    ...(model !== undefined && { model }),
    ...(agent !== undefined && { agent }),
    hasImage: flagIn(fields, 'image'),
    hasTools: flagIn(fields, 'tools'),
    ...(count !== undefined && { tokens: count }),
  }
}

type Given = Readonly<Record<string, unknown>>

function fieldsOf(body: Buffer): Given {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // It is told below.
  }
  throw new OpenClawError('bad-request', { detail: 'The body must be a JSON object.' })
}

function queryOf(url: string): Given {
  return Object.fromEntries(new URLSearchParams(url.split('?', 2)[1] ?? ''))
}

/** In a query a name alone says yes. */
function flagIn(fields: Given, name: string): boolean {
  const value = fields[name]
  if (value === undefined || value === false || value === 'false' || value === '0') return false
  if (value === true || value === 'true' || value === '1' || value === '') return true
  throw refused(name, 'true or false')
}

/** A query knows texts only. */
function wholeOf(value: unknown): number {
  const whole = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof whole === 'number' && Number.isSafeInteger(whole) && whole >= 0) return whole
  throw refused('tokens', 'a whole number')
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function refused(field: string, expected: string): OpenClawError {
  return new OpenClawError('bad-request', { detail: `\`${field}\` must be ${expected}.` })
}
