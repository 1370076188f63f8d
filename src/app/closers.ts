/** What is closed at the end: what was made last first, since it may still need what was made before. */
export function openClosers() {
  const closers: (() => Promise<void>)[] = []
  return {
    closing: <Part extends { close(): Promise<void> }>(part: Part): Part => {
      closers.push(() => part.close())
      return part
    },
    atEnd: (close: () => Promise<void>): void => void closers.push(close),
    /** After all others, whenever those were made. */
    asLast: (close: () => Promise<void>): void => void closers.unshift(close),
    closeAll: async (): Promise<void> => {
      const failed: unknown[] = []
      for (const close of closers.toReversed()) await close().catch((error: unknown) => failed.push(error))
      if (failed.length > 0) throw failed[0]
    },
  }
}
