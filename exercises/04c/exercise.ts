import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'commit-rule',
  source: 'src/zab/broadcast.ts',
  cut: ['onAck', 'onFlushed', 'countAcks', 'commitInOrder'],
}
