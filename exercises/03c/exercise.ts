import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'leader-check',
  source: 'src/election/leader-check.ts',
  cut: ['leaderCheck'],
}
