import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'acceptor',
  source: 'src/paxos/acceptor.ts',
  cut: ['mayPromise', 'mayAccept', 'onFlushed', 'remember'],
}
