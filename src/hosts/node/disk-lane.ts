/**
 * One lane of the disk: a folder whose operations happen one after the other.
 *
 * The log's lane writes in the event loop and syncs in libuv's thread pool. A write only copies a batch into the page cache,
 * which takes less time than to hand it to a thread and back; a sync waits for the device, and the loop must not wait with it.
 * The lane of the snapshots, whose pieces are large and in no hurry, does both in the pool.
 */
import fs from 'node:fs'
import path from 'node:path'
import { unreachable } from '../../kernel/index.ts'
import type { DiskOperation, DiskResult } from '../../storage/index.ts'

/** Takes how an operation ended; may be called before the operation's call returns. */
export type DiskCallback = (result: DiskResult) => void
type FileOperation = Exclude<DiskOperation, { kind: 'list' }>
type NodeCallback = (error: Error | null) => void

const DONE: DiskResult = { kind: 'done' }

export class Lane {
  readonly folder: string
  readonly #prefix: string
  readonly #writesInLoop: boolean
  readonly #queue: (() => void)[] = []
  #busy = false
  /** The file that was written to last stays open. */
  #open: { readonly name: string; readonly fd: number } | null = null
  /** Whether a file was made whose name is not durable yet. */
  #folderChanged = false

  constructor(folder: string, lane: 'log' | 'snap') {
    this.folder = path.resolve(folder)
    this.#prefix = `${lane}/`
    this.#writesInLoop = lane === 'log'
  }

  add(operation: FileOperation, done: DiskCallback): void {
    this.#enqueue(() => {
      const finish = (result: DiskResult) => {
        done(result)
        this.#next()
      }
      try {
        this.#perform(operation, finish)
      } catch (error) {
        finish(failed(error as Error))
      }
    })
  }

  /** Calls back when all earlier operations are over; later ones wait until `resume` is called. */
  pause(reached: (resume: () => void) => void): void {
    this.#enqueue(() => reached(() => this.#next()))
  }

  /** Forgets what is still waiting, and calls back when nothing is under way and no file is open any more. */
  abandon(done: () => void): void {
    this.#queue.length = 0
    this.#enqueue(() => {
      this.close()
      done()
    })
  }

  close(): void {
    if (this.#open !== null) fs.closeSync(this.#open.fd)
    this.#open = null
  }

  #enqueue(job: () => void): void {
    this.#queue.push(job)
    if (!this.#busy) this.#next()
  }

  #next(): void {
    const job = this.#queue.shift()
    this.#busy = job !== undefined
    job?.()
  }

  #perform(operation: FileOperation, finish: DiskCallback): void {
    const settle: NodeCallback = (error) => finish(error === null ? DONE : failed(error))
    const name = this.#nameOf(operation.file)
    switch (operation.kind) {
      case 'write':
        return this.#write(this.#descriptor(name), operation.bytes, operation.position, settle)
      case 'resize':
        return fs.ftruncate(this.#descriptor(name), operation.size, settle)
      case 'sync':
        return fs.fdatasync(this.#descriptor(name), (error) => (error === null ? this.#syncFolderIfChanged(settle) : settle(error)))
      case 'read':
        return read(path.join(this.folder, name), operation.offset ?? 0, operation.length, finish)
      case 'replace':
        return this.#replace(name, operation.bytes, settle)
      case 'rename':
        this.#forget(name)
        this.#forget(this.#nameOf(operation.to))
        return fs.rename(path.join(this.folder, name), path.join(this.folder, this.#nameOf(operation.to)), this.#thenSyncFolder(settle))
      case 'delete':
        this.#forget(name)
        return fs.unlink(path.join(this.folder, name), (error) => (isMissing(error) ? settle(null) : this.#thenSyncFolder(settle)(error)))
      default:
        return unreachable(operation)
    }
  }

  #write(fd: number, bytes: Uint8Array, position: number, settle: NodeCallback): void {
    if (this.#writesInLoop) {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at, position + at)
      settle(null)
      return
    }
    fs.write(fd, bytes, 0, bytes.length, position, (error, written) => {
      if (error !== null || written === bytes.length) settle(error)
      else this.#write(fd, bytes.subarray(written), position + written, settle)
    })
  }

  #replace(name: string, bytes: Uint8Array, settle: NodeCallback): void {
    this.#forget(name)
    const file = path.join(this.folder, name)
    // `flush` makes writeFile fsync before it closes.
    fs.writeFile(`${file}.tmp`, bytes, { flush: true }, (error) => {
      if (error !== null) settle(error)
      else fs.rename(`${file}.tmp`, file, this.#thenSyncFolder(settle))
    })
  }

  /** The open file of this name, made when there is none. */
  #descriptor(name: string): number {
    if (this.#open?.name === name) return this.#open.fd
    this.close()
    const file = path.join(this.folder, name)
    if (!fs.existsSync(file)) this.#folderChanged = true
    const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644)
    this.#open = { name, fd }
    return fd
  }

  #forget(name: string): void {
    if (this.#open?.name === name) this.close()
  }

  #thenSyncFolder(settle: NodeCallback): NodeCallback {
    return (error) => {
      this.#folderChanged = true
      if (error === null) this.#syncFolderIfChanged(settle)
      else settle(error)
    }
  }

  /** Names live in the folder: a new file may be gone after a power cut although its contents were synced. */
  #syncFolderIfChanged(settle: NodeCallback): void {
    if (!this.#folderChanged) return settle(null)
    this.#folderChanged = false
    fs.open(this.folder, 'r', (error, fd) => {
      if (error !== null) return settle(error)
      fs.fsync(fd, (failure) => fs.close(fd, () => settle(failure)))
    })
  }

  #nameOf(file: string): string {
    return file.slice(this.#prefix.length)
  }
}

/** Reads as much of a stretch of a file as there is. */
function read(file: string, offset: number, length: number | undefined, finish: DiskCallback): void {
  fs.open(file, 'r', (error, fd) => {
    if (error !== null) return finish(isMissing(error) ? { kind: 'content', bytes: null } : failed(error))
    const close = (result: DiskResult) => fs.close(fd, () => finish(result))
    fs.fstat(fd, (failure, stats) => {
      if (failure !== null) return close(failed(failure))
      const wanted = Math.max(0, Math.min(length ?? Infinity, stats.size - offset))
      fill(fd, new Uint8Array(wanted), 0, offset, close)
    })
  })
}

function fill(fd: number, bytes: Uint8Array, at: number, offset: number, close: DiskCallback): void {
  if (at === bytes.length) return close({ kind: 'content', bytes })
  // One call reads less than 2 GiB.
  const piece = Math.min(bytes.length - at, 1 << 30)
  fs.read(fd, bytes, at, piece, offset + at, (error, count) => {
    if (error !== null) close(failed(error))
    else if (count === 0) close({ kind: 'content', bytes: bytes.subarray(0, at) })
    else fill(fd, bytes, at + count, offset, close)
  })
}

function failed(error: Error): DiskResult {
  return { kind: 'failed', message: error.message }
}

function isMissing(error: NodeJS.ErrnoException | null): boolean {
  return error?.code === 'ENOENT'
}
