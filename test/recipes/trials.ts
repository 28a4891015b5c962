/** All trials of recipes. */
import { caches, configuration, counter, naming, priorityQueue, queue } from './data.ts'
import { election, lock, readWriteLock, semaphore } from './exclusion.ts'
import { barrier, discovery, doubleBarrier, group, twoPhaseCommit } from './gathering.ts'
import type { Trial } from './stage.ts'

export const TRIALS: readonly Trial[] = [
  ...[lock, readWriteLock, semaphore, election],
  ...[barrier, doubleBarrier, queue, priorityQueue, group, discovery, naming, counter, configuration, twoPhaseCommit, caches],
]
