/** What each checker of the simulator holds an ensemble to, in a sentence. */
const PROMISES: Readonly<Record<string, string>> = {
  'no-crash': 'a server breaks no assumption of its own, whatever happens around it',
  'committed-order': 'all servers deliver the same transactions in the same order',
  epochs: 'an epoch has one leader, and epochs on disk only grow',
  durability: 'what was acknowledged is on every server after the last restart, and all servers are alike',
  'client-order': 'a session sees its own requests in order, and never an older state than before',
  'write-order': 'there is one order of all writes that agrees with real time and explains every answer',
  'synced-reads': 'a read after a sync shows every write that was acknowledged before it',
  reads: 'a read shows the tree as it was after one of the committed transactions',
  watches: 'a watch fires once, for a change that happened, before its client sees the change',
  sequence: 'sequential names are given once and rise, and so do versions',
  ephemerals: 'an ephemeral znode lives exactly as long as its session',
  expiry: 'a session expires only when nobody has heard of its client for its timeout',
  liveness: 'once everything is healed, the ensemble serves again and every client can finish its work',
}

/** What was promised, by the name of the checker. */
export function promiseOf(checker: string): string {
  return PROMISES[checker] ?? checker
}
