import type { Exercise } from '../support/exercise.ts'

export const exercise: Exercise = {
  name: 'what-fires',
  source: 'src/watches/watch-manager.ts',
  cut: ['WatchManager.remove', 'WatchManager.trigger', 'WatchManager.triggerHere', 'WatchManager.triggerWithAncestors'],
}
