/**
 * The records of the client port. A request is a {@link RequestHeader} and the record of its operation, a reply a
 * {@link ReplyHeader} and, when `err` is 0, the record of its answer. Each is one frame: a 4-byte length and as many bytes.
 * Source: `zookeeper.jute`, module `org.apache.zookeeper.proto`.
 */
import {
  boolean,
  buffer,
  type Codec,
  type Infer,
  int,
  JuteError,
  type JuteReader,
  long,
  nullableString,
  record,
  ustring,
  vector,
} from '../../jute/index.ts'
import { ACL, Stat } from '../data.ts'

/** First frame of a client. `readOnly` is missing (undefined) in what clients before 3.4 send. */
export interface ConnectRequest {
  protocolVersion: number
  lastZxidSeen: bigint
  timeOut: number
  sessionId: bigint
  passwd: Uint8Array | null
  readOnly: boolean | undefined
}

/** First frame of a server. `timeOut` 0 says that the session is over. `readOnly` is left out for a client that left it out. */
export interface ConnectResponse {
  protocolVersion: number
  timeOut: number
  sessionId: bigint
  passwd: Uint8Array | null
  readOnly: boolean | undefined
}

const optionalBoolean: Codec<boolean | undefined> = {
  write: (writer, value) => value !== undefined && writer.boolean(value),
  read: (reader: JuteReader) => (reader.remaining > 0 ? reader.boolean() : undefined),
}

/** The bytes of a {@link ConnectRequest}. */
export const ConnectRequest: Codec<ConnectRequest> = record({
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalBoolean,
})
/** The bytes of a {@link ConnectResponse}. */
export const ConnectResponse: Codec<ConnectResponse> = record({
  protocolVersion: int,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalBoolean,
})

/** What every request begins with: its number, counted up by the client, and the {@link OpCode} of its operation. */
export const RequestHeader = record({ xid: int, type: int })
export type RequestHeader = Infer<typeof RequestHeader>
/**
 * What every reply begins with: the number of its request, the zxid of its transaction or else the last one that the server has
 * applied, and a `KeeperErrorCode`, 0 for none.
 */
export const ReplyHeader = record({ xid: int, zxid: long, err: int })
export type ReplyHeader = Infer<typeof ReplyHeader>

/** create, create2 and createContainer: `flags` is a `CreateMode`. */
export const CreateRequest = record({ path: requiredString(), data: buffer, acl: vector(ACL), flags: int })
export type CreateRequest = Infer<typeof CreateRequest>
/** createTTL: `ttl` is how long the node may stay unchanged and childless, in milliseconds. */
export const CreateTTLRequest = record({ path: requiredString(), data: buffer, acl: vector(ACL), flags: int, ttl: long })
export type CreateTTLRequest = Infer<typeof CreateTTLRequest>
/** The path that was created, sequence number included. */
export const CreateResponse = record({ path: ustring })
export type CreateResponse = Infer<typeof CreateResponse>
/** The same with the new node's Stat: the answer to create2, createContainer and createTTL. */
export const Create2Response = record({ path: ustring, stat: Stat })
export type Create2Response = Infer<typeof Create2Response>

/** `version` is the one that the node must have, -1 for any; so in the other requests, too. */
export const DeleteRequest = record({ path: requiredString(), version: int })
export type DeleteRequest = Infer<typeof DeleteRequest>

/** exists, getData, getChildren and getChildren2 ask in the same way. A null path is a malformed request. */
export const PathWatchRequest = record({ path: requiredString(), watch: boolean })
export type PathWatchRequest = Infer<typeof PathWatchRequest>
/** The Stat of a node that is there; one that is not is the error NONODE. */
export const ExistsResponse = record({ stat: Stat })
export type ExistsResponse = Infer<typeof ExistsResponse>
/**
 * A change of the ensemble's membership: incremental (who joins as `server.N=…` lines, who leaves as ids), or all members anew;
 * parts that are not asked for are null. `curConfigId` is the version it must start from, -1 for any. The answer is the new
 * configuration, as a {@link GetDataResponse}.
 */
export const ReconfigRequest = record({
  joiningServers: nullableString,
  leavingServers: nullableString,
  newMembers: nullableString,
  curConfigId: long,
})
export type ReconfigRequest = Infer<typeof ReconfigRequest>
/** The data of a node, which may be null, and its Stat. */
export const GetDataResponse = record({ data: buffer, stat: Stat })
export type GetDataResponse = Infer<typeof GetDataResponse>
/** The names of the children, without their path, in no order. */
export const GetChildrenResponse = record({ children: vector(ustring) })
export type GetChildrenResponse = Infer<typeof GetChildrenResponse>
/** The same with the Stat of the parent. */
export const GetChildren2Response = record({ children: vector(ustring), stat: Stat })
export type GetChildren2Response = Infer<typeof GetChildren2Response>

