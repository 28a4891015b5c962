import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'highest-accepted',
  source: 'src/paxos/highest-accepted.ts',
  cut: ['highestAccepted'],
}
