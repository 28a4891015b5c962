import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'schedules',
  source: 'exercises/04e/schedules.ts',
  cut: ['againstTheHastyFollower', 'againstTheHastyLeader'],
}
