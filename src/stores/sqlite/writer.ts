/** The writer thread: the only one of a gateway that touches state.db. */
import { parentPort, workerData } from 'node:worker_threads'
import { problemOf, type Problem } from './errors.ts'
import { packed, type FromWriter, type ToWriter, type Work, type WriterSettings } from './messages.ts'
import { openStateFile, type Report, type StateFile } from './state-file.ts'

/** So much is written before a checkpoint is made under load; in a quiet moment it is made anyhow. */
const OPERATIONS_A_CHECKPOINT = 4_000
/** Under load, others' changes are looked for no more often than this. */
const LOOK_AGAIN_MS = 100
/** Rows of processes that died are looked for at the start, then this often. */
const SETTLE_THE_DEAD_MS = 60_000

const port = parentPort
if (!port) throw new Error('The writer is a worker thread: start it with new Worker().')
const say = (message: FromWriter): void => port.postMessage(message)
const settings: WriterSettings = workerData
const { path } = settings

let file: StateFile | undefined
let writer = settings.writer
let inbox: Work[] = []
let closing = false
let scheduled = false
let seenVersion = 0
let lookedAt = 0
let settledTheDeadAt = 0
let unchecked = 0
let quiet = false

/** What comes in while a transaction runs is the next one. */
port.on('message', (message: ToWriter) => {
  if (message.kind === 'close') closing = true
  else inbox.push(message)
  if (scheduled) return
  scheduled = true
  setImmediate(workOff)
})
const ticking = setInterval(tick, settings.pollMs)
const atStart = opened()
if ('detail' in atStart) say({ kind: 'not-opened', problem: atStart })

function workOff(): void {
  scheduled = false
  const works = inbox
  inbox = []
  if (works.length > 0) answer(works)
  if (closing) close()
}

function answer(works: readonly Work[]): void {
  const target = opened()
  const operations = works.flatMap((work) => work.operations)
  const report: Report =
    'detail' in target
      ? { outcomes: operations.map(() => ({ ok: false, problem: target })), changed: [] }
      : target.run(operations, Math.max(...works.map((work) => work.now)))
  let answered = 0
  // Before its answer: who is told that a token was given or taken back finds it so.
  if (operations.some(({ kind }) => kind === 'addToken' || kind === 'removeToken')) tellAll()
  say({
    kind: 'done',
    works: works.map(({ id, operations: { length } }) => {
      answered += length
      return packed(id, report.outcomes.slice(answered - length, answered))
    }),
    changed: report.changed,
  })
  quiet = false
  unchecked += operations.length
  if (unchecked >= OPERATIONS_A_CHECKPOINT) checkpoint()
  if (performance.now() - lookedAt >= LOOK_AGAIN_MS) lookForOthers()
}

/** Opens it where it is not open; what stands in the way is said to those who ask. */
function opened(): StateFile | Problem {
  if (file) return file
  try {
    file = openStateFile({ path, busyMs: settings.busyMs, checkpoints: 'by-hand', writer })
    writer = file.writer()
    settleTheDead(file)
    seenVersion = file.version()
    say({ kind: 'opened', writer, snapshot: file.snapshot() })
    return file
  } catch (error) {
    file?.close()
    file = undefined
    return problemOf(error, path)
  }
}

function tick(): void {
  if (!file) return
  if (!file.inPlace()) {
    // Someone has removed it, or put another in its place: what we write must be what others read.
    file.close()
    file = undefined
    opened()
    return
  }
  lookForOthers()
  if (performance.now() - settledTheDeadAt >= SETTLE_THE_DEAD_MS) settleTheDead(file)
  if (quiet && unchecked > 0) checkpoint()
  quiet = true
}

function lookForOthers(): void {
  lookedAt = performance.now()
  try {
    const version = file?.version()
    if (!file || version === undefined || version === seenVersion) return
    seenVersion = version
  } catch {
    return // as in tellAll
  }
  tellAll()
}

function tellAll(): void {
  try {
    if (file) say({ kind: 'changed', snapshot: file.snapshot() })
  } catch {
    // The copy in memory stays a moment older; a file that fails is told by the next operation.
  }
}

function settleTheDead(target: StateFile): void {
  settledTheDeadAt = performance.now()
  try {
    target.settleTheDead()
  } catch {
    // They wait for the next time.
  }
}

function checkpoint(): void {
  unchecked = 0
  try {
    file?.checkpoint()
  } catch {
    // The WAL keeps all there is; a disk that fails is told by the next write.
  }
}

function close(): void {
  clearInterval(ticking)
  checkpoint()
  file?.close()
  say({ kind: 'closed' })
  port?.close()
}
