/** Ids of answers that we write in this format, and of what is in them. */

/** No id of an upstream begins so: what follows there is hexadecimal. */
export const OWN_REASONING = 'rs_oc'

export interface AnswerIds {
  readonly response: string
  /** `at` = its place among the answer's items. */
  item(kind: 'msg' | 'fc' | 'ctc' | 'rs', at: number): string
  /** For a call whose upstream gave it none. */
  call(at: number): string
}

/** `requestId` is a UUID; the ids stay below the 64 characters that upstreams of this format take. */
export function answerIds(requestId: string): AnswerIds {
  const mark = `oc${requestId.replaceAll('-', '')}`
  return {
    response: `resp_${mark}`,
    item: (kind, at) => `${kind}_${mark}${at.toString(16).padStart(2, '0')}`,
    call: (at) => `call_${mark}${at.toString(16).padStart(2, '0')}`,
  }
}
