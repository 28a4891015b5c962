import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'lock',
  source: 'src/recipes/rules/turn.ts',
  cut: ['exclusive', 'readersTogether', 'lineOf', 'inOrder', 'waiterOf'],
}
