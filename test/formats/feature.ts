/** One thing that programs want of a model, tried with one SDK before one upstream. */
import { fail, ok } from 'node:assert/strict'
import type { Heard, Sdk, SdkError, Wish } from './sdk.ts'
import { modelOf } from './world.ts'
import type { Upstream, World } from './world.ts'

export interface Place {
  readonly sdk: Sdk
  readonly upstream: Upstream
  readonly world: World
}

/** `yes`, or why not: it was left out and named, it is answered with an error, or SDK or format have no way to say it. */
export type Found = 'yes' | { readonly no: 'left out' | 'an error' | 'not in the SDK' | 'not in the format' }

export interface Feature {
  readonly id: string
  readonly title: { readonly en: string; readonly zh: string }
  readonly run: (place: Place) => Promise<Found>
}

export function ask({ sdk, upstream }: Place, wish: Partial<Wish>): Promise<Heard> {
  return sdk.ask({ model: modelOf(upstream), text: 'Say hello', stream: false, ...wish })
}

/** Both ways of answering, one after the other. */
export async function both(place: Place, wish: Partial<Wish>, look: (heard: Heard) => void): Promise<void> {
  look(await ask(place, wish))
  look(await ask(place, { ...wish, stream: true }))
}

/** What was not told to the upstream. */
export function leftOut({ headers }: Heard): readonly string[] {
  return (headers.get('x-openclaw-dropped') ?? '').split(', ').filter(Boolean)
}

/** It works, or it was left out by a name of which this is a part: never without a word. */
export function worksOrNamed(works: boolean, heard: Heard, name: RegExp): Found {
  if (works) return 'yes'
  ok(
    leftOut(heard).some((each) => name.test(each)),
    `it was lost without a word: ${JSON.stringify({ dropped: leftOut(heard), heard })}`,
  )
  return { no: 'left out' }
}

/** The SDK's own error; anything else is a fault of ours. */
export async function errorOf(place: Place, wish: Partial<Wish>): Promise<SdkError> {
  try {
    await ask(place, wish)
  } catch (reason) {
    const error = place.sdk.errorOf(reason)
    if (error) return error
    throw reason
  }
  return fail('it was answered')
}
