import type { Millis } from '../kernel/index.ts'

/**
 * Deadlines that move all the time, kept in buckets of one interval. A deadline is rounded up to the end of its interval, so
 * most touches leave the element in its bucket and cost two comparisons, and expiring means taking a whole bucket. Rounding
 * up makes expiry late by at most one interval, and never early. Source: `ExpiryQueue`.
 */
export class ExpiryQueue<E> {
  private readonly interval: Millis
  private readonly deadlines = new Map<E, Millis>()
  private readonly buckets = new Map<Millis, Set<E>>()
  private nextDeadline: Millis

  /** @param interval the width of a bucket; for sessions, a tick */
  constructor(interval: Millis, now: Millis) {
    this.interval = interval
    this.nextDeadline = this.roundUp(now)
  }

  /** The element expires `timeout` from now, rounded up, instead of whenever it would have. */
  update(element: E, timeout: Millis, now: Millis): void {
    const deadline = this.roundUp(now + timeout)
    const former = this.deadlines.get(element)
    if (deadline === former) return
    if (former !== undefined) this.leave(element, former)
    this.deadlines.set(element, deadline)
    const bucket = this.buckets.get(deadline)
    if (bucket === undefined) this.buckets.set(deadline, new Set([element]))
    else bucket.add(element)
  }

  /** The element does not expire any more. */
  remove(element: E): void {
    const deadline = this.deadlines.get(element)
    if (deadline === undefined) return
    this.deadlines.delete(element)
    this.leave(element, deadline)
  }

  /** Takes out all elements whose deadline has come, the earliest bucket first, within one in the order of arrival there. */
  poll(now: Millis): E[] {
    const expired: E[] = []
    for (; this.nextDeadline <= now; this.nextDeadline += this.interval) {
      for (const element of this.buckets.get(this.nextDeadline) ?? []) {
        this.deadlines.delete(element)
        expired.push(element)
      }
      this.buckets.delete(this.nextDeadline)
    }
    return expired
  }

  /** The deadlines with their elements, the earliest first: for the four-letter word `dump`. */
  listing(): [Millis, readonly E[]][] {
    return Array.from(this.buckets, ([deadline, bucket]): [Millis, readonly E[]] => [deadline, [...bucket]]).sort(([a], [b]) => a - b)
  }

  /** An independent copy. */
  clone(): ExpiryQueue<E> {
    const copy = new ExpiryQueue<E>(this.interval, 0)
    copy.nextDeadline = this.nextDeadline
    for (const [element, deadline] of this.deadlines) copy.deadlines.set(element, deadline)
    for (const [deadline, bucket] of this.buckets) copy.buckets.set(deadline, new Set(bucket))
    return copy
  }

  /** The end of the interval in which `time` lies; always after `time`. */
  private roundUp(time: Millis): Millis {
    return (Math.floor(time / this.interval) + 1) * this.interval
  }

  private leave(element: E, deadline: Millis): void {
    const bucket = this.buckets.get(deadline)
    bucket?.delete(element)
    if (bucket?.size === 0) this.buckets.delete(deadline)
  }
}
