/** What is going to happen, ordered by time; what happens at the same time happens in the order in which it was planned. */
export class EventQueue<T> {
  private readonly heap: { readonly at: number; readonly seq: number; readonly item: T }[] = []
  private planned = 0

  /** How many things are going to happen. */
  get size(): number {
    return this.heap.length
  }

  /** When the next thing happens; `undefined` when nothing will. */
  get nextAt(): number | undefined {
    return this.heap[0]?.at
  }

  /** Plans one for this time, in milliseconds. */
  add(at: number, item: T): void {
    const entry = { at, seq: this.planned++, item }
    const heap = this.heap
    let i = heap.push(entry) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(entry, heap[parent] as typeof entry)) break
      heap[i] = heap[parent] as typeof entry
      i = parent
    }
    heap[i] = entry
  }

  /** Takes the next thing out. */
  take(): T | undefined {
    const heap = this.heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first?.item
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as typeof last, heap[child] as typeof last)) child++
      if (!before(heap[child] as typeof last, last)) break
      heap[i] = heap[child] as typeof last
      i = child
    }
    heap[i] = last
    return first.item
  }
}

function before(a: { at: number; seq: number }, b: { at: number; seq: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq)
}
