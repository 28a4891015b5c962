/** The gate in front of what a lock protects, for what is not a znode: a file server, a printer, another database. */
import { admits } from './rules/admit.ts'

/** A request came with the token of a holder that is none any more. */
export class FencedOffError extends Error {
  override name = 'FencedOffError'
}

/** Kept where the protected thing is, and as durable as it. */
export class Fence {
  private greatest = 0n

  /** Lets the holder of this token in, or throws a {@link FencedOffError}. From then on no smaller token is let in. */
  admit(token: bigint): void {
    if (!admits(this.greatest, token))
      throw new FencedOffError(`token 0x${token.toString(16)} is older than 0x${this.greatest.toString(16)}: another holder has been here`)
    this.greatest = token
  }
}
