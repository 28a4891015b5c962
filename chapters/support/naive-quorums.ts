/** What people take for a quorum before they have met the rule. Only `majority` keeps it. */
import type { Sid } from '../../src/kernel/index.ts'
import type { QuorumVerifier } from '../../src/quorum/index.ts'

const NEEDED = {
  /** Half of the servers. */
  half: (servers: number) => Math.ceil(servers / 2),
  /** Two servers, so that one may fail. */
  two: (servers: number) => Math.min(2, servers),
  /** Every one of them. */
  all: (servers: number) => servers,
} as const

export type NaiveQuorum = keyof typeof NEEDED

/** A verifier that counts like this. */
export function naiveQuorum(kind: NaiveQuorum, members: Iterable<Sid>): QuorumVerifier {
  const votingMembers: ReadonlySet<Sid> = new Set(members)
  const needed = NEEDED[kind](votingMembers.size)
  return {
    kind: 'majority',
    votingMembers,
    weightOf: (sid) => (votingMembers.has(sid) ? 1 : 0),
    containsQuorum: (sids) => [...sids].filter((sid) => votingMembers.has(sid)).length >= needed,
    describe: () => `any ${needed} of servers ${[...votingMembers].join(', ')}`,
  }
}
