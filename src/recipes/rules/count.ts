/** How numbers stand in a znode, and blocks of them. */
import { fromUtf8, utf8 } from '../../kernel/index.ts'

/** The number in a node's data; empty is 0. Throws a SyntaxError when it is none. */
export function numberIn(data: Uint8Array | null): bigint {
  return BigInt(data === null ? 0 : fromUtf8(data))
}

/** The data for a number. */
export function dataFor(number: bigint): Uint8Array {
  return utf8(String(number))
}

/** Numbers that one may give out without asking: from `next` up to, but not including, `end`. */
export interface Block {
  readonly next: bigint
  readonly end: bigint
}

/** Takes a number out of a block; undefined: it is used up. */
export function takeFrom({ next, end }: Block): { readonly id: bigint; readonly rest: Block } | undefined {
  return next < end ? { id: next, rest: { next: next + 1n, end } } : undefined
}
