import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'put-supersedes-to-the-test',
  source: 'exercises/03d/fault-in.ts',
  cut: ['proposals', 'faultIn'],
}
