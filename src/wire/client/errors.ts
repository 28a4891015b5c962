/** The codes with which a server refuses a request. Source: `KeeperException.Code`. */
export const KeeperErrorCode = {
  OK: 0,
  SYSTEMERROR: -1,
  RUNTIMEINCONSISTENCY: -2,
  DATAINCONSISTENCY: -3,
  CONNECTIONLOSS: -4,
  MARSHALLINGERROR: -5,
  UNIMPLEMENTED: -6,
  OPERATIONTIMEOUT: -7,
  BADARGUMENTS: -8,
  UNKNOWNSESSION: -12,
  NEWCONFIGNOQUORUM: -13,
  RECONFIGINPROGRESS: -14,
  APIERROR: -100,
  NONODE: -101,
  NOAUTH: -102,
  BADVERSION: -103,
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  NOTEMPTY: -111,
  SESSIONEXPIRED: -112,
  INVALIDCALLBACK: -113,
  INVALIDACL: -114,
  AUTHFAILED: -115,
  SESSIONMOVED: -118,
  NOTREADONLY: -119,
  EPHEMERALONLOCALSESSION: -120,
  NOWATCHER: -121,
  REQUESTTIMEOUT: -122,
  RECONFIGDISABLED: -123,
  SESSIONCLOSEDREQUIRESASLAUTH: -124,
  QUOTAEXCEEDED: -125,
  THROTTLEDOP: -127,
} as const
/** The name of an error code. */
export type KeeperErrorName = keyof typeof KeeperErrorCode
export type KeeperErrorCode = (typeof KeeperErrorCode)[KeeperErrorName]

const names = new Map<number, KeeperErrorName>(Object.entries(KeeperErrorCode).map(([name, code]) => [code, name as KeeperErrorName]))

/** The name of a code; `undefined` for a number that is none. */
export function keeperErrorName(code: number): KeeperErrorName | undefined {
  return names.get(code)
}
