import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'supersedes',
  source: 'src/election/supersedes.ts',
  cut: ['supersedes'],
}
