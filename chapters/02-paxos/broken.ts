/** Lines that chapter 02 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const ACCEPTOR = 'src/paxos/acceptor.ts'

export const broken: BrokenRules = {
  'only-greater': {
    source: ACCEPTOR,
    edits: [['return compareBallots(ballot, promised) >= 0', 'return compareBallots(ballot, promised) > 0']],
  },
  'never-highest': {
    source: 'src/paxos/highest-accepted.ts',
    edits: [['compareBallots(report.ballot, highest?.ballot ?? null) > 0', 'compareBallots(report.ballot, highest?.ballot ?? null) < 0']],
  },
  'own-wish': { source: 'src/paxos/proposer.ts', edits: [['return highestAccepted(reports)?.value ?? wish', 'return wish']] },
  'out-of-order': {
    source: 'src/paxos/learner.ts',
    edits: [['...deliverInOrder(state)]', "{ kind: 'deliver', slot, value }]"]],
    test: 'test/paxos/rules.test.ts',
  },
  'accepts-anything': { source: ACCEPTOR, edits: [['return compareBallots(ballot, promised) >= 0', 'return true']] },
}
