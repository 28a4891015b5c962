import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'sync-decision',
  source: 'src/zab/sync-decision.ts',
  cut: ['decideSync'],
  hide: ['isProposalOfThisEpoch'],
}
