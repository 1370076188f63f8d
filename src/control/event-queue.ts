/** Events pushed by callbacks, taken one by one by an async loop. */
export interface EventQueue<Event> {
  push(event: Event): void
  /** No more will come. */
  end(): void
  /** To be read once. */
  all(): AsyncGenerator<Event, void>
}

export function eventQueue<Event>(): EventQueue<Event> {
  const waiting: Event[] = []
  let ended = false
  let wake: (() => void) | undefined
  const woken = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    push(event) {
      waiting.push(event)
      woken()
    },
    end() {
      ended = true
      woken()
    },
    async *all() {
      for (;;) {
        const event = waiting.shift()
        if (event !== undefined) yield event
        else if (ended) return
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    },
  }
}
