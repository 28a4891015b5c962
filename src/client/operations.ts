/** Every operation that this client asks for, beside its number and its records: the one table that requests and types come from. */
import { type Codec, type Infer, record } from '../jute/index.ts'
import {
  AddWatchRequest,
  Create2Response,
  CreateRequest,
  CreateTTLRequest,
  DeleteRequest,
  ErrorResponse,
  ExistsResponse,
  GetACLRequest,
  GetACLResponse,
  GetAllChildrenNumberRequest,
  GetAllChildrenNumberResponse,
  GetChildren2Response,
  GetDataResponse,
  GetEphemeralsRequest,
  GetEphemeralsResponse,
  OpCode,
  PathWatchRequest,
  ReconfigRequest,
  SetACLRequest,
  SetACLResponse,
  SetDataRequest,
  SetDataResponse,
  SetWatches,
  SetWatches2,
  SyncRequest,
  SyncResponse,
  WatchesRequest,
  WhoAmIResponse,
} from '../wire/index.ts'
import { MultiRequest, MultiResponse } from './multi.ts'

/** A request or reply without fields. */
const Empty = record({})

/** The operations. Creates are always create2 or its kin, so that every create answers with a Stat. */
export const operations = {
  create2: { type: OpCode.create2, request: CreateRequest, response: Create2Response },
  createContainer: { type: OpCode.createContainer, request: CreateRequest, response: Create2Response },
  createTTL: { type: OpCode.createTTL, request: CreateTTLRequest, response: Create2Response },
  delete: { type: OpCode.delete, request: DeleteRequest, response: Empty },
  exists: { type: OpCode.exists, request: PathWatchRequest, response: ExistsResponse },
  getData: { type: OpCode.getData, request: PathWatchRequest, response: GetDataResponse },
  setData: { type: OpCode.setData, request: SetDataRequest, response: SetDataResponse },
  getACL: { type: OpCode.getACL, request: GetACLRequest, response: GetACLResponse },
  setACL: { type: OpCode.setACL, request: SetACLRequest, response: SetACLResponse },
  getChildren2: { type: OpCode.getChildren2, request: PathWatchRequest, response: GetChildren2Response },
  sync: { type: OpCode.sync, request: SyncRequest, response: SyncResponse },
  multi: { type: OpCode.multi, request: MultiRequest, response: MultiResponse },
  multiRead: { type: OpCode.multiRead, request: MultiRequest, response: MultiResponse },
  addWatch: { type: OpCode.addWatch, request: AddWatchRequest, response: ErrorResponse },
  removeWatches: { type: OpCode.removeWatches, request: WatchesRequest, response: Empty },
  setWatches: { type: OpCode.setWatches, request: SetWatches, response: Empty },
  setWatches2: { type: OpCode.setWatches2, request: SetWatches2, response: Empty },
  getEphemerals: { type: OpCode.getEphemerals, request: GetEphemeralsRequest, response: GetEphemeralsResponse },
  getAllChildrenNumber: { type: OpCode.getAllChildrenNumber, request: GetAllChildrenNumberRequest, response: GetAllChildrenNumberResponse },
  reconfig: { type: OpCode.reconfig, request: ReconfigRequest, response: GetDataResponse },
  whoAmI: { type: OpCode.whoAmI, request: Empty, response: WhoAmIResponse },
  closeSession: { type: OpCode.closeSession, request: Empty, response: Empty },
} as const

/** The name of an operation that clients ask for. */
export type OperationName = keyof typeof operations
/** The record that an operation sends. */
export type RequestOf<Name extends OperationName> = Infer<(typeof operations)[Name]['request']>
/** The record that an operation answers with. */
export type ReplyOf<Name extends OperationName> = Infer<(typeof operations)[Name]['response']>

/** One request: the operation and its record. */
export type ClientRequest = { [Name in OperationName]: { readonly op: Name; readonly record: RequestOf<Name> } }[OperationName]

/** The codec of a request's record. The table pairs the two; the compiler cannot follow it through the union. */
export function requestCodec(op: OperationName): Codec<unknown> {
  return operations[op].request as Codec<unknown>
}

/** The codec of an operation's answer. */
export function responseCodec(op: OperationName): Codec<unknown> {
  return operations[op].response as Codec<unknown>
}
