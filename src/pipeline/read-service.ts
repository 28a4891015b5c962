import type { AccessControl, ZKDatabase } from '../tree/index.ts'
import type { Watches } from '../watches/index.ts'
import type { EventTypeName } from '../wire/index.ts'

/** What reads are answered from. */
export interface ReadService {
  readonly database: ZKDatabase
  readonly watches: Watches
  readonly access: AccessControl
  /** Tells a client that a watch of its has fired. */
  notify(connection: number, type: EventTypeName, path: string): void
}
