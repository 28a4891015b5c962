import type { Sid } from '../kernel/index.ts'
import type { QuorumVerifier } from './verifier.ts'

/**
 * A quorum wins more than half of the groups; a group is won by more than half of its weight. Groups of total weight 0 are
 * not counted at all. Source: `flexible.QuorumHierarchical`.
 *
 * @param groups which servers belong together, for instance one group per data centre; no server is in two
 * @param weights how much a server counts; a voting member that is not named counts 1, anybody else 0
 * @param voters who votes; everybody in a group unless said otherwise
 */
export function hierarchical(
  groups: ReadonlyMap<bigint, readonly Sid[]>,
  weights: ReadonlyMap<Sid, number>,
  voters: Iterable<Sid> = [...groups.values()].flat(),
): QuorumVerifier {
  const votingMembers: ReadonlySet<Sid> = new Set(voters)
  const weightOf = (sid: Sid) => weights.get(sid) ?? (votingMembers.has(sid) ? 1 : 0)
  const total = (members: readonly Sid[]) => members.reduce((sum, sid) => sum + weightOf(sid), 0)
  const counted = [...groups.values()]
    .map((members) => ({ members, half: Math.floor(total(members) / 2) }))
    .filter(({ members }) => total(members) > 0)
  const halfOfGroups = Math.floor(counted.length / 2)
  return {
    kind: 'hierarchical',
    votingMembers,
    weightOf,
    containsQuorum(sids) {
      let won = 0
      for (const { members, half } of counted) {
        let weight = 0
        for (const sid of members) if (votingMembers.has(sid) && sids.has(sid)) weight += weightOf(sid)
        if (weight > half) won++
      }
      return won > halfOfGroups
    },
    describe() {
      const names = [...groups].map(([gid, members]) => `${gid} {${members.map((sid) => `${sid}×${weightOf(sid)}`).join(', ')}}`)
      return `majorities in ${halfOfGroups + 1} of ${counted.length} groups: ${names.join(', ')}`
    },
  }
}
