import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'majority',
  source: 'src/quorum/majority.ts',
  cut: ['majority.containsQuorum'],
}
