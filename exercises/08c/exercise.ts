import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'purge',
  source: 'src/storage/purge.ts',
  cut: ['purgeable'],
}
