import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'epoch-proposal',
  source: 'src/zab/discovery.ts',
  cut: ['isMoreRecent', 'reportAcceptedEpoch'],
}
