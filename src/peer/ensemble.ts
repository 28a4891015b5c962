import type { Epoch, Millis, Now, Sid } from '../kernel/index.ts'
import type { EnsembleConfiguration } from '../quorum/index.ts'
import type { ConnectionId } from './boundary.ts'

/** What the roles of an ensemble's member need besides a server: its fellows and its quorum port. */
export interface Ensemble {
  readonly configuration: EnsembleConfiguration
  openQuorumPort(): void
  closeQuorumPort(): void
  /** Opens a connection to a server's quorum port; null when it is in no configuration. */
  callQuorumPort(sid: Sid, timeout: Millis): ConnectionId | null
  /** The leader of this epoch, this server or the one it follows, is established. */
  established(epoch: Epoch, now: Now): void
}
