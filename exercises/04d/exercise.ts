import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'follower',
  source: 'src/zab/following.ts',
  cut: ['logProposal', 'onCommit', 'ackFlushed', 'nextTransaction'],
}
