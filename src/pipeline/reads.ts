import { decode } from '../jute/index.ts'
import { copyStat, type DataNode } from '../tree/index.ts'
import { WatcherType } from '../watches/index.ts'
import {
  type ACL,
  AddWatchRequest,
  ErrorResponse,
  ExistsResponse,
  GetACLRequest,
  GetACLResponse,
  GetAllChildrenNumberRequest,
  GetAllChildrenNumberResponse,
  GetChildren2Response,
  GetChildrenResponse,
  GetDataResponse,
  GetEphemeralsRequest,
  GetEphemeralsResponse,
  KeeperErrorCode,
  type KeeperErrorName,
  OpCode,
  PathWatchRequest,
  Perms,
  SetWatches,
  SetWatches2,
  SyncRequest,
  SyncResponse,
  WatchesRequest,
  WhoAmIResponse,
  XID_PING,
} from '../wire/index.ts'
import { multiRead } from './multi-read.ts'
import type { ReadService } from './read-service.ts'
import { replyFrame } from './replies.ts'
import type { Request } from './request.ts'

/** The zxid of an event of which it isn't known which transaction has caused it. Source: `WatchedEvent.NO_ZXID`. */
const NO_ZXID = -1n

/** Makes the frame that answers a request which changes nothing. Throws `JuteError` for a malformed one. */
type Answer = (final: ReadService, request: Request) => Uint8Array

function ok(final: ReadService, request: Request): Uint8Array {
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0)
}

/** Whatever number a ping came with. */
function pong(final: ReadService): Uint8Array {
  return replyFrame(XID_PING, final.database.lastProcessedZxid, 0)
}

function refused(final: ReadService, request: Request, name: KeeperErrorName): Uint8Array {
  return replyFrame(request.cxid, final.database.lastProcessedZxid, KeeperErrorCode[name])
}

/** Calls `found` with the node when it exists and the client may read it; a read of anything else leaves no watch. */
function withReadable(final: ReadService, request: Request, path: string, found: (node: DataNode) => Uint8Array): Uint8Array {
  const { tree } = final.database
  const node = tree.getNode(path)
  if (node === undefined) return refused(final, request, 'NONODE')
  if (!final.access.permits(tree.getAcl(node), Perms.READ, request.authInfo)) return refused(final, request, 'NOAUTH')
  return found(node)
}

/** A missing node may be watched too: that is how a client waits for one to appear. */
const exists: Answer = (final, request) => {
  const { path, watch } = decode(PathWatchRequest, request.payload)
  if (path.includes('\0')) return refused(final, request, 'BADARGUMENTS')
  const node = final.database.tree.getNode(path)
  if (node !== undefined && !final.access.permits(final.database.tree.getAcl(node), Perms.READ, request.authInfo))
    return refused(final, request, 'NOAUTH')
  if (watch) final.watches.addData(path, request.connection)
  if (node === undefined) return refused(final, request, 'NONODE')
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, ExistsResponse, { stat: copyStat(node) })
}

const getData: Answer = (final, request) => {
  const { path, watch } = decode(PathWatchRequest, request.payload)
  return withReadable(final, request, path, (node) => {
    if (watch) final.watches.addData(path, request.connection)
    return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, GetDataResponse, { data: node.data, stat: copyStat(node) })
  })
}

const getChildren: Answer = (final, request) => {
  const { path, watch } = decode(PathWatchRequest, request.payload)
  return withReadable(final, request, path, (node) => {
    if (watch) final.watches.addChild(path, request.connection)
    const children = node.children === null ? [] : [...node.children]
    const zxid = final.database.lastProcessedZxid
    return request.type === OpCode.getChildren
      ? replyFrame(request.cxid, zxid, 0, GetChildrenResponse, { children })
      : replyFrame(request.cxid, zxid, 0, GetChildren2Response, { children, stat: copyStat(node) })
  })
}

/** Reading an ACL takes READ or ADMIN; without ADMIN the hashes of digest identities are masked. */
const getACL: Answer = (final, request) => {
  const { path } = decode(GetACLRequest, request.payload)
  const { tree, lastProcessedZxid } = final.database
  const node = tree.getNode(path)
  if (node === undefined) return refused(final, request, 'NONODE')
  const acl = tree.getAcl(node)
  if (!final.access.permits(acl, Perms.READ | Perms.ADMIN, request.authInfo)) return refused(final, request, 'NOAUTH')
  const shown = final.access.permits(acl, Perms.ADMIN, request.authInfo) ? acl : acl.map(maskDigest)
  return replyFrame(request.cxid, lastProcessedZxid, 0, GetACLResponse, { acl: shown, stat: copyStat(node) })
}

