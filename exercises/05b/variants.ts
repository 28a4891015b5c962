import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const ROLL_BACK = 'context.changes.rollBack(mark)'
const RETHROW = 'if (!(error instanceof Refusal)) throw error'
const SKIP = "txns.push({ kind: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY })\n      continue"

export const wrong: readonly WrongSolution[] = [
  {
    name: 'what-could-be-done',
    tempts: 'Each operation that can be carried out is. That is a batch, and what a pipeline of requests does anyway.',
    caughtBy: 'one refusal, and nothing remains',
    edits: [
      [ROLL_BACK, ''],
      ['if (failure !== 0) {', 'if (failure > 1) {'],
    ],
  },
  {
    name: 'no-roll-back',
    tempts: 'The transaction says error, so nothing of it is applied. But the changes that were noted are still believed.',
    caughtBy: 'one refusal, and nothing remains',
    edits: [[ROLL_BACK, '']],
  },
  {
    name: 'back-to-the-tree',
    tempts: 'Taking back seems to mean: to what is applied. With it goes what others have asked for and what is on its way.',
    caughtBy: 'what was asked before stays',
    edits: [[ROLL_BACK, 'context.changes.rollBack(0)']],
  },
  {
    name: 'back-to-the-last-one',
    tempts: 'Only the operation that was refused is taken back, as a savepoint would do. It has changed nothing.',
    caughtBy: 'one refusal, and nothing remains',
    edits: [[ROLL_BACK, 'context.changes.rollBack(context.changes.mark())']],
  },
  {
    name: 'each-against-the-same-state',
    tempts: 'All of them happen at one moment, so all are checked against the state before it.',
    caughtBy: 'each is checked on top of those before it',
    edits: [['txns.push(prepareOne(context, operation))', 'txns.push(prepareOne(context, operation))\n      context.changes.rollBack(mark)']],
  },
  {
    name: 'ends-at-the-refusal',
    tempts: 'Once it has failed there is nothing more to say. The client has asked for five things and gets three answers.',
    caughtBy: 'what comes after the refused one is not tried',
    edits: [[SKIP, 'break']],
  },
  {
    name: 'each-has-its-own-code',
    tempts: 'The client may like to know what else is wrong. It is checked against a state that will never be.',
    caughtBy: 'what comes after the refused one is not tried',
    edits: [['if (failure !== 0) {', 'if (failure === 1) {']],
  },
  {
    name: 'one-code-for-all',
    tempts: 'The multi has failed, for this reason; so each part of it has. Then nobody knows which one was refused.',
    caughtBy: 'what comes after the refused one is not tried',
    edits: [["txns.push({ kind: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY })", "txns.push({ kind: 'error', err: failure })"]],
  },
  {
    name: 'refused-as-a-whole',
    tempts: 'A refused request becomes an error transaction, so the refusal is let through. Then the client does not learn which operation it was.',
    caughtBy: 'one refusal, and nothing remains',
    edits: [["txns.push({ kind: 'error', err: failure })", 'throw error']],
  },
  {
    name: 'everything-is-a-refusal',
    tempts: 'An error is an error. One that is none of the protocol’s has no code, and hides a fault of the client, or of ours.',
    caughtBy: 'what is malformed is refused as a whole',
    edits: [
      [RETHROW, ''],
      ['failure = error.code', 'failure = error instanceof Refusal ? error.code : KeeperErrorCode.BADARGUMENTS'],
    ],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'two-passes',
    how: 'First as far as it goes; then, if it did not go to the end, the records of what is missing are put behind.',
    bodies: {
      prepareMulti: `
        const operations = decodeMulti(payload)
        const mark = context.changes.mark()
        const txns: Txn[] = []
        try {
          for (const operation of operations) txns.push(prepareOne(context, operation))
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          context.changes.rollBack(mark)
          txns.push({ kind: 'error', err: error.code })
        }
        while (txns.length < operations.length) txns.push({ kind: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY })
        return { kind: 'multi', txns }`,
    },
  },
  {
    name: 'by-attempts',
    how: 'Each operation is attempted by a function that answers with a record in any case.',
    bodies: {
      prepareMulti: `
        const mark = context.changes.mark()
        let refused = false
        const attempt = (operation: SubOperation): Txn => {
          if (refused) return { kind: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY }
          try {
            return prepareOne(context, operation)
          } catch (error) {
            refused = true
            if (error instanceof Refusal) return { kind: 'error', err: error.code }
            throw error
          }
        }
        const txns = decodeMulti(payload).map(attempt)
        if (refused) context.changes.rollBack(mark)
        return { kind: 'multi', txns }`,
    },
  },
]
