/** Lines that chapter 04 takes away. */
import type { Broken, BrokenRules } from '../support/broken.ts'

const SYNC_DECISION = 'src/zab/sync-decision.ts'

const NUMBER_DECIDES: Broken = {
  source: 'src/election/supersedes.ts',
  edits: [['  if (candidate.zxid !== current.zxid) return candidate.zxid > current.zxid\n', '']],
}

export const broken: BrokenRules = {
  'no-trunc': {
    source: SYNC_DECISION,
    edits: [["  if (peerLastZxid > max && !isEpochStart) return { kind: 'TRUNC', zxid: max, from: nothing, continueAfter: max }\n", '']],
  },
  'diff-for-trunc': { source: SYNC_DECISION, edits: [["return { kind: 'TRUNC', zxid: max", "return { kind: 'DIFF', zxid: max"]] },
  'diff-between': {
    source: SYNC_DECISION,
    edits: [["if (isEpochStart) return { kind: 'DIFF', zxid: max, from,", "return { kind: 'DIFF', zxid: max, from,"]],
  },
  'number-decides': NUMBER_DECIDES,
  'nobody-turned-away': {
    source: 'src/zab/discovery.ts',
    edits: [
      ['if (summary.currentEpoch !== -1n && isMoreRecent(summary, own)) {', 'if (summary.currentEpoch === -2n && isMoreRecent(summary, own)) {'],
    ],
    and: NUMBER_DECIDES,
  },
}
