import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'close-session',
  source: 'src/pipeline/prep/sessions.ts',
  cut: ['prepareCloseSession'],
}
