/** The processes of a benchmark: started, their CPU and memory read, ended. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface BenchProcess {
  readonly pid: number
  readonly firstLine: string
  stop(): Promise<void>
}

/** Rejects when it ends before its first line. */
export function startProcess(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<BenchProcess> {
  const child: ChildProcess = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'], env })
  const ended = new Promise<void>((done) => child.on('exit', () => done()))
  return new Promise((done, fail) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const [line, ...rest] = text.split('\n')
      if (rest.length === 0) return
      done({
        pid: child.pid ?? 0,
        firstLine: line ?? '',
        async stop() {
          child.kill('SIGKILL')
          await ended
        },
      })
    })
    void ended.then(() => fail(new Error(`${words.join(' ')} ended: ${text}`)))
  })
}

/** proc(5): fields 14 and 15 of stat, in ticks of 10 ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

export function memoryMiB(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(line ?? 0) / 1_024)
}
