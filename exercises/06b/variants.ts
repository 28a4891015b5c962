import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const ROUND_UP = 'return (Math.floor(time / this.interval) + 1) * this.interval'
const POLL_LOOP = 'for (; this.nextDeadline <= now; this.nextDeadline += this.interval) {'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'rounds-down',
    tempts: 'Which bucket a time lies in is found by rounding down, and the bucket is named by its beginning.',
    caughtBy: 'nothing expires before its time',
    edits: [[ROUND_UP, 'return Math.floor(time / this.interval) * this.interval']],
  },
  {
    name: 'rounds-to-the-nearest',
    tempts: 'On average it is exact.',
    caughtBy: 'nothing expires before its time',
    edits: [[ROUND_UP, 'return Math.round(time / this.interval) * this.interval']],
  },
  {
    name: 'ceil-on-the-edge',
    tempts: 'Math.ceil rounds up, and differs only when the deadline lies exactly between two intervals.',
    caughtBy: 'a deadline on the edge of an interval belongs to the next one',
    edits: [[ROUND_UP, 'return Math.ceil(time / this.interval) * this.interval']],
  },
  {
    name: 'old-bucket-not-left',
    tempts: 'The element is put where it belongs now; that it is also still where it was shows only when that bucket is due.',
    caughtBy: 'a touch moves the deadline, to later and to earlier',
    edits: [['if (former !== undefined) this.leave(element, former)', '']],
    visibleWithin: 10,
  },
  {
    name: 'only-prolongs',
    tempts: 'A touch is a sign of life, so it seems it can only prolong. A client that reconnects may ask for less.',
    caughtBy: 'a touch moves the deadline, to later and to earlier',
    edits: [['if (deadline === former) return', 'if (former !== undefined && deadline <= former) return']],
  },
  {
    name: 'one-bucket-a-poll',
    tempts: 'The timer polls once an interval, so one bucket seems to be due. After a pause it is many.',
    caughtBy: 'after a long pause everything that is due comes, the earliest first',
    bodies: {
      'ExpiryQueue.poll': `
        if (this.nextDeadline > now) return []
        const expired = [...(this.buckets.get(this.nextDeadline) ?? [])]
        for (const element of expired) this.deadlines.delete(element)
        this.buckets.delete(this.nextDeadline)
        this.nextDeadline += this.interval
        return expired`,
    },
  },
  {
    name: 'skips-to-the-last-bucket',
    tempts: 'After a pause one jumps to the present interval; what was due in between is never looked at again.',
    caughtBy: 'after a long pause everything that is due comes, the earliest first',
    edits: [
      [
        POLL_LOOP,
        'if (this.nextDeadline <= now) this.nextDeadline = Math.floor(now / this.interval) * this.interval\n    for (; this.nextDeadline <= now; this.nextDeadline += this.interval) {',
      ],
    ],
  },
  {
    name: 'bucket-not-emptied',
    tempts: 'Everything in the bucket has been told, and poll never comes back to it. But it is still there.',
    caughtBy: 'the listing shows what waits, and nothing else',
    edits: [['      this.buckets.delete(this.nextDeadline)\n', '']],
  },
  {
    name: 'empty-bucket-stays',
    tempts: 'An empty set does no harm when it is polled, only in the listing, and in memory.',
    caughtBy: 'the listing shows what waits, and nothing else',
    edits: [['if (bucket?.size === 0) this.buckets.delete(deadline)', '']],
  },
  {
    name: 'strictly-before-now',
    tempts: '"Has come" taken for "has passed": each expiry waits for one more tick.',
    caughtBy: 'nothing expires more than an interval late',
    edits: [[POLL_LOOP, 'for (; this.nextDeadline < now; this.nextDeadline += this.interval) {']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'searches-the-buckets',
    how: 'poll goes through all buckets that there are and sorts those that are due, instead of counting intervals.',
    bodies: {
      'ExpiryQueue.poll': `
        const due = [...this.buckets.keys()].filter((deadline) => deadline <= now).sort((a, b) => a - b)
        const expired = due.flatMap((deadline) => [...(this.buckets.get(deadline) ?? [])])
        for (const deadline of due) this.buckets.delete(deadline)
        for (const element of expired) this.deadlines.delete(element)
        return expired`,
    },
  },
  {
    name: 'remainder',
    how: 'Rounding up by what is left over; moving is removing and adding.',
    bodies: {
      'ExpiryQueue.roundUp': 'return time + this.interval - (time % this.interval)',
      'ExpiryQueue.update': `
        const deadline = this.roundUp(now + timeout)
        if (this.deadlines.get(element) === deadline) return
        this.remove(element)
        this.deadlines.set(element, deadline)
        const bucket = this.buckets.get(deadline) ?? new Set<E>()
        bucket.add(element)
        this.buckets.set(deadline, bucket)`,
    },
  },
]

export const equivalent = {
  'former !== undefined → true': 'Leaving a bucket that does not exist does nothing.',
  'deadline === undefined → false': 'Leaving a bucket that does not exist does nothing.',
  'this.deadlines.delete(element) → nothing #2': 'No later deadline equals one that has passed, so it only costs memory.',
}
