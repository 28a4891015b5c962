import type { Txn } from '../../wire/index.ts'
import type { PrepContext } from './context.ts'

/** The leader watches over a session from the moment at which it prepares it; the database knows it once it is applied. */
export function prepareCreateSession(context: PrepContext, timeOut: number): Txn {
  context.sessions.trackSession(context.sessionId, timeOut, context.elapsed)
  context.sessions.setOwner(context.sessionId, context.owner)
  return { kind: 'createSession', timeOut }
}

/**
 * The end of a session names all the ephemerals that go with it: those in the tree, without the ones that are about to be
 * deleted and with the ones that are about to be created. From here on the session is closing and nothing more is taken from
 * it, else an ephemeral prepared after this list would outlive its session (ZOOKEEPER-1208).
 * Source: `PrepRequestProcessor.pRequest2Txn`, case closeSession.
 */
export function prepareCloseSession(context: PrepContext): Txn {
  const { changes, sessionId, zxid } = context
  const paths = new Set(context.database.tree.ephemeralsOf(sessionId))
  for (const record of changes.records()) {
    if (!record.exists) paths.delete(record.path)
    else if (record.ephemeralOwner === sessionId) paths.add(record.path)
  }
  for (const path of paths) {
    const node = changes.get(path)
    if (node !== undefined) changes.add({ ...node, zxid, exists: false })
  }
  context.sessions.setSessionClosing(sessionId)
  return { kind: 'closeSession', paths2Delete: [...paths] }
}
