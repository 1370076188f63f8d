/** What a settings file says, as a value. */
import type { SettingsFile } from '../../core/edit.ts'
import { parseJson5 } from './json5-parse.ts'
import { Json5SyntaxError } from './json5-syntax-error.ts'

/** A missing file says nothing. Throws a Json5SyntaxError that names the file. */
export async function valuesOf(file: SettingsFile): Promise<unknown> {
  try {
    return parseJson5((await file.read())?.text ?? '')
  } catch (error) {
    throw error instanceof Json5SyntaxError ? error.inFile(file.path) : error
  }
}
