/** A first-in-first-out queue in an array: `shift` moves an index, and the dead front is cut off now and then, so each step is O(1) amortised. */
export class Queue<T> {
  private items: T[] = []
  private head = 0

  get size(): number {
    return this.items.length - this.head
  }

  /** The element at this place, 0 being the oldest; undefined when there is none. */
  at(index: number): T | undefined {
    return index < 0 ? undefined : this.items[this.head + index]
  }

  peek(): T | undefined {
    return this.items[this.head]
  }

  push(item: T): void {
    this.items.push(item)
  }

  /** Removes and returns the oldest element. */
  shift(): T | undefined {
    if (this.head === this.items.length) return undefined
    const item = this.items[this.head]
    this.head++
    if (this.head > 1024 && 2 * this.head > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  clear(): void {
    this.items = []
    this.head = 0
  }

  /** The elements, oldest first, as an array of its own. */
  toArray(): T[] {
    return this.items.slice(this.head)
  }
}
