import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const ALL = 'for (const verifier of this.verifiers) if (!verifier.containsQuorum(this.acks)) return false\n    return true'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'any-configuration-will-do',
    tempts: '"A quorum has agreed" is true as soon as one of the two has one. Servers of the other may then decide otherwise (ZOOKEEPER-1699).',
    caughtBy: 'between two configurations both have to have their majority',
    edits: [[ALL, 'return this.verifiers.some((verifier) => verifier.containsQuorum(this.acks))']],
  },
  {
    name: 'only-the-newest-counts',
    tempts: 'The new configuration is where the ensemble is going; the old one seems to be history.',
    caughtBy: 'between two configurations both have to have their majority',
    edits: [[ALL, 'return this.verifiers.at(-1)?.containsQuorum(this.acks) ?? true']],
  },
  {
    name: 'only-the-oldest-counts',
    tempts: 'Until the change is committed the old configuration is the valid one, so it alone seems to decide.',
    caughtBy: 'between two configurations both have to have their majority',
    edits: [[ALL, 'return this.verifiers[0]?.containsQuorum(this.acks) ?? true']],
  },
  {
    name: 'majority-of-the-union',
    tempts: 'Five servers are concerned, so three of them are a majority.',
    caughtBy: 'between two configurations both have to have their majority',
    edits: [
      [ALL, 'const all = new Set(this.verifiers.flatMap((verifier) => [...verifier.votingMembers]))\n    return 2 * this.acks.size > all.size'],
    ],
  },
  {
    name: 'must-vote-in-both',
    tempts: '"Both configurations" carried over from the question who decides to the question who counts.',
    caughtBy: 'a voter of either configuration is counted, and told so',
    edits: [
      ['!this.verifiers.some((verifier) => verifier.votingMembers.has(sid))', '!this.verifiers.every((verifier) => verifier.votingMembers.has(sid))'],
    ],
  },
  {
    name: 'strangers-are-remembered',
    tempts: 'containsQuorum ignores strangers anyway, so it does no harm to the decision; but others read the set (ZOOKEEPER-2959).',
    caughtBy: 'who votes nowhere is neither counted nor remembered',
    bodies: { 'SyncedLearnerTracker.ack': 'this.acks.add(sid)\nreturn this.verifiers.some((verifier) => verifier.votingMembers.has(sid))' },
  },
  {
    name: 'twice-is-refused',
    tempts: 'The answer is taken for "was new", as Set implementations in other languages have it.',
    caughtBy: 'who agrees twice has agreed once',
    edits: [['this.acks.add(sid)\n    return true', 'const isNew = !this.acks.has(sid)\n    this.acks.add(sid)\n    return isNew']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'every-and-some',
    how: 'Who counts is asked with some, what is decided with every.',
    bodies: {
      'SyncedLearnerTracker.ack':
        'const votes = this.verifiers.some(({ votingMembers }) => votingMembers.has(sid))\nif (votes) this.acks.add(sid)\nreturn votes',
      'SyncedLearnerTracker.hasAllQuorums': 'return this.verifiers.every((verifier) => verifier.containsQuorum(this.acks))',
    },
  },
  {
    name: 'loops',
    how: 'Two plain loops that leave early.',
    bodies: {
      'SyncedLearnerTracker.ack': `
        for (const { votingMembers } of this.verifiers) {
          if (!votingMembers.has(sid)) continue
          this.acks.add(sid)
          return true
        }
        return false`,
      'SyncedLearnerTracker.hasAllQuorums': `
        let missing = this.verifiers.length
        for (const verifier of this.verifiers) if (verifier.containsQuorum(this.acks)) missing--
        return missing === 0`,
    },
  },
]
