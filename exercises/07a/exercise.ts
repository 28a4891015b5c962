import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'set-watches',
  source: 'src/watches/watch-tables.ts',
  cut: ['Watches.setWatches', 'missedByData', 'missedByChild'],
}
