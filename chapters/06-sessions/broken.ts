/** Lines that chapter 06 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const CLOSE_SESSION = 'src/pipeline/prep/sessions.ts'

export const broken: BrokenRules = {
  'rounded-down': {
    source: 'src/sessions/expiry-queue.ts',
    edits: [['(Math.floor(time / this.interval) + 1) * this.interval', 'Math.floor(time / this.interval) * this.interval']],
  },
  'no-touches': {
    source: 'src/sessions/learner-sessions.ts',
    edits: [['touch(id: SessionId, timeout: Millis): void {\n    this.touches.set(id, timeout)', 'touch(id: SessionId, timeout: Millis): void {']],
  },
  'never-closing': {
    source: CLOSE_SESSION,
    edits: [['  context.sessions.setSessionClosing(sessionId)\n', '']],
    test: 'test/peer/standalone.test.ts',
  },
  'tree-alone': {
    source: CLOSE_SESSION,
    edits: [['    else if (record.ephemeralOwner === sessionId) paths.add(record.path)\n', '']],
    test: 'test/pipeline/outstanding-changes.test.ts',
  },
  'no-clock-in-ids': { source: 'src/sessions/session-id.ts', edits: [['(BigInt(Math.floor(elapsed)) & 0xff_ffff_ffffn) << 16n', '0n']] },
}
