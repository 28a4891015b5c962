/** Checks by long random sequences of operations, and the shortest one that still goes wrong. */
import { Prng } from '../../src/kernel/index.ts'
import { WrongAnswer } from './check.ts'

/** Where a sequence went wrong. */
export interface Deviation {
  readonly expected: string | readonly string[]
  readonly seen: string | readonly string[]
  readonly because?: string
}

export interface Sequences<Op> {
  /** How many sequences are tried. */
  readonly seeds: number
  /** How long they are. */
  readonly length: number
  /** Draws one operation. */
  readonly draw: (random: Prng) => Op
  /** Plays a sequence from the beginning; null when all is well. */
  readonly play: (ops: readonly Op[]) => Deviation | null
  /** An operation as one line. */
  readonly tell: (op: Op) => string
  /** What holds before the first one. */
  readonly given?: string
}

/** Demands that no sequence goes wrong. The one that is shown is the shortest that was found by leaving operations out. */
export function noSequenceFails<Op>({ seeds, length, draw, play, tell, given }: Sequences<Op>): void {
  for (let seed = 1; seed <= seeds; seed++) {
    const random = new Prng(BigInt(seed))
    const ops = Array.from({ length }, () => draw(random))
    if (play(ops) === null) continue
    const least = shortest(ops, (candidate) => play(candidate) !== null)
    const { expected, seen, because } = play(least) as Deviation
    const told = [...(given === undefined ? [] : [given]), ...least.map((op, i) => `${i + 1}. ${tell(op)}`)]
    throw new WrongAnswer(expected, seen, { given: told, ...(because !== undefined && { because }) })
  }
}

/** The shortest list that still fails, found by leaving out halves, quarters, … and at last single entries. */
export function shortest<T>(list: readonly T[], fails: (list: readonly T[]) => boolean): readonly T[] {
  let least = list
  for (let size = Math.ceil(least.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length; ) {
      const without = [...least.slice(0, at), ...least.slice(at + size)]
      if (fails(without)) least = without
      else at += size
    }
  }
  return least
}
