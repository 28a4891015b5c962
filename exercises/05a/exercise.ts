import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'outcomes',
  source: 'src/pipeline/prep/changes.ts',
  cut: ['prepareDelete', 'removal', 'prepareSetData'],
}
