/**
 * Transactions: the idempotent changes that requests become. The bytes of one are its {@link TxnHeader}, the record of its
 * type, and usually a {@link TxnDigest}. The same bytes are the data of a PROPOSAL and the payload of a log record.
 * Source: `zookeeper.jute`, module `org.apache.zookeeper.txn`; `SerializeUtils.deserializeTxn`.
 */
import {
  boolean,
  buffer,
  type Codec,
  decode,
  encode,
  type Infer,
  int,
  JuteError,
  JuteReader,
  long,
  record,
  ustring,
  vector,
} from '../../jute/index.ts'
import { OpCode } from '../client/opcode.ts'
import { ACL } from '../data.ts'

/** `time` is milliseconds since 1970 when the leader prepared the request; `cxid` the client's request number. */
export const TxnHeader = record({ clientId: long, cxid: int, zxid: long, time: long, type: int })
export type TxnHeader = Infer<typeof TxnHeader>

/** `treeDigest` is the digest of the whole tree after the transaction. */
export const TxnDigest = record({ version: int, treeDigest: long })
export type TxnDigest = Infer<typeof TxnDigest>

/** `path` is final, sequence number included; `parentCVersion` the new raw cversion of the parent, -1 for "one more". */
export const CreateTxn = record({ path: ustring, data: buffer, acl: vector(ACL), ephemeral: boolean, parentCVersion: int })
/** A container: a persistent node that goes when its last child has gone. */
export const CreateContainerTxn = record({ path: ustring, data: buffer, acl: vector(ACL), parentCVersion: int })
/** A node with a time to live: `ttl` is in milliseconds. */
export const CreateTTLTxn = record({ path: ustring, data: buffer, acl: vector(ACL), parentCVersion: int, ttl: long })
/** The node goes, whatever its version. */
export const DeleteTxn = record({ path: ustring })
/** `version` is the version after the change. */
export const SetDataTxn = record({ path: ustring, data: buffer, version: int })
/** `version` is the ACL version after the change. */
export const SetACLTxn = record({ path: ustring, acl: vector(ACL), version: int })
/** Changes nothing: an entry of a multi that has been checked already. */
export const CheckVersionTxn = record({ path: ustring, version: int })
/** A session begins, whose id is the header's `clientId`; `timeOut` is in milliseconds. */
export const CreateSessionTxn = record({ timeOut: int })
/** `paths2Delete` is null when the writer was older than 3.6: then all the ephemerals that the tree knows go. */
export const CloseSessionTxn: Codec<{ paths2Delete: readonly string[] | null }> = {
  write: (writer, { paths2Delete }) => paths2Delete !== null && vector(ustring).write(writer, paths2Delete),
  read: (reader) => ({ paths2Delete: reader.remaining > 0 ? vector(ustring).read(reader) : null }),
}
/** A request that was refused with this `KeeperErrorCode`: it takes a zxid and changes nothing. */
export const ErrorTxn = record({ err: int })
/** One entry of a multi as bytes: the type and the encoded record of a transaction. */
const SubTxn = record({ type: int, data: buffer })
/** All or nothing; an entry of kind `error` says that the whole multi was refused. */
export interface MultiTxn {
  txns: readonly Txn[]
}
/** The bytes of a {@link MultiTxn}. */
export const MultiTxn: Codec<MultiTxn> = {
  write: (writer, { txns }) => vector(SubTxn).write(writer, txns.map(encodeSubTxn)),
  read: (reader) => ({
    txns: vector(SubTxn)
      .read(reader)
      .map(({ type, data }) => decodeSubTxn(type, data ?? new Uint8Array(0))),
  }),
}

/** The record of each type of transaction. */
export const txnCodecs = {
  create: CreateTxn,
  create2: CreateTxn,
  createContainer: CreateContainerTxn,
  createTTL: CreateTTLTxn,
  delete: DeleteTxn,
  deleteContainer: DeleteTxn,
  setData: SetDataTxn,
  reconfig: SetDataTxn,
  setACL: SetACLTxn,
  check: CheckVersionTxn,
  multi: MultiTxn,
  createSession: CreateSessionTxn,
  closeSession: CloseSessionTxn,
  error: ErrorTxn,
} as const

/** A transaction's record with its kind: `{ kind: 'delete', path: '/a' }`. */
export type Txn = { [K in keyof typeof txnCodecs]: { kind: K } & Infer<(typeof txnCodecs)[K]> }[keyof typeof txnCodecs]
/** The name of a type of transaction. */
export type TxnKind = Txn['kind']

const kindByType = new Map<number, TxnKind>((Object.keys(txnCodecs) as TxnKind[]).map((kind) => [OpCode[kind], kind]))

/** The kind of a transaction's type number; `undefined` for a number that is none. */
export function txnKind(type: number): TxnKind | undefined {
  return kindByType.get(type)
}

/** One transaction as it is proposed, logged and applied. */
export interface Transaction {
  header: TxnHeader
  txn: Txn
  digest: TxnDigest | null
}

const wholeTransaction: Pick<Codec<Transaction>, 'write'> = {
  write(writer, { header, txn, digest }) {
    TxnHeader.write(writer, header)
    ;(txnCodecs[txn.kind] as Codec<unknown>).write(writer, txn)
    if (digest) TxnDigest.write(writer, digest)
  },
}

/** The bytes of a transaction. */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  return encode(wholeTransaction, transaction)
}

/** The transaction in the bytes. Throws `JuteError` when they are none. Data and strings of buffers are views of `bytes`. */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  const reader = new JuteReader(bytes)
  const header = TxnHeader.read(reader)
  const txn = readTxn(header.type, reader)
  const digest = reader.remaining >= 12 && txn.kind !== 'error' ? TxnDigest.read(reader) : null
  return { header, txn, digest }
}

/** Only the header of an encoded transaction. Throws `JuteError`. */
export function decodeTxnHeader(bytes: Uint8Array): TxnHeader {
  return decode(TxnHeader, bytes)
}

function encodeSubTxn(txn: Txn): Infer<typeof SubTxn> {
  return { type: OpCode[txn.kind], data: encode(txnCodecs[txn.kind] as Codec<unknown>, txn) }
}

function decodeSubTxn(type: number, data: Uint8Array): Txn {
  if (type === OpCode.multi) throw new JuteError('a multi inside a multi')
  return readTxn(type, new JuteReader(data))
}

function readTxn(type: number, reader: JuteReader): Txn {
  const kind = txnKind(type)
  if (kind === undefined) throw new JuteError(`unsupported transaction type ${type}`)
  return Object.assign(txnCodecs[kind].read(reader), { kind }) as Txn
}
