/** Lines that chapter 08 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const TXN_LOG = 'src/storage/txn-log.ts'

export const broken: BrokenRules = {
  'no-sync': {
    source: 'src/storage/log-writer.ts',
    edits: [["  if (log.options.forceSync) operations.push({ kind: 'sync', file })\n", '']],
  },
  'damage-is-an-end': { source: TXN_LOG, edits: [["return this.damage(offset, 'CRC check failed')", 'return this.end()']] },
  'no-end-mark': { source: TXN_LOG, edits: [['    if (this.bytes[end - 1] !== END_MARK) return this.end()\n', '']] },
  'recovery-unsynced': {
    source: 'src/storage/replay-logs.ts',
    edits: [
      ["  state.phase = 'syncing'\n  return [ask(state, { kind: 'sync', file: (state.file as NamedFile).name })]", '  return readNextLog(state)'],
    ],
    script: 'simulate --faults blackout,diskError --seed 39',
  },
  'oldest-first': {
    source: 'src/storage/truncate.ts',
    edits: [['[...logs, ...snapshots].map(', '[...logs, ...snapshots].reverse().map(']],
    test: 'test/storage/crash.test.ts',
  },
}
