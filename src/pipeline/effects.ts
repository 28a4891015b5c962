import type { Note, SessionId, Zxid } from '../kernel/index.ts'
import type { Request } from './request.ts'

/** What the processors want to be done; the peer routes it. */
export type PipelineEffect =
  /** A frame for a client, its length included. `request` is what it answers; null for the notification of a watch. */
  | { readonly kind: 'reply'; readonly connection: number; readonly bytes: Uint8Array; readonly request: Request | null }
  /** The client's connection is to be closed, after what was sent before. */
  | { readonly kind: 'closeClient'; readonly connection: number; readonly reason: string }
  /** A session is set up or ended for the client of this connection: it gets a ConnectResponse. */
  | { readonly kind: 'sessionCreated'; readonly connection: number; readonly sessionId: SessionId; readonly valid: boolean }
  /** A session has ended: whoever is connected with it is to be disconnected. */
  | { readonly kind: 'sessionClosed'; readonly sessionId: SessionId }
  /** Leader: the transaction is prepared; propose it to the ensemble. Standalone: put it into the log. */
  | { readonly kind: 'propose'; readonly zxid: Zxid; readonly bytes: Uint8Array }
  /** Learner: pass the request on to the leader. */
  | { readonly kind: 'forward'; readonly request: Request }
  /** Leader: a learner's sync has had its turn; answer it once all that was proposed before is committed. */
  | { readonly kind: 'syncLearner'; readonly connection: number }
  /** The tree has changed: this transaction is applied. */
  | { readonly kind: 'applied'; readonly zxid: Zxid; readonly bytes: Uint8Array }
  | Note
