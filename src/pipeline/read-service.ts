import type { Zxid } from '../kernel/index.ts'
import type { AccessControl, ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import type { EventTypeName } from '../wire/index.ts'

/** What reads are answered from. */
export interface ReadService {
  readonly database: ZKDatabase
  readonly watches: Watches
  readonly access: AccessControl
  /** Tells a client that a watch of its has fired. @param zxid of the transaction that has caused it, -1 if it isn't known */
  notify(connection: number, type: EventTypeName, path: string, zxid: Zxid): void
}
