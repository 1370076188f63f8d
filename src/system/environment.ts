/** The environment as it was when we started; what in it may be a secret is then out of reach of what prints it. */

const SECRET_NAME = /key|token|secret|pass|credential|cookie|authorization/i
/** A password in an address, as proxies have it. */
const LOGIN_IN_ADDRESS = /:\/\/[^/\s@]+@/

/**
 * A copy of it all; our own process keeps none of the secrets, so that neither a diagnostic report nor a program that is
 * started for something else (a browser) has them. Windows finds variables whatever their case, which a copy does not.
 */
export function takeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (process.platform === 'win32') return environment
  // os.homedir() repeats an empty one, and a state folder would lie wherever somebody stands; without it, it asks the account.
  if (environment['HOME'] === '') delete environment['HOME']
  const copy = { ...environment }
  for (const [name, value = ''] of Object.entries(copy)) {
    if (SECRET_NAME.test(name) || LOGIN_IN_ADDRESS.test(value)) delete environment[name]
  }
  return copy
}
