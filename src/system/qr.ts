/** A text as a QR code for the terminal. */
import widthOf from 'fast-string-width'

/** Dark on light for a dark terminal, two rows of modules a line. */
export async function qrCode(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(text, { border: 2 })
}

/** How many columns it needs: broken by a narrower screen, no camera can read it. */
export function qrColumns(code: string): number {
  return Math.max(...code.split('\n').map((line) => widthOf(line)))
}
