/** What is wrong or doubtful in a settings file, as a line that an editor can jump to. */
import type { SettingsFinding } from '../control/contract.ts'
import type { Output } from './output.ts'

export function findingLine(
  { level, file, line, column, path, message }: SettingsFinding,
  { styles, words }: Pick<Output, 'styles' | 'words'>,
): { readonly place: string; readonly line: string } {
  const colour = level === 'error' ? styles.red : styles.yellow
  const place = `${file}:${line}:${column}`
  const said = [place, colour(words.texts.config.level[level]), ...(path ? [path] : []), words.say(message)]
  return { place, line: said.join(': ') }
}
