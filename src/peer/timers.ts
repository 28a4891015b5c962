/** Every timer of a server, at most one deadline each. */
export type PeerTimer =
  /** Half a tick, always: session expiry, silent clients. */
  | 'tick'
  /** Leader, half a tick: pings and quorum check. */
  | 'halfTick'
  /** Election: no notification has come for the notification interval. */
  | 'notification'
  /** Election: 200 ms without a better vote. */
  | 'finalizeWait'
  /** Election port: a connection that was accepted or opened has not introduced itself. */
  | 'handshake'
  /** Leader: epoch, epoch acks or NEWLEADER acks did not reach a quorum within initLimit. */
  | 'initLimit'
  /** Learner: nothing came from the leader within initLimit or syncLimit. */
  | 'leaderSilence'
  /** Learner: try to reach the leader again. */
  | 'connectRetry'
  /** Looking for a leader has taken so long that clients may read meanwhile, if the settings allow it. */
  | 'readOnly'
  /** Observer: a short random wait before it looks for a leader again. */
  | 'observerDelay'
