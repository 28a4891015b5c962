import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'fuzzy-replay',
  source: 'src/tree/data-tree.ts',
  cut: ['DataTree.createNode', 'DataTree.deleteNode', 'DataTree.setData'],
}
