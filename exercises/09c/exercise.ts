import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'put-a-lock-to-the-test',
  source: 'exercises/09c/fault-in.ts',
  cut: ['lines', 'faultIn'],
}
