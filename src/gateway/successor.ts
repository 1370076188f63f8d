/** POST /control/successor: another process takes this one's place, by an order that is noted in state.db. */
import { OpenClawError } from '../core/errors.ts'
import { notedOrder, type Succession } from '../service/succession.ts'
import { readBody } from './body.ts'
import type { Visit } from './services.ts'

/** Throws `bad-request` for an order that is not noted in state.db. */
export async function successor({ request, services }: Visit): Promise<Succession> {
  const body = await readBody(request)
  const order = await notedOrder(body, services.state.notes)
  if (!order || !services.succeed) {
    throw new OpenClawError('bad-request', { detail: 'This order is not noted in state.db.' }, { status: 403 })
  }
  return services.succeed(order)
}
