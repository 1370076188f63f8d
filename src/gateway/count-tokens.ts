/** POST /v1/messages/count_tokens: the upstream's own count, else an estimate that says it is one. */
import { estimatedTokens } from '../dialects/messages/estimate.ts'
import { readCountRequest } from '../dialects/messages/request.ts'
import { answerHeaders } from '../serving/answer-headers.ts'
import { countTokens as countedUpstream } from '../serving/count-tokens.ts'
import { answerRefusal, askedIn } from './ask-model.ts'
import { endAfterRequest } from './last-answer.ts'
import type { Visit } from './services.ts'

export async function countTokens(visit: Visit): Promise<void> {
  const { response, requestId, services } = visit
  const asked = await askedIn(visit, { read: readCountRequest })
  if (asked.kind === 'refused') return answerRefusal(visit, asked, 'messages')
  const { order, setup } = asked
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const counted = await countedUpstream({ ...order, signal: gone.signal }, { ...services, setup })
  const body = counted
    ? Buffer.from(counted.body)
    : Buffer.from(JSON.stringify({ input_tokens: estimatedTokens(order.request) }))
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': String(body.byteLength),
    'request-id': requestId,
    ...answerHeaders({ requestId, attempts: [], ...(counted && { candidate: counted.candidate }) }),
    ...(!counted && { 'x-openclaw-estimate': 'true' }),
  })
  endAfterRequest(response, body)
}
