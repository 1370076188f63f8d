/** The evidence of who was ended since somebody else spoke first: its caller is there still. */
import { keptSaid, phrase } from '../core/phrase.ts'

export const OUTRUN = keptSaid(phrase('outrun'))
