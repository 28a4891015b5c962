/** The files of a server in two folders: what a peer asks of its disk, done with `node:fs`. */
import fs from 'node:fs'
import path from 'node:path'
import type { DiskFile, DiskOperation, DiskResult } from '../../storage/index.ts'
import { type DiskCallback, Lane } from './disk-lane.ts'

/**
 * A disk over two folders (`version-2` of `dataLogDir` and of `dataDir`), which must exist and may be the same. Then files
 * whose names begin with `log.` belong to the lane of the log and all others to that of the snapshots.
 */
export class NodeDisk {
  readonly #log: Lane
  readonly #snap: Lane

  constructor(folders: { readonly log: string; readonly snap: string }) {
    this.#log = new Lane(folders.log, 'log')
    this.#snap = new Lane(folders.snap, 'snap')
  }

  /** Carries out an operation after all earlier ones of its lane, and tells how it ended. Never throws. */
  perform(operation: DiskOperation, done: DiskCallback): void {
    if (operation.kind === 'list') this.#list(done)
    else this.#laneOf(operation.file).add(operation, done)
  }

  /** Closes the open files. Only when nothing is under way. */
  close(): void {
    this.#log.close()
    this.#snap.close()
  }

  /** What is waiting is not done any more; what is under way is ended, then the files are closed. As when a process dies. */
  abandon(): Promise<void> {
    const lanes = [this.#log, this.#snap]
    return Promise.all(lanes.map((lane) => new Promise<void>((resolve) => lane.abandon(resolve)))).then(() => undefined)
  }

  #laneOf(file: string): Lane {
    return file.startsWith('log/') ? this.#log : this.#snap
  }

  /** The barrier: both lanes have come to it before it happens, and neither goes on before it has happened. */
  #list(done: DiskCallback): void {
    const resumptions: (() => void)[] = []
    const reached = (resume: () => void) => {
      if (resumptions.push(resume) < 2) return
      done(this.#listing())
      for (const resumeLane of resumptions) resumeLane()
    }
    this.#log.pause(reached)
    this.#snap.pause(reached)
  }

  #listing(): DiskResult {
    try {
      const shared = this.#log.folder === this.#snap.folder
      const log = filesIn(this.#log.folder, 'log', (name) => !shared || name.startsWith('log.'))
      const snap = filesIn(this.#snap.folder, 'snap', (name) => !shared || !name.startsWith('log.'))
      return { kind: 'listing', files: [...log, ...snap] }
    } catch (error) {
      return { kind: 'failed', message: (error as Error).message }
    }
  }
}

function filesIn(folder: string, lane: string, belongs: (name: string) => boolean): DiskFile[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && belongs(entry.name))
    .map(({ name }) => ({ name: `${lane}/${name}`, size: fs.statSync(path.join(folder, name)).size }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
