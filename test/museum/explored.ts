/** The bugs that the explorer finds from an established epoch with two writes, a power cut and an election: the promise that is broken, and in how many steps at least. */
export const EXPLORED: Readonly<Record<string, readonly [promise: string, steps: number]>> = {
  'follower-acks-at-once': ['ack durability', 2],
  'leader-counts-itself-at-once': ['commit quorum', 4],
  'newleader-acked-before-flush': ['ack durability', 20],
  'uncommitted-log-forgotten': ['process consistency', 5],
  'trunc-forgotten': ['integrity', 26],
  'trunc-one-too-few': ['integrity', 27],
  'trunc-one-too-many': ['committed-log durability', 22],
  'diff-instead-of-trunc': ['integrity', 26],
  'serves-before-uptodate': ['integrity', 13],
  'half-is-a-majority': ['commit quorum', 2],
  'proposal-served-at-once': ['integrity', 2],
  'commit-out-of-order': ['process consistency', 8],
  'learner-ahead-accepted': ['committed-log durability', 18],
  'ack-counted-twice-as-far': ['commit quorum', 7],
}
