import { validatePath } from '../../tree/index.ts'
import { type CheckVersionRequest, type DeleteRequest, Perms, type SetACLRequest, type SetDataRequest, type Txn } from '../../wire/index.ts'
import { nextVersion, type PrepContext, requireNode, requireParent, requirePermission, requireSession } from './context.ts'
import { refuse } from './failure.ts'

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
  const { zxid } = context
  context.changes.add({ ...parent, zxid, childCount: parent.childCount - 1 })
  context.changes.add({ ...node, zxid, exists: false })
  return { kind: 'delete', path }
}

/** Source: `PrepRequestProcessor.pRequest2Txn`, case setData. */
export function prepareSetData(context: PrepContext, { path, data, version }: SetDataRequest): Txn {
  requireSession(context)
  if (validatePath(path) !== null) refuse('BADARGUMENTS')
  const node = requireNode(context, path)
  requirePermission(context, node.acl, Perms.WRITE)
  const newVersion = nextVersion(node.version, version)
  context.changes.add({ ...node, zxid: context.zxid, version: newVersion })
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
