/** Breadth-first search through everything that can happen, so that the first breach found is one of the shortest. */

/** A world that can be searched: what may happen in a state, and what comes of it. States are values; a step makes a new one. */
export interface Model<State, Move> {
  readonly initial: State
  /** What may happen next; always the same, in the same order, for the same state. */
  moves(state: State): readonly Move[]
  /** The state after a move, and whether it breaks a promise. */
  take(state: State, move: Move): Taken<State>
  /** Equal for states from which the same can happen, and for no others. */
  keyOf(state: State): string
  /** One line on a move, before it is taken. */
  tell(state: State, move: Move): string
}

/** A promise that is not kept. */
export interface Breach {
  /** The name of the promise. */
  readonly promise: string
  readonly sentence: string
}

/** What comes of a move. */
export interface Taken<State> {
  readonly state: State
  readonly breach: Breach | null
  /** Names of things that should happen sometimes. */
  readonly marks: readonly string[]
}

/** What a search has found. */
export interface Explored {
  /** Distinct states. */
  readonly states: number
  /** Moves taken. */
  readonly steps: number
  /** The longest of the shortest ways from the beginning to a state. */
  readonly depth: number
  /** Nothing was left out: every state that can be reached was reached. */
  readonly exhausted: boolean
  /** How many steps made each mark. */
  readonly marks: ReadonlyMap<string, number>
  /** The first breach, and the way to it, a line each. */
  readonly breach: (Breach & { readonly way: readonly string[] }) | null
}

/**
 * Searches until everything has been seen, a promise is broken, or `limit` states have been seen.
 * @param onLayer told after each layer: its depth, the states so far
 */
export function explore<State, Move>(model: Model<State, Move>, limit: number, onLayer?: (depth: number, states: number) => void): Explored {
  const seen = new Set([model.keyOf(model.initial)])
  const marks = new Map<string, number>()
  const ways = new Ways()
  let layer: (readonly [State, number])[] = [[model.initial, 0]]
  let [steps, depth] = [0, 0]
  const summary = () => ({ states: seen.size, steps, depth, marks })
  while (layer.length > 0) {
    const next: (readonly [State, number])[] = []
    for (const [state, number] of layer) {
      const moves = model.moves(state)
      for (let index = 0; index < moves.length; index++) {
        const taken = model.take(state, moves[index] as Move)
        steps++
        for (const mark of taken.marks) marks.set(mark, (marks.get(mark) ?? 0) + 1)
        if (taken.breach !== null) {
          const way = tellWay(model, [...ways.to(number), index])
          return { ...summary(), exhausted: false, breach: { ...taken.breach, way } }
        }
        const key = model.keyOf(taken.state)
        if (seen.has(key)) continue
        seen.add(key)
        next.push([taken.state, ways.add(number, index)])
      }
      if (seen.size >= limit) return { ...summary(), exhausted: false, breach: null }
    }
    if (next.length > 0) depth++
    layer = next
    onLayer?.(depth, seen.size)
  }
  return { ...summary(), exhausted: true, breach: null }
}

/** How each state was first reached: from which other, by which of its moves. The initial state has the number 0. */
class Ways {
  private from = new Uint32Array(1024)
  private move = new Uint16Array(1024)
  private count = 1

  /** Returns the number of the new state. */
  add(from: number, move: number): number {
    if (this.count === this.from.length) {
      const [olderFrom, olderMove] = [this.from, this.move]
      this.from = new Uint32Array(2 * this.count)
      this.move = new Uint16Array(2 * this.count)
      this.from.set(olderFrom)
      this.move.set(olderMove)
    }
    this.from[this.count] = from
    this.move[this.count] = move
    return this.count++
  }

  /** The moves that lead from the initial state to this one. */
  to(number: number): number[] {
    const moves: number[] = []
    for (let at = number; at > 0; at = this.from[at] as number) moves.push(this.move[at] as number)
    return moves.reverse()
  }
}

function tellWay<State, Move>(model: Model<State, Move>, way: readonly number[]): string[] {
  const lines: string[] = []
  let state = model.initial
  for (const index of way) {
    const move = model.moves(state)[index] as Move
    lines.push(model.tell(state, move))
    state = model.take(state, move).state
  }
  return lines
}
