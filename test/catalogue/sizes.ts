/** Which rows of the reliability catalogue run at a pull request, and how often: one table for all of them. */

export interface RowOf {
  /** What must hold, in short. */
  readonly what: string
  /** The catalogue's figure; a list counts its members. */
  readonly figure: number
  /** How many of it run here, where that is more than the hundredth (a list that costs little runs whole), or fewer. */
  readonly runs?: number
  /** Why fewer, and fewer than ten. */
  readonly because?: string
  /** Why it cannot run here at all. */
  readonly skipped?: string
}

const STARTS = 'each starts a process'
const OPENS = 'each opens a state.db'
const ASKS = 'each is a request'
const WAITS = 'each waits'
const TWO_WAYS = 'the ways that there are'

/** The row's letter and number as the catalogue has them; a new row makes room in the time that all share. */
export const ROWS = {
  'A-01': { what: 'every route without a valid token is refused', figure: 20, runs: 20 },
  'A-02': { what: 'a foreign Host is refused before any work', figure: 60, runs: 60 },
  'A-03': { what: 'a page elsewhere is refused and gets no leave to ask', figure: 12, runs: 12 },
  'A-07': { what: 'comparing tokens tells nothing by its time', figure: 1_000_000 },
  'A-08': { what: 'no other spelling of a path is a way round the token', figure: 5_000, runs: 400 },
  'A-09': { what: 'a scope allows what its routes need, and no more', figure: 12, runs: 12 },
  'A-10': { what: 'a token that is taken back ends within a second', figure: 10 },
  'A-12': { what: 'no open door without TLS or a trusted proxy', figure: 12, runs: 12 },
  'A-13': { what: 'a token that could be guessed is refused', figure: 50, runs: 50 },
  'A-15': { what: 'X-Forwarded-* of a stranger has no effect', figure: 12, runs: 12 },
  'B-01': {
    what: 'an upstream that always fails is asked 1.10 times for a request, and 3 times a second more',
    figure: 10,
  },
  'B-02': { what: 'nobody is asked before the time that it told, and no odd time is believed', figure: 10_000 },
  'B-03': { what: 'no chain goes in a circle', figure: 12, runs: 10 },
  'B-04': { what: 'a token refused in mid-use is renewed once, and then another account is asked', figure: 10 },
  'B-05': { what: 'a request that is at fault is asked once and of nobody else', figure: 12, runs: 12 },
  'B-06': { what: 'one request at a time finds out about what was down', figure: 1_000, runs: 20 },
  'B-07': {
    what: 'a fallback that cannot do it all is passed over, and no part is dropped',
    figure: 10,
    runs: 2,
    because: TWO_WAYS,
  },
  'B-08': { what: 'of many requests through mixed faults each ends right', figure: 10_000, runs: 500 },
  'C-01': {
    what: 'a gateway killed under load loses nothing that it acknowledged',
    figure: 10_000,
    runs: 10,
    because: STARTS,
  },
  'C-02': {
    what: 'whichever call fails or is the last, what is saved is whole and what is not is told',
    figure: 4_000,
  },
  'C-03': { what: 'a full disk stops what must be counted, and is told', figure: 10 },
  'C-06': {
    what: 'damaged files are refused with their place and not written over',
    figure: 100_000,
    runs: 120,
    because: OPENS,
  },
  'C-10': { what: 'files are the owner’s alone from their first instant', figure: 10 },
  'C-11': { what: 'planted links and pipes lead nowhere', figure: 12, runs: 12 },
  'C-12': { what: 'a process number used again is left alone', figure: 10 },
  'D-01': { what: 'idle connections cost little and are closed', figure: 10_000, runs: 1_000 },
  'D-02': { what: 'slow callers are let go and hinder nobody', figure: 1_000 },
  'D-03': { what: 'header bombs are refused', figure: 10 },
  'D-04': { what: 'endless bodies are refused and not kept', figure: 12, runs: 12 },
  'D-05': { what: 'no request costs out of proportion to its size', figure: 10 },
  'D-06': { what: 'compressed bodies are refused', figure: 10 },
  'D-08': { what: 'malformed HTTP is a 400 and a closed connection', figure: 1_000_000, runs: 4_000, because: ASKS },
  'D-11': { what: 'a WebSocket is not spoken, and its frames harm nothing', figure: 10 },
  'F-01': { what: 'noise in a stream of any format is told, and thrown at nobody', figure: 200_000 },
  'F-02': { what: 'requests and answers keep what they say between any two formats', figure: 90_000 },
  'F-04': { what: 'hostile JSON is refused or passed on as it came', figure: 200_000, runs: 1_000, because: ASKS },
  'G-08': {
    what: 'a login killed at any write leaves a good pair',
    figure: 10_000,
    runs: 16,
    because: STARTS,
  },
  'L-01': { what: 'settings that cannot be used change nothing but what is told', figure: 1_000 },
  'L-02': { what: 'reloads under load lose nothing and leave nothing behind', figure: 1_000 },
  'L-03': { what: 'no update of several editors is lost', figure: 1_000 },
  'L-04': { what: 'after a crash a gateway serves by the last good settings', figure: 200, runs: 3, because: STARTS },
  'L-05': { what: 'an owner’s token that was replaced ends within a second', figure: 10, runs: 4, because: WAITS },
  'L-06': { what: 'a restart drops no running stream', figure: 200 },
  'L-07': { what: 'a restart fails no short request', figure: 100_000 },
  'L-08': {
    what: 'a second signal ends at once, and no stream holds a gateway for ever',
    figure: 10,
    runs: 5,
    because: STARTS,
  },
  'L-09': { what: 'a second start and a taken port are told, and nobody is harmed', figure: 10 },
  'L-10': { what: 'state.db of an earlier version is brought up to date or left whole', figure: 200 },
  'O-01': { what: 'addresses of pictures are not fetched', figure: 120, runs: 120 },
  'O-05': { what: 'a credential goes to no other origin', figure: 15, runs: 15 },
  'O-06': { what: 'files of the working folder have no effect', figure: 10 },
  'P-01': { what: 'a plugin that merely lies there, or was not switched on, is not loaded', figure: 10, runs: 10 },
  'P-02': { what: 'a plugin whose files others could change is blocked with the reason', figure: 20, runs: 20 },
  'P-03': { what: 'a name that leads elsewhere is refused', figure: 100, runs: 40 },
  'P-04': { what: 'a plugin that was changed after it was switched on is refused', figure: 1_000 },
  'P-07': { what: 'the lock file names nothing but registry packages', figure: 1, runs: 1 },
  'P-09': { what: 'the package holds what it should', figure: 1, runs: 1 },
  'P-10': { what: 'few packages ship', figure: 15, runs: 15 },
  'R-01': { what: 'a hundred requests at expiry are one renewal', figure: 10 },
  'R-02': { what: 'eight processes at expiry are one renewal', figure: 1_000 },
  'R-03': { what: 'so are eight state folders whose models.json is one file', figure: 200 },
  'R-04': { what: 'no token is spent twice in any history', figure: 10_000, runs: 12, because: STARTS },
  'R-09': {
    what: 'a process killed anywhere between answer and save loses no login without a word',
    figure: 10_000,
    runs: 12,
    because: STARTS,
  },
  'R-11': { what: 'a fresh token that cannot be saved serves, is told, and is saved later', figure: 20 },
  'R-12': { what: 'the newer pair in the file counts when the old one is refused', figure: 10 },
  'R-13': { what: 'a token refused for good is asked with once, and stays', figure: 10 },
  'R-14': { what: 'other refusals are believed late, told, and asked again seldom', figure: 10 },
  'R-15': { what: 'no renewal comes earlier than it may', figure: 10 },
  'R-16': { what: 'what is no answer of the login server is not stored', figure: 10 },
  'R-17': { what: 'odd token answers let no control character in', figure: 10_000, runs: 50, because: OPENS },
  'R-18': { what: 'an answer for another account is refused', figure: 12, runs: 12 },
  'R-19': { what: 'a clock that jumps costs two renewals at most', figure: 10 },
  'R-22': { what: 'a provider that refuses every call is asked each ten minutes', figure: 10 },
  'R-05': { what: 'Qwen Code and we renew one login, and nobody loses it', figure: 2_000, runs: 10, because: WAITS },
  'R-06': {
    what: 'processes of Qwen Code that end take the lock away, and we redeem nothing twice',
    figure: 2_000,
    runs: 10,
    because: WAITS,
  },
  'R-07': {
    what: 'a lock that is stale, empty, foreign or cannot be made holds nobody up for long',
    figure: 8,
    runs: 8,
  },
  'R-08': { what: 'a renewal that takes long ends before its lock is taken for abandoned', figure: 10 },
  'R-20': { what: 'a clock that was set back hides no fresh file', figure: 12, runs: 12 },
  'R-21': { what: 'a broken file of another program is waited for, left alone and not believed', figure: 100_000 },
  'S-01': { what: 'a silent upstream is left as soon as its time is over', figure: 10 },
  'S-02': { what: 'a stalled stream ends in an error as soon as its time is over', figure: 10 },
  'S-03': { what: 'a stream cut at any byte ends in one error and in no false finish', figure: 1_000 },
  'S-04': {
    what: 'an error inside a 200 is a failure before the first word, and ends the stream after it',
    figure: 24,
    runs: 24,
  },
  'S-05': { what: 'a stream says the same in all slices and spellings', figure: 1_000_000, runs: 10_000 },
  'S-06': { what: 'no stream fills the memory', figure: 10_000_000 },
  'S-07': { what: 'one coding of a body is taken off, and none may fill the memory', figure: 10 },
  'S-08': { what: 'a caller that leaves takes the upstream along within 50 ms', figure: 15_000 },
  'S-09': { what: 'who left has one row, with the tokens seen', figure: 15_000 },
  'S-10': { what: 'who left makes nobody rest', figure: 1_000, runs: 150 },
  'S-11': { what: 'slow readers hold the upstream back and fill no memory', figure: 200 },
  'S-12': { what: 'what a server sends beside its answer is nobody’s', figure: 120 },
  'S-13': { what: 'a connection that died while it rested costs one more try', figure: 10 },
  'S-14': { what: 'no header of an upstream is passed on', figure: 10 },
  'S-15': { what: 'a server that cannot prove who it is is not spoken to', figure: 10 },
  'S-16': { what: 'parallel streams are not mixed', figure: 1_000_000 },
  // The scenarios of a provider that fails (test/routing): each as a stream and as JSON.
  S01: { what: 'a model that is busy for 2 s is waited for', figure: 10, runs: 2, because: TWO_WAYS },
  S02: { what: 'one that stays busy is left for the fallback', figure: 10, runs: 2, because: TWO_WAYS },
  S03: { what: 'a 500 is asked once more', figure: 10, runs: 2, because: TWO_WAYS },
  S04: { what: 'a 503 that lasts is left for the fallback', figure: 10, runs: 2, because: TWO_WAYS },
  S05: { what: 'so is a connection that is reset', figure: 10, runs: 2, because: TWO_WAYS },
  S06: { what: 'a silent upstream is left within 100 s and not asked again', figure: 10, runs: 2, because: TWO_WAYS },
  S07: { what: 'a late first token is answered within 15 s', figure: 10, runs: 2, because: TWO_WAYS },
  S08: { what: 'a cut stream ends in a true error', figure: 10, runs: 2, because: TWO_WAYS },
  S09: { what: 'so does a stalled one, within 45 s', figure: 10, runs: 2, because: TWO_WAYS },
  S10: { what: 'a broken chunk is no answer', figure: 10, runs: 2, because: TWO_WAYS },
  S11: {
    what: 'a stream without [DONE] is finished within 8 s, its usage known',
    figure: 10,
    runs: 2,
    because: TWO_WAYS,
  },
  S12: { what: 'a context that is too long goes to the larger model alone', figure: 10, runs: 2, because: TWO_WAYS },
  S13: { what: 'what a content filter stopped goes to nobody else', figure: 10, runs: 2, because: TWO_WAYS },
  S14: { what: 'an error inside a stream is a true error', figure: 10, runs: 2, because: TWO_WAYS },
  S15: {
    what: 'a minute of outage costs nobody an answer, and ends within 30 s of recovery',
    figure: 10,
    runs: 2,
    because: TWO_WAYS,
  },
  S16: { what: 'an answer names the model that gave it, and its usage', figure: 10, runs: 2, because: TWO_WAYS },
  'X-01': { what: 'no planted secret leaves a trace outside its file', figure: 12, runs: 12 },
  'X-02': { what: 'no error carries a secret that was in its reach', figure: 100, runs: 100 },
  'X-03': { what: 'what an upstream says back of our credential is struck out', figure: 20, runs: 20 },
  'X-04': { what: 'a crash leaves no secret in a report or a file of memory', figure: 3, runs: 3 },
  'X-05': { what: 'no command that reads tells a secret', figure: 30, runs: 30 },
  'X-06': { what: 'a secret on the command line is refused and not said back', figure: 12, runs: 12 },
  'X-07': { what: 'a stolen disk holds no secret where they are sealed', figure: 2, runs: 2 },
  'X-08': { what: 'old copies are as closed as the file, and swept', figure: 6, runs: 6 },
  'X-09': { what: 'what was asked is kept nowhere', figure: 10 },
} as const satisfies Readonly<Record<string, RowOf>>

export type RowId = keyof typeof ROWS

export function isRow(word: string): word is RowId {
  return Object.hasOwn(ROWS, word)
}

/** A pull request; a tenth of the catalogue's figures; the whole of them. */
export const LEVELS = ['pr', 'nightly', 'release'] as const
export type Level = (typeof LEVELS)[number]

export function isLevel(word: unknown): word is Level {
  return LEVELS.some((level) => level === word)
}

/** Set for a test run that is larger than a pull request's. */
export const LEVEL_VARIABLE = 'OPENCLAW_CATALOGUE_LEVEL'

/** At least ten, or all there are. */
const LEAST = 10

/** How many of the row's cases run, at this level. */
export function sizeOf(id: RowId, level: Level = levelOfThisRun()): number {
  const row: RowOf = ROWS[id]
  const least = row.runs ?? Math.max(LEAST, Math.ceil(row.figure / 100))
  if (level === 'pr') return least
  return level === 'release' ? Math.max(least, row.figure) : Math.max(least, Math.ceil(row.figure / 10))
}

function levelOfThisRun(): Level {
  const level = process.env[LEVEL_VARIABLE]
  return isLevel(level) ? level : 'pr'
}
