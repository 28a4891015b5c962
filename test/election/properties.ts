/** A world of elections whose every step is checked. */
import { type ElectingServer, ElectionWorld, type WorldOptions } from '../../chapters/support/election-world.ts'
import { countVotes, type ElectionEvent, type ElectionState, supersedes } from '../../src/election/index.ts'
import { assert } from '../../src/kernel/index.ts'

/** The world of these options; its steps throw where a property does not hold. */
export function checkedWorld(options: WorldOptions): ElectionWorld {
  const world = new ElectionWorld(options)
  world.onElectionStep = (server, before, event, effects) => {
    const joined = effects.some((effect) => effect.kind === 'note' && effect.name === 'ensemble-found')
    check(server, before, event, joined, `server ${server.sid} at ${world.now}, seed ${options.seed}: `)
  }
  return world
}

/** The properties (a) to (f) of an election. */
function check({ sid, election }: ElectingServer, before: ElectionState, event: ElectionEvent, joined: boolean, where: string): void {
  const { verifier } = election.configuration
  const ended = before.role === 'LOOKING' && election.role !== 'LOOKING'
  if (event.kind !== 'lookForLeader' && before.logicalclock === election.logicalclock) {
    assert(!supersedes(before.proposal, election.proposal, verifier), `${where}(a) its proposal went down within round ${election.logicalclock}`)
  }
  assert(election.logicalclock >= before.logicalclock || joined, `${where}(b) its round went back`)
  const vote = election.currentVote
  if (!ended || vote === null) return
  if (!joined) {
    const agreed = countVotes(election.recvset, { ...vote, state: 'LOOKING' }, [verifier])
    assert(agreed.hasAllQuorums(), `${where}(c) it decided without a quorum`)
  } else if (vote.leader !== sid) {
    const word = [election.recvset, election.outofelection].some((votes) => votes.get(vote.leader)?.state === 'LEADING')
    assert(word, `${where}(d) it follows ${vote.leader} without its word`)
  }
  if (election.role !== 'LEADING') return
  assert(verifier.weightOf(sid) > 0, `${where}(e) it leads with weight 0`)
  assert(election.initial.zxid !== -1n, `${where}(f) it leads without data`)
}
