/** Lines that chapter 10 takes away. */
import type { BrokenRules } from '../support/broken.ts'

const TELL = 'for (const change of result.changes) for (const event of this.watches.fire(change)) this.tell(change, event, zxid)'
const ANSWER = 'if (request !== null && request.connection !== 0) this.answerWrite(request, transaction, result)'

export const broken: BrokenRules = {
  'any-request': {
    source: 'src/pipeline/commit-processor.ts',
    edits: [['oldest.cxid !== cxid || ', '']],
    script: 'simulate --seed 3',
  },
  'forward-first': {
    source: 'src/pipeline/pipelines.ts',
    edits: [
      [
        '  submit(request: Request): readonly PipelineEffect[] {\n    this.committer.process(request)\n',
        '  submit(request: Request): readonly PipelineEffect[] {\n',
      ],
      [
        "if (needsQuorum(request) || isSync) this.out.push({ kind: 'forward', request })",
        "if (needsQuorum(request) || isSync) this.out.push({ kind: 'forward', request })\n    this.committer.process(request)",
      ],
    ],
  },
  'answer-first': {
    source: 'src/pipeline/final-processor.ts',
    edits: [
      [`    ${TELL}\n`, ''],
      [ANSWER, `${ANSWER}\n    ${TELL}`],
    ],
    script: 'simulate --seed 1',
  },
}
