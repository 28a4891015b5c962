import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'count-votes',
  source: 'src/election/vote.ts',
  cut: ['sameVote', 'countVotes'],
}
