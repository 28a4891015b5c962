/** Lines that chapter 01 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const MAJORITY = 'src/quorum/majority.ts'
const HIERARCHICAL = 'src/quorum/hierarchical.ts'
const EARLY_NO = 'if (sids.size <= half) return false'

export const broken: BrokenRules = {
  'half-is-enough': {
    source: MAJORITY,
    edits: [
      [EARLY_NO, 'if (sids.size < half) return false'],
      ['return count > half', 'return count >= half'],
    ],
  },
  'counts-everybody': { source: MAJORITY, edits: [['for (const sid of sids) if (votingMembers.has(sid)) count++', 'for (const _ of sids) count++']] },
  'no-early-no': { source: MAJORITY, edits: [[EARLY_NO, '']] },
  'any-weight-wins': { source: HIERARCHICAL, edits: [['if (weight > half) won++', 'if (weight > 0) won++']] },
  'half-of-the-groups': { source: HIERARCHICAL, edits: [['return won > halfOfGroups', 'return won >= halfOfGroups']] },
}
