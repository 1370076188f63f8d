/** What may be tortured: rows with processes of their own, and rows that are tests like any other. */
import { ROUTING_ROWS } from '../../test/torture/routing.ts'
import { LOGIN_ROWS, type ProcessRow } from '../../test/torture/rows.ts'

export interface Subject {
  readonly rows: readonly ProcessRow[]
  /** The rows that test titles begin with. */
  readonly tests: RegExp
  /** Files whose rows are run apart. */
  readonly apart: readonly string[]
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  /** Logins, secrets and crashes. */
  logins: { rows: LOGIN_ROWS, tests: /\b(?:R|X|G|C)-\d\d\b/, apart: ['test/catalogue/logins.test.ts'] },
  /** Providers that fail: sixteen scenarios in real time, and the rows of streams and of fallbacks. */
  routing: { rows: ROUTING_ROWS, tests: /\b(?:S|B)-\d\d\b/, apart: [] },
  /** A gateway whose settings, token and process are replaced while it serves. */
  live: { rows: [], tests: /\bL-0[1-8]\b/, apart: [] },
}