/** Replaces the data of a node. */
export const SetDataRequest = record({ path: ustring, data: buffer, version: int })
export type SetDataRequest = Infer<typeof SetDataRequest>
/** The Stat after the change. */
export const SetDataResponse = record({ stat: Stat })
export type SetDataResponse = Infer<typeof SetDataResponse>

/** Asks for the ACL of a node. */
export const GetACLRequest = record({ path: requiredString() })
export type GetACLRequest = Infer<typeof GetACLRequest>
/** The ACL of a node, and its Stat. */
export const GetACLResponse = record({ acl: vector(ACL), stat: Stat })
export type GetACLResponse = Infer<typeof GetACLResponse>
/** Replaces the ACL of a node; `version` is compared with its aversion. */
export const SetACLRequest = record({ path: ustring, acl: vector(ACL), version: int })
export type SetACLRequest = Infer<typeof SetACLRequest>
/** The Stat after the change. */
export const SetACLResponse = record({ stat: Stat })
export type SetACLResponse = Infer<typeof SetACLResponse>

/** Asks that this server be as far as the leader is now, before it answers. */
export const SyncRequest = record({ path: ustring })
export type SyncRequest = Infer<typeof SyncRequest>
/** The path of the request. */
export const SyncResponse = record({ path: ustring })
export type SyncResponse = Infer<typeof SyncResponse>

/** An entry of a multi: the node must have this version. Alone it is not a request that clients make. */
export const CheckVersionRequest = record({ path: ustring, version: int })
export type CheckVersionRequest = Infer<typeof CheckVersionRequest>

/** Adds an identity to a connection, such as `digest` with `user:password`. `type` is always 0. */
export const AuthPacket = record({ type: int, scheme: ustring, auth: buffer })
export type AuthPacket = Infer<typeof AuthPacket>

/** A step of a SASL exchange, from client to server and back. */
export const SaslToken = record({ token: buffer })
export type SaslToken = Infer<typeof SaslToken>

/** After a reconnection: the watches a client still has, and the last zxid that it saw. What happened since then fires at once. */
export const SetWatches = record({ relativeZxid: long, dataWatches: vector(ustring), existWatches: vector(ustring), childWatches: vector(ustring) })
export type SetWatches = Infer<typeof SetWatches>
/** The same with the watches of `addWatch`; since 3.6. */
export const SetWatches2 = record({
  relativeZxid: long,
  dataWatches: vector(ustring),
  existWatches: vector(ustring),
  childWatches: vector(ustring),
  persistentWatches: vector(ustring),
  persistentRecursiveWatches: vector(ustring),
})
export type SetWatches2 = Infer<typeof SetWatches2>

/** `mode` 0 asks for a persistent watch, 1 for a persistent recursive one. */
export const AddWatchRequest = record({ path: ustring, mode: int })
export type AddWatchRequest = Infer<typeof AddWatchRequest>
/** checkWatches and removeWatches ask in the same way. */
export const WatchesRequest = record({ path: ustring, type: int })
export type WatchesRequest = Infer<typeof WatchesRequest>
/** The answer to an operation of a multi that was refused: a `KeeperErrorCode`. */
export const ErrorResponse = record({ err: int })
export type ErrorResponse = Infer<typeof ErrorResponse>

/** The body of a notification (xid -1): a watch has fired. */
export const WatcherEvent = record({ type: int, state: int, path: ustring })
export type WatcherEvent = Infer<typeof WatcherEvent>

/** Asks for the ephemeral nodes of one's own session below a path. */
export const GetEphemeralsRequest = record({ prefixPath: nullableString })
/** Their paths. */
export const GetEphemeralsResponse = record({ ephemerals: vector(ustring) })
/** Asks how many nodes there are below a path, at any depth. */
export const GetAllChildrenNumberRequest = record({ path: requiredString() })
/** Their number. */
export const GetAllChildrenNumberResponse = record({ totalNumber: int })
/** The identities of the connection; the request has no body. */
export const WhoAmIResponse = record({ clientInfo: vector(record({ authScheme: ustring, user: ustring })) })
/** Stands before each operation of a multi, and before each of its results; the last one, with `done`, before nothing. */
export const MultiHeader = record({ type: int, done: boolean, err: int })
export type MultiHeader = Infer<typeof MultiHeader>

function requiredString(): Codec<string> {
  return {
    write: (writer, value) => writer.ustring(value),
    read(reader) {
      const value = reader.ustring()
      if (value === null) throw new JuteError('path is null')
      return value
    },
  }
}
