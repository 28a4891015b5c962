import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'log-reader',
  source: 'src/storage/txn-log.ts',
  cut: ['LogReader.next'],
}
