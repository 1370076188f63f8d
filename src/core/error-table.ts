/** The table of errors that a person must act on: code, HTTP status, exit code, English words, the command that mends it. */
import { COMMAND_LINE_ERRORS } from './command-line-errors.ts'
import { GATEWAY_ERRORS } from './gateway-errors.ts'
import { LOGIN_ERRORS } from './login-errors.ts'
import { MODEL_ERRORS } from './model-errors.ts'
import { PLUGIN_ERRORS } from './plugin-errors.ts'
import { REQUEST_ERRORS } from './request-errors.ts'
import { SETTINGS_ERRORS } from './settings-errors.ts'
import { SIGN_IN_ERRORS } from './sign-in-errors.ts'

export const ERRORS = {
  ...LOGIN_ERRORS,
  ...SIGN_IN_ERRORS,
  ...MODEL_ERRORS,
  ...REQUEST_ERRORS,
  ...SETTINGS_ERRORS,
  ...PLUGIN_ERRORS,
  ...GATEWAY_ERRORS,
  ...COMMAND_LINE_ERRORS,
}
