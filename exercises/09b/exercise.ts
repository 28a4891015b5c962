import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'double-barrier',
  source: 'src/recipes/rules/gate.ts',
  cut: ['opens', 'leaving'],
}
