/** Lines that chapter 03 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const LOOKING = 'src/election/looking.ts'

export const broken: BrokenRules = {
  'zxid-ignored': {
    source: 'src/election/supersedes.ts',
    edits: [['  if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid\n', '']],
  },
  'change-untold': {
    source: LOOKING,
    edits: [['  state.proposal = proposalOf(notification)\n  sendNotifications(state, effects)\n', '  state.proposal = proposalOf(notification)\n']],
  },
  'settled-silent': {
    source: 'src/election/answer.ts',
    edits: [["reply: senderLooks ? 'currentVote' : 'nothing' }", "reply: 'nothing' }"]],
  },
  'old-votes-count': {
    source: LOOKING,
    edits: [['if (notification.electionEpoch < state.logicalclock) {', 'if (notification.electionEpoch < 0n) {']],
  },
  hearsay: { source: 'src/election/leader-check.ts', edits: [["return votes.get(leader)?.state === 'LEADING'", 'return true']] },
}
