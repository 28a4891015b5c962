import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'tracker',
  source: 'src/quorum/tracker.ts',
  cut: ['SyncedLearnerTracker.ack', 'SyncedLearnerTracker.hasAllQuorums'],
}
