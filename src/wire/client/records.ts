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

export const ConnectRequest: Codec<ConnectRequest> = record({
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalBoolean,
})
export const ConnectResponse: Codec<ConnectResponse> = record({
  protocolVersion: int,
  timeOut: int,
  sessionId: long,
  passwd: buffer,
  readOnly: optionalBoolean,
})

export const RequestHeader = record({ xid: int, type: int })
export type RequestHeader = Infer<typeof RequestHeader>
export const ReplyHeader = record({ xid: int, zxid: long, err: int })
export type ReplyHeader = Infer<typeof ReplyHeader>

export const CreateRequest = record({ path: requiredString(), data: buffer, acl: vector(ACL), flags: int })
export type CreateRequest = Infer<typeof CreateRequest>
export const CreateTTLRequest = record({ path: requiredString(), data: buffer, acl: vector(ACL), flags: int, ttl: long })
export type CreateTTLRequest = Infer<typeof CreateTTLRequest>
export const CreateResponse = record({ path: ustring })
export type CreateResponse = Infer<typeof CreateResponse>
export const Create2Response = record({ path: ustring, stat: Stat })
export type Create2Response = Infer<typeof Create2Response>

export const DeleteRequest = record({ path: requiredString(), version: int })
export type DeleteRequest = Infer<typeof DeleteRequest>

/** exists, getData, getChildren and getChildren2 ask in the same way. A null path is a malformed request. */
export const PathWatchRequest = record({ path: requiredString(), watch: boolean })
export type PathWatchRequest = Infer<typeof PathWatchRequest>
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
export const GetDataResponse = record({ data: buffer, stat: Stat })
export type GetDataResponse = Infer<typeof GetDataResponse>
export const GetChildrenResponse = record({ children: vector(ustring) })
export type GetChildrenResponse = Infer<typeof GetChildrenResponse>
export const GetChildren2Response = record({ children: vector(ustring), stat: Stat })
export type GetChildren2Response = Infer<typeof GetChildren2Response>

export const SetDataRequest = record({ path: ustring, data: buffer, version: int })
export type SetDataRequest = Infer<typeof SetDataRequest>
export const SetDataResponse = record({ stat: Stat })
export type SetDataResponse = Infer<typeof SetDataResponse>

export const GetACLRequest = record({ path: requiredString() })
export type GetACLRequest = Infer<typeof GetACLRequest>
export const GetACLResponse = record({ acl: vector(ACL), stat: Stat })
export type GetACLResponse = Infer<typeof GetACLResponse>
export const SetACLRequest = record({ path: ustring, acl: vector(ACL), version: int })
export type SetACLRequest = Infer<typeof SetACLRequest>
export const SetACLResponse = record({ stat: Stat })
export type SetACLResponse = Infer<typeof SetACLResponse>

export const SyncRequest = record({ path: ustring })
export type SyncRequest = Infer<typeof SyncRequest>
export const SyncResponse = record({ path: ustring })
export type SyncResponse = Infer<typeof SyncResponse>

export const CheckVersionRequest = record({ path: ustring, version: int })
export type CheckVersionRequest = Infer<typeof CheckVersionRequest>

export const AuthPacket = record({ type: int, scheme: ustring, auth: buffer })
export type AuthPacket = Infer<typeof AuthPacket>

/** A step of a SASL exchange, from client to server and back. */
export const SaslToken = record({ token: buffer })
export type SaslToken = Infer<typeof SaslToken>

export const SetWatches = record({ relativeZxid: long, dataWatches: vector(ustring), existWatches: vector(ustring), childWatches: vector(ustring) })
export type SetWatches = Infer<typeof SetWatches>
export const SetWatches2 = record({
  relativeZxid: long,
  dataWatches: vector(ustring),
  existWatches: vector(ustring),
  childWatches: vector(ustring),
  persistentWatches: vector(ustring),
  persistentRecursiveWatches: vector(ustring),
})
export type SetWatches2 = Infer<typeof SetWatches2>

export const AddWatchRequest = record({ path: ustring, mode: int })
export type AddWatchRequest = Infer<typeof AddWatchRequest>
export const WatchesRequest = record({ path: ustring, type: int })
/** checkWatches and removeWatches ask in the same way. */
export type WatchesRequest = Infer<typeof WatchesRequest>
export const ErrorResponse = record({ err: int })
export type ErrorResponse = Infer<typeof ErrorResponse>

/** The body of a notification (xid -1): a watch has fired. */
export const WatcherEvent = record({ type: int, state: int, path: ustring })
export type WatcherEvent = Infer<typeof WatcherEvent>

export const GetEphemeralsRequest = record({ prefixPath: nullableString })
export const GetEphemeralsResponse = record({ ephemerals: vector(ustring) })
export const GetAllChildrenNumberRequest = record({ path: requiredString() })
export const GetAllChildrenNumberResponse = record({ totalNumber: int })
export const WhoAmIResponse = record({ clientInfo: vector(record({ authScheme: ustring, user: ustring })) })
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
