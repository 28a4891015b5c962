import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'session-id',
  source: 'src/sessions/session-id.ts',
  cut: ['initialSessionId', 'negotiateTimeout'],
}
