/** What serving remembers between requests, in this process and for as long as it lives. */
import type { Clock } from '../core/ports.ts'
import { openAnswers, type Answers } from './answers.ts'
import { openAffinity, type Affinity } from './affinity.ts'
import { openDoubts, type Doubts } from './doubts.ts'
import { openRetryBudget, type RetryBudget } from './retry-budget.ts'
import type { Seals } from '../dialects/seals.ts'
import { openSeals } from './seals.ts'
import { openStreamUsage, type StreamUsage } from './stream-usage.ts'
import { openStubborn, type Stubborn } from './stubborn.ts'

export interface Memory {
  readonly budget: RetryBudget
  readonly stubborn: Stubborn
  readonly doubts: Doubts
  readonly affinity: Affinity
  readonly seals: Seals
  readonly streamUsage: StreamUsage
  readonly answers: Answers
}

export function openMemory(clock: Clock): Memory {
  return {
    budget: openRetryBudget(clock),
    stubborn: openStubborn(clock),
    doubts: openDoubts(clock),
    affinity: openAffinity(clock),
    seals: openSeals(clock),
    streamUsage: openStreamUsage(clock),
    answers: openAnswers(clock),
  }
}
