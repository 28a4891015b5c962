import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'expiry-queue',
  source: 'src/sessions/expiry-queue.ts',
  cut: ['ExpiryQueue.update', 'ExpiryQueue.remove', 'ExpiryQueue.poll', 'ExpiryQueue.roundUp', 'ExpiryQueue.leave'],
}
