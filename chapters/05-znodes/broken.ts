/** Lines that chapter 05 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const DATA_TREE = 'src/tree/data-tree.ts'
const REPLAY = 'test/tree/replay.test.ts'

export const broken: BrokenRules = {
  'version-stays': { source: 'src/pipeline/prep/context.ts', edits: [['return (current + 1) | 0', 'return current']] },
  'counter-goes-back': { source: DATA_TREE, edits: [['if (raised > parent.cversion) {', 'if (raised !== parent.cversion) {']], test: REPLAY },
  'list-not-set': {
    source: DATA_TREE,
    edits: [['      this.changeAcl(existing, acl)\n      return NODEEXISTS', '      return NODEEXISTS']],
    test: REPLAY,
  },
  'no-roll-back': { source: 'src/pipeline/prep/multi.ts', edits: [['      context.changes.rollBack(mark)\n', '']] },
  'number-of-children': {
    source: 'src/pipeline/prep/create.ts',
    edits: [['sequencePath(wish.path, parent.cversion)', 'sequencePath(wish.path, parent.childCount)']],
  },
}
