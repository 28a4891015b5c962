/** A lock that many readers hold together and a writer alone, in the order in which they came: no writer waits for ever. */
import type { ZooKeeper } from '../client/index.ts'
import { type Place, type PlaceOptions, standInLine } from './place.ts'
import { readersTogether } from './rules/turn.ts'

/** The lock of one path: `read` and `write` stand in the same line. */
export class ReadWriteLock {
  private readonly zk: ZooKeeper
  private readonly path: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /** Waits until all writers that came before have left. */
  read(options?: PlaceOptions): Promise<Place> {
    return standInLine(this.zk, this.path, 'read', readersTogether, options)
  }

  /** Waits until everybody who came before has left. */
  write(options?: PlaceOptions): Promise<Place> {
    return standInLine(this.zk, this.path, 'write', readersTogether, options)
  }
}
