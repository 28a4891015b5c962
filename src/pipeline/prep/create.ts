import { containerOwner, isEphemeralOwner, MAX_TTL, sequencePath, ttlOwner, validatePath } from '../../tree/index.ts'
import { type ACL, CreateMode, OpCode, Perms, type Txn } from '../../wire/index.ts'
import { type PrepContext, requireGlobalSession, requireNode, requireParent, requirePermission, requireSession } from './context.ts'
import { refuse } from './failure.ts'
import { requireQuota } from './quota.ts'

/** What a client asks for in create, create2, createContainer and createTTL; `ttl` is -1 where the operation has none. */
export interface CreateWish {
  readonly path: string
  readonly data: Uint8Array | null
  readonly acl: readonly ACL[]
  readonly flags: number
  readonly ttl: bigint
}

/**
 * Turns a create into its transaction. The sequence number is taken from the parent's counter as it will be, so that creates
 * in flight at the same time get different names. The order of the checks is what clients see.
 * Source: `PrepRequestProcessor.pRequest2TxnCreate`.
 *
 * @param type the operation, one of create, create2, createContainer, createTTL
 */
export function prepareCreate(context: PrepContext, type: number, wish: CreateWish): Txn {
  const { flags, data } = wish
  checkFlags(type, wish, context.rules.extendedTypes)
  if (isEphemeral(flags)) requireGlobalSession(context)
  else requireSession(context)
  const parentPath = requireParent(wish.path)
  const acl = context.rules.access.fixup(wish.acl, context.authInfo) ?? refuse('INVALIDACL')
  const parent = requireNode(context, parentPath)
  requirePermission(context, parent.acl, Perms.CREATE)
  const path = isSequential(flags) ? sequencePath(wish.path, parent.cversion) : wish.path
  if (validatePath(path) !== null) refuse('BADARGUMENTS')
  if (context.changes.get(path) !== undefined) refuse('NODEEXISTS')
  if (isEphemeralOwner(parent.ephemeralOwner)) refuse('NOCHILDRENFOREPHEMERALS')
  const dataLength = data === null ? 0 : data.length
  requireQuota(context, path, 1, dataLength)

  const parentCVersion = (parent.cversion + 1) | 0
  const ephemeral = isEphemeral(flags)
  const { zxid } = context
  context.changes.add({ ...parent, zxid, cversion: parentCVersion, childCount: parent.childCount + 1 })
  const ephemeralOwner = ownerOf(type, ephemeral ? context.sessionId : 0n, wish.ttl)
  context.changes.add({ zxid, path, exists: true, acl, version: 0, cversion: 0, aversion: 0, ephemeralOwner, childCount: 0, dataLength })

  if (type === OpCode.createContainer) return { kind: 'createContainer', path, data, acl, parentCVersion }
  if (type === OpCode.createTTL) return { kind: 'createTTL', path, data, acl, parentCVersion, ttl: wish.ttl }
  return { kind: type === OpCode.create2 ? 'create2' : 'create', path, data, acl, ephemeral, parentCVersion }
}

/** createTTL and the TTL flags go together; anything else would be logged and could not be applied. */
function checkFlags(type: number, { flags, ttl }: CreateWish, extendedTypes: boolean): void {
  if (flags < CreateMode.PERSISTENT || flags > CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL) refuse('BADARGUMENTS')
  const wantsTtl = flags === CreateMode.PERSISTENT_WITH_TTL || flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  if (wantsTtl && !extendedTypes) refuse('UNIMPLEMENTED')
  if (wantsTtl !== (type === OpCode.createTTL)) refuse('BADARGUMENTS')
  if (wantsTtl && (ttl <= 0n || ttl > MAX_TTL)) refuse('BADARGUMENTS')
}

function ownerOf(type: number, session: bigint, ttl: bigint): bigint {
  if (type === OpCode.createContainer) return containerOwner
  return type === OpCode.createTTL ? ttlOwner(ttl) : session
}

/** Whether the flags of a create ask for an ephemeral node, sequential or not. */
export function isEphemeral(flags: number): boolean {
  return flags === CreateMode.EPHEMERAL || flags === CreateMode.EPHEMERAL_SEQUENTIAL
}

function isSequential(flags: number): boolean {
  return (
    flags === CreateMode.PERSISTENT_SEQUENTIAL || flags === CreateMode.EPHEMERAL_SEQUENTIAL || flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  )
}
