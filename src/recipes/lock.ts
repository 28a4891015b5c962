/**
 * A lock: first come, first served, and only one is woken when it becomes free. Who holds it holds it until `leave`, or until
 * the *ensemble* ends its session, of which a paused or cut-off holder learns too late: what the lock protects must look at
 * the token (`fencing.ts`), or be a transaction with `guard()`.
 */
import type { ZooKeeper } from '../client/index.ts'
import { type Place, type PlaceOptions, standInLine } from './place.ts'
import { exclusive } from './rules/turn.ts'

/** The lock of one path. */
export class Lock {
  private readonly zk: ZooKeeper
  private readonly path: string

  /** @param path the node below which those who want the lock stand in line; made when it is missing */
  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /** Waits for the lock. An aborted signal leaves the line. Rejects with SESSIONEXPIRED when the session ends before. */
  acquire(options?: PlaceOptions): Promise<Place> {
    return standInLine(this.zk, this.path, 'lock', exclusive, options)
  }
}
