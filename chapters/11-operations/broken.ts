/** Lines that chapter 11 takes away. */
import type { BrokenRules } from '../support/broken.ts'

export const broken: BrokenRules = {
  'leads-on': { source: 'src/zab/leader.ts', edits: [['return configuration.verifier.containsQuorum(synced)', 'return true']] },
  half: { source: 'src/quorum/majority.ts', edits: [['Math.floor(votingMembers.size / 2)', 'Math.floor((votingMembers.size - 1) / 2)']] },
  'takes-writes': { source: 'src/peer/read-only.ts', edits: [['return isWrite(type) || type === OpCode.sync', 'return type === OpCode.sync']] },
}
