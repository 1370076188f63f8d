/** What the terminal can show: its width, its colours. */
import { styleText } from 'node:util'

/** The part of a stream that is asked. */
export interface Screen {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

const USUAL_COLUMNS = 80

/** Undefined where no screen is: what goes into a file or another program is never cut. */
export function screenWidth(screen: Screen, env: NodeJS.ProcessEnv): number | undefined {
  if (!screen.isTTY) return undefined
  const told = Number(env['COLUMNS'])
  return screen.columns || (Number.isInteger(told) && told > 0 ? told : USUAL_COLUMNS)
}

/** NO_COLOR (no-color.org) goes before FORCE_COLOR, both before what the stream is. */
export function colourAllowed(env: NodeJS.ProcessEnv, screen: Screen): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return screen.isTTY === true && env['TERM'] !== 'dumb'
}

const STYLES = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const
export type Style = (typeof STYLES)[number]
export type Styles = Readonly<Record<Style, (text: string) => string>>

/** With colours, or the same acts without effect. */
export function styled(enabled: boolean): Styles {
  const paint = (style: Style) => (text: string) => (enabled ? styleText(style, text, { validateStream: false }) : text)
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  }
}
