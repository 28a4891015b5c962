import { isEphemeralOwner, validatePath } from '../../tree/index.ts'
import { type CheckVersionRequest, type DeleteRequest, Perms, type SetACLRequest, type SetDataRequest, type Txn } from '../../wire/index.ts'
import type { ChangeRecord } from '../outstanding-changes.ts'
import { LOCAL_OWNER } from '../request.ts'
import { nextVersion, type PrepContext, requireNode, requireParent, requirePermission, requireSession } from './context.ts'
import { refuse } from './failure.ts'
import { requireQuota } from './quota.ts'

const UNDELETABLE: ReadonlySet<string> = new Set(['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota'])

/** Source: `PrepRequestProcessor.pRequest2Txn`, case delete. */
export function prepareDelete(context: PrepContext, { path, version }: DeleteRequest): Txn {
  requireSession(context)
  const parentPath = requireParent(path)
  if (UNDELETABLE.has(path)) refuse('BADARGUMENTS')
  const parent = requireNode(context, parentPath)
  // The right to delete a node is a right on its parent.
  requirePermission(context, parent.acl, Perms.DELETE)
  const node = requireNode(context, path)
  nextVersion(node.version, version)
  if (node.childCount > 0) refuse('NOTEMPTY')
  return removal(context, 'delete', parent, node)
}

function removal({ changes, zxid }: PrepContext, kind: 'delete' | 'deleteContainer', parent: ChangeRecord, node: ChangeRecord): Txn {
  changes.add({ ...parent, zxid, childCount: parent.childCount - 1 })
  changes.add({ ...node, zxid, exists: false })
  return { kind, path: node.path }
}

/**
 * A container or a node with a time to live has had its time. The server asks that of itself, so no session and no right is
 * looked at; a node that has got a child meanwhile stays. From anybody else it would be a way round all rights.
 * Source: `PrepRequestProcessor.pRequest2Txn`, case deleteContainer.
 */
export function prepareDeleteContainer(context: PrepContext, path: string): Txn {
  if (context.sessionId !== 0n || context.owner !== LOCAL_OWNER) refuse('UNIMPLEMENTED')
  const parent = requireNode(context, requireParent(path))
  const node = requireNode(context, path)
  if (node.childCount > 0) refuse('NOTEMPTY')
  if (isEphemeralOwner(node.ephemeralOwner)) refuse('BADVERSION')
  return removal(context, 'deleteContainer', parent, node)
}

/** Source: `PrepRequestProcessor.pRequest2Txn`, case setData. */
export function prepareSetData(context: PrepContext, { path, data, version }: SetDataRequest): Txn {
  requireSession(context)
  if (validatePath(path) !== null) refuse('BADARGUMENTS')
  const node = requireNode(context, path)
  requirePermission(context, node.acl, Perms.WRITE)
  const dataLength = data === null ? 0 : data.length
  requireQuota(context, path, 0, dataLength - node.dataLength)
  const newVersion = nextVersion(node.version, version)
  context.changes.add({ ...node, zxid: context.zxid, version: newVersion, dataLength })
  return { kind: 'setData', path, data, version: newVersion }
}

/** Source: `PrepRequestProcessor.pRequest2Txn`, case setACL. */
export function prepareSetACL(context: PrepContext, { path, acl: wanted, version }: SetACLRequest): Txn {
  requireSession(context)
  if (validatePath(path) !== null) refuse('BADARGUMENTS')
  const acl = context.rules.access.fixup(wanted, context.authInfo) ?? refuse('INVALIDACL')
  const node = requireNode(context, path)
  requirePermission(context, node.acl, Perms.ADMIN)
  const newVersion = nextVersion(node.aversion, version)
  context.changes.add({ ...node, zxid: context.zxid, acl, aversion: newVersion })
  return { kind: 'setACL', path, acl, version: newVersion }
}

/** An assertion inside a multi: changes nothing. Source: `PrepRequestProcessor.pRequest2Txn`, case check. */
export function prepareCheck(context: PrepContext, { path, version }: CheckVersionRequest): Txn {
  requireSession(context)
  if (validatePath(path) !== null) refuse('BADARGUMENTS')
  const node = requireNode(context, path)
  requirePermission(context, node.acl, Perms.READ)
  return { kind: 'check', path, version: nextVersion(node.version, version) }
}
