/** Whether a service manager has started us: with the process that it knows it ends whatever that has started. */

/** systemd says whom it has started; the first process of a container is its life. Others do not tell. */
export function isSupervised(environment: NodeJS.ProcessEnv, { pid, ppid }: { pid: number; ppid: number }): boolean {
  const started = Number(environment['SYSTEMD_EXEC_PID'])
  // Our launcher may stand between.
  return pid === 1 || started === pid || started === ppid
}
