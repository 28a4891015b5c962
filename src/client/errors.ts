/** The one error of all operations, with ZooKeeper's code names. Source: `KeeperException`. */
import { type KeeperErrorName, keeperErrorName } from '../wire/index.ts'
import type { MultiResult } from './multi.ts'

/** ZooKeeper's wording of each code, as its messages and its shell print it. Source: `KeeperException.getCodeMessage`. */
const wording: Record<KeeperErrorName, string> = {
  OK: 'ok',
  SYSTEMERROR: 'SystemError',
  RUNTIMEINCONSISTENCY: 'RuntimeInconsistency',
  DATAINCONSISTENCY: 'DataInconsistency',
  CONNECTIONLOSS: 'ConnectionLoss',
  MARSHALLINGERROR: 'MarshallingError',
  UNIMPLEMENTED: 'Unimplemented',
  OPERATIONTIMEOUT: 'OperationTimeout',
  BADARGUMENTS: 'BadArguments',
  UNKNOWNSESSION: 'Unknown session',
  NEWCONFIGNOQUORUM: 'NewConfigNoQuorum',
  RECONFIGINPROGRESS: 'ReconfigInProgress',
  APIERROR: 'APIError',
  NONODE: 'NoNode',
  NOAUTH: 'NoAuth',
  BADVERSION: 'BadVersion',
  NOCHILDRENFOREPHEMERALS: 'NoChildrenForEphemerals',
  NODEEXISTS: 'NodeExists',
  NOTEMPTY: 'Directory not empty',
  SESSIONEXPIRED: 'Session expired',
  INVALIDCALLBACK: 'Invalid callback',
  INVALIDACL: 'InvalidACL',
  AUTHFAILED: 'AuthFailed',
  SESSIONMOVED: 'Session moved',
  NOTREADONLY: 'Not a read-only call',
  EPHEMERALONLOCALSESSION: 'Ephemeral node on local session',
  NOWATCHER: 'No such watcher',
  REQUESTTIMEOUT: 'Request timeout',
  RECONFIGDISABLED: 'Reconfig is disabled',
  SESSIONCLOSEDREQUIRESASLAUTH: 'Session closed because client failed to authenticate',
  QUOTAEXCEEDED: 'Quota has exceeded',
  THROTTLEDOP: 'Op throttled due to high load',
}

/** What an operation may be rejected with, besides its signal's reason and an InvalidPathError. */
export class KeeperError extends Error {
  override name = 'KeeperError'
  /** The code's name, such as `NONODE`; `UNKNOWN` for a number that ZooKeeper does not define. */
  readonly code: KeeperErrorName | 'UNKNOWN'
  /** The number on the wire. */
  readonly errno: number
  /** The path of the request; null for requests that have none. */
  readonly path: string | null
  /**
   * Whether the request may have taken effect although it failed. True only for what had been sent when the connection broke:
   * the caller has to look before it tries again.
   */
  readonly maybeApplied: boolean

  /** @param detail what else is known, such as why the connection was lost; becomes the `cause` */
  constructor(errno: number, path: string | null, maybeApplied = false, detail = '') {
    const code = keeperErrorName(errno)
    const words = code === undefined ? `Unknown error ${errno}` : wording[code]
    super(`KeeperErrorCode = ${words}${path === null ? '' : ` for ${path}`}`, detail === '' ? undefined : { cause: detail })
    this.code = code ?? 'UNKNOWN'
    this.errno = errno
    this.path = path
    this.maybeApplied = maybeApplied
  }
}

/** A multi that failed: nothing of it was applied. The code is that of the operation that failed. */
export class MultiError extends KeeperError {
  override name = 'MultiError'
  /** Which operation failed, counted from 0. */
  readonly index: number
  /** One result per operation: err 0 before the failed one, RUNTIMEINCONSISTENCY after it. */
  readonly results: readonly MultiResult[]

  constructor(errno: number, path: string | null, index: number, results: readonly MultiResult[]) {
    super(errno, path)
    this.index = index
    this.results = results
  }
}

/** A persistent watch whose reader was too slow: events were lost, so the watch is over. Read again and set a new one. */
export class WatchOverflowError extends Error {
  override name = 'WatchOverflowError'
}

/** Whether `error` is a {@link KeeperError} with one of these codes. */
export function isKeeperError(error: unknown, ...codes: readonly KeeperErrorName[]): error is KeeperError {
  return error instanceof KeeperError && (codes.length === 0 || codes.includes(error.code as KeeperErrorName))
}
