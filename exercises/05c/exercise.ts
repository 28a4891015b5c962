import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'create',
  source: 'src/pipeline/prep/create.ts',
  cut: ['prepareCreate', 'ownerOf', 'isSequential'],
}