function maskDigest(entry: ACL): ACL {
  if (entry.id.scheme !== 'digest') return entry
  const user = (entry.id.id ?? '').split(':')[0]
  return { perms: entry.perms, id: { scheme: 'digest', id: `${user}:x` } }
}

const sync: Answer = (final, request) => {
  const { path } = decode(SyncRequest, request.payload)
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, SyncResponse, { path })
}

/** After a reconnect: what changed meanwhile is told at once, the rest is watched again. Source: `DataTree.setWatches`. */
const setWatches: Answer = (final, request) => {
  const lists =
    request.type === OpCode.setWatches2
      ? decode(SetWatches2, request.payload)
      : { ...decode(SetWatches, request.payload), persistentWatches: [], persistentRecursiveWatches: [] }
  for (const { type, path } of final.watches.setWatches(lists, request.connection, (path) => final.database.tree.getNode(path))) {
    final.notify(request.connection, type, path, NO_ZXID)
  }
  return ok(final, request)
}

const addWatch: Answer = (final, request) => {
  const { path, mode } = decode(AddWatchRequest, request.payload)
  if (mode !== 0 && mode !== 1) return refused(final, request, 'MARSHALLINGERROR')
  final.watches.addWatch(path, request.connection, mode === 0 ? 'PERSISTENT' : 'PERSISTENT_RECURSIVE')
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, ErrorResponse, { err: 0 })
}

const checkWatches: Answer = (final, request) => {
  const { path, type } = decode(WatchesRequest, request.payload)
  if (type < WatcherType.Children || type > WatcherType.PersistentRecursive) return refused(final, request, 'MARSHALLINGERROR')
  const found =
    request.type === OpCode.checkWatches
      ? final.watches.checkWatches(path, request.connection, type)
      : final.watches.removeWatches(path, request.connection, type)
  return found ? ok(final, request) : refused(final, request, 'NOWATCHER')
}

const getEphemerals: Answer = (final, request) => {
  const prefix = decode(GetEphemeralsRequest, request.payload).prefixPath
  const all = [...final.database.tree.ephemeralsOf(request.sessionId)]
  const ephemerals = prefix === null || prefix.trim() === '' || prefix === '/' ? all : all.filter((path) => path.startsWith(prefix))
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, GetEphemeralsResponse, { ephemerals })
}

const getAllChildrenNumber: Answer = (final, request) => {
  const { path } = decode(GetAllChildrenNumberRequest, request.payload)
  return withReadable(final, request, path, () => {
    const totalNumber = final.database.tree.countDescendants(path)
    return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, GetAllChildrenNumberResponse, { totalNumber })
  })
}

const whoAmI: Answer = (final, request) => {
  const clientInfo = request.authInfo.map(({ scheme, id }) => ({ authScheme: scheme ?? '', user: userName(scheme, id ?? '') }))
  return replyFrame(request.cxid, final.database.lastProcessedZxid, 0, WhoAmIResponse, { clientInfo })
}

/** Of a digest identity only the name is shown. Source: `AuthenticationProvider.getUserName`. */
function userName(scheme: string | null, id: string): string {
  return scheme === 'digest' ? (id.split(':')[0] as string) : id
}

/** The answer to each request that changes nothing, by its opcode. */
export const readAnswers: ReadonlyMap<number, Answer> = new Map<number, Answer>([
  [OpCode.ping, pong],
  [OpCode.exists, exists],
  [OpCode.getData, getData],
  [OpCode.multiRead, multiRead],
  [OpCode.getChildren, getChildren],
  [OpCode.getChildren2, getChildren],
  [OpCode.getACL, getACL],
  [OpCode.sync, sync],
  [OpCode.setWatches, setWatches],
  [OpCode.setWatches2, setWatches],
  [OpCode.addWatch, addWatch],
  [OpCode.checkWatches, checkWatches],
  [OpCode.removeWatches, checkWatches],
  [OpCode.getEphemerals, getEphemerals],
  [OpCode.getAllChildrenNumber, getAllChildrenNumber],
  [OpCode.whoAmI, whoAmI],
])
