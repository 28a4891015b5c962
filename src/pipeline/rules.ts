import type { AccessControl } from '../tree/index.ts'
import type { Id } from '../wire/index.ts'

/** What a server's settings say about requests. */
export interface RequestRules {
  /** Whether znodes with a time to live may be created. */
  readonly extendedTypes: boolean
  /** Whether a write beyond a hard quota is refused. */
  readonly enforceQuota: boolean
  readonly access: AccessControl
}

/** Who is behind a connection of this server. */
export interface Identities {
  /** Whom the client has proved to be by now; nobody when the connection is gone. */
  authInfoOf(connection: number): readonly Id[]
}
