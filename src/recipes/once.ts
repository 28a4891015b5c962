/**
 * A transaction that happens once although its answer may be lost. A mark is created in the same transaction: whether it is
 * there tells whether the transaction has happened. Without it, who asks again may do twice, and who does not may not do at all.
 */
import { type CallOptions, type TransactionOp, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { deleteSurely, newMark } from './support.ts'

/**
 * Carries out these operations, all or none, once. Rejects with the MultiError of the operation that does not apply, and with
 * SESSIONEXPIRED when the session ends before it is known: then it may have happened, once.
 * @param marks the node below which marks stand for a moment
 */
export async function once(zk: ZooKeeper, marks: string, ops: readonly TransactionOp[], options: CallOptions = {}): Promise<void> {
  const mark = `${marks}/${await newMark(zk, options)}`
  let unsure = false
  try {
    await untilAnswered(
      zk,
      async () => {
        if (unsure) {
          await zk.sync(mark, options)
          if ((await zk.exists(mark, options)).stat !== null) return
        }
        unsure = true
        await zk.multi([...ops, { op: 'create', path: mark, mode: 'EPHEMERAL' }], options)
      },
      options,
    )
  } finally {
    void deleteSurely(zk, mark)
  }
}
