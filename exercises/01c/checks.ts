import { majority } from '../../src/quorum/majority.ts'
import { SyncedLearnerTracker } from '../../src/quorum/tracker.ts'
import { same, subsets } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const OLD = majority([1n, 2n, 3n])
const NEW = majority([3n, 4n, 5n])
const WORDS = 'configuration'

export const checks: Checks = {
  'with one configuration its majority decides'() {
    for (const agreed of subsets([1n, 2n, 3n])) {
      const tracker = new SyncedLearnerTracker([OLD])
      for (const sid of agreed) tracker.ack(sid)
      same(tracker.hasAllQuorums(), agreed.length >= 2, { given: `${WORDS} 1 2 3; ${listed(agreed)}` }, tell)
    }
  },

  'between two configurations both have to have their majority'() {
    for (const agreed of subsets([1n, 2n, 3n, 4n, 5n])) {
      const tracker = new SyncedLearnerTracker([OLD, NEW])
      for (const sid of agreed) tracker.ack(sid)
      const count = (voters: readonly bigint[]) => voters.filter((sid) => agreed.includes(sid)).length
      const [old, next] = [count([1n, 2n, 3n]), count([3n, 4n, 5n])]
      const because = `${old} of the old three and ${next} of the new three have agreed`
      same(tracker.hasAllQuorums(), old >= 2 && next >= 2, { given: `from ${WORDS} 1 2 3 to 3 4 5; ${listed(agreed)}`, because }, tell)
    }
  },

  'a voter of either configuration is counted, and told so'() {
    const tracker = new SyncedLearnerTracker([OLD, NEW])
    for (const sid of [1n, 3n, 5n]) {
      same(tracker.ack(sid), true, { given: `from ${WORDS} 1 2 3 to 3 4 5; server ${sid} agrees`, because: 'it votes in one of them at least' }, told)
    }
    same([...tracker.acks], [1n, 3n, 5n], { given: `from ${WORDS} 1 2 3 to 3 4 5; 1, 3 and 5 have agreed; who is remembered?` })
  },

  'who votes nowhere is neither counted nor remembered'() {
    const tracker = new SyncedLearnerTracker([OLD, NEW])
    for (const sid of [6n, 7n, 0n]) same(tracker.ack(sid), false, { given: `from ${WORDS} 1 2 3 to 3 4 5; the observer ${sid} agrees` }, told)
    same([...tracker.acks], [], {
      given: `from ${WORDS} 1 2 3 to 3 4 5; observers 6, 7, 0 have agreed; who is remembered?`,
      because: 'the set is what others count and operators see',
    })
  },

  'who agrees twice has agreed once'() {
    const tracker = new SyncedLearnerTracker([OLD])
    for (const sid of [1n, 1n, 1n])
      same(tracker.ack(sid), true, { given: `${WORDS} 1 2 3; server 1 agrees, for the first, second and third time` }, told)
    same([...tracker.acks], [1n], { given: `${WORDS} 1 2 3; server 1 has agreed three times; who is remembered?` })
    same(tracker.hasAllQuorums(), false, { given: `${WORDS} 1 2 3; server 1 has agreed three times` }, tell)
  },
}

function listed(agreed: readonly bigint[]): string {
  return agreed.length === 0 ? 'nobody has agreed' : `${agreed.join(' ')} ${agreed.length === 1 ? 'has' : 'have'} agreed`
}

function tell(answer: boolean): string {
  return answer === true ? 'decided' : answer === false ? 'not decided' : String(answer)
}

function told(answer: boolean): string {
  return answer === true ? 'counted (true)' : answer === false ? 'not counted (false)' : String(answer)
}
