/** Elections with one rule missing: what a server hears is changed on its way, as if the rule were not there. */
import type { Mistake } from '../support/election-world.ts'

/** "There are no rounds": each vote of a server that is looking counts in the present one, however old it is. */
export const withoutRounds: Mistake = (heard, { logicalclock }) => {
  const { notification } = heard
  return [notification.state === 'LOOKING' ? { ...heard, notification: { ...notification, electionEpoch: logicalclock } } : heard]
}

/** "If a quorum says that it leads, it leads": what a follower says of its leader is taken for the leader's own word. */
export const hearsay: Mistake = (heard) => {
  const { notification } = heard
  if (notification.state !== 'FOLLOWING') return [heard]
  return [{ ...heard, from: notification.leader, notification: { ...notification, state: 'LEADING' } }, heard]
}
