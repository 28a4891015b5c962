import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'hierarchical',
  source: 'src/quorum/hierarchical.ts',
  cut: ['hierarchical.containsQuorum'],
}
