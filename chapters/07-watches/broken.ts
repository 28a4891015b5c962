/** Lines that chapter 07 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const WATCH_TABLES = 'src/watches/watch-tables.ts'

const TELL = 'for (const change of result.changes) for (const event of this.watches.fire(change)) this.tell(change, event, zxid)'
const ANSWER = 'if (request !== null && request.connection !== 0) this.answerWrite(request, transaction, result)'

export const broken: BrokenRules = {
  'answer-first': {
    source: 'src/pipeline/final-processor.ts',
    edits: [
      [`    ${TELL}\n`, ''],
      [ANSWER, `${ANSWER}\n    ${TELL}`],
    ],
    test: 'test/peer/standalone.test.ts',
  },
  'other-zxid': { source: WATCH_TABLES, edits: [['node.mzxid > seen', 'node.pzxid > seen']] },
  'used-up': { source: 'src/watches/watch-manager.ts', edits: [["this.remove(path, watcher, 'STANDARD')", 'this.remove(path, watcher)']] },
  'parent-not-told': {
    source: WATCH_TABLES,
    edits: [["    for (const watcher of this.child.trigger(parent)) events.push({ watcher, type: 'NodeChildrenChanged', path: parent })\n", '']],
    test: 'test/watches/firing.test.ts',
  },
}
