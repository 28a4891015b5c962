import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'multi',
  source: 'src/pipeline/prep/multi.ts',
  cut: ['prepareMulti'],
}
