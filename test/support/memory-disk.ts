/**
 * A disk in memory that forgets what was not synced: it carries out {@link DiskOperation}s at once and answers them, and
 * `crash()` turns it into what a power failure would leave behind.
 */
import type { DiskEffect, DiskFile, DiskOperation, DiskResult } from '../../src/storage/disk.ts'

const DONE: DiskResult = { kind: 'done' }

export class MemoryDisk {
  /** What readers see. */
  private files = new Map<string, Uint8Array>()
  /** What survives a crash. */
  private durable = new Map<string, Uint8Array>()

  /** Puts a file there, durably: for the start of a test. */
  put(file: string, bytes: Uint8Array): void {
    this.files.set(file, bytes.slice())
    this.durable.set(file, bytes.slice())
  }

  /** The content of a file; undefined when there is none. */
  get(file: string): Uint8Array | undefined {
    return this.files.get(file)
  }

  /** All names in order. */
  names(): string[] {
    return [...this.files.keys()].sort((a, b) => (a < b ? -1 : 1))
  }

  /** Everything that was not synced is gone. */
  crash(): void {
    this.files = new Map(Array.from(this.durable, ([name, bytes]) => [name, bytes.slice()]))
  }

  /** The process dies and the machine lives: everything that was written stays. */
  keepEverything(): void {
    this.durable = new Map(Array.from(this.files, ([name, bytes]) => [name, bytes.slice()]))
  }

  clone(): MemoryDisk {
    const copy = new MemoryDisk()
    for (const [name, bytes] of this.files) copy.files.set(name, bytes.slice())
    for (const [name, bytes] of this.durable) copy.durable.set(name, bytes.slice())
    return copy
  }

  /** Carries one operation out. */
  perform(operation: DiskOperation): DiskResult {
    switch (operation.kind) {
      case 'list':
        return { kind: 'listing', files: this.names().map((name): DiskFile => ({ name, size: (this.files.get(name) as Uint8Array).length })) }
      case 'read':
        return { kind: 'content', bytes: this.read(operation.file, operation.offset ?? 0, operation.length) }
      case 'write':
        return this.write(operation.file, operation.position, operation.bytes)
      case 'resize':
        return this.resize(operation.file, operation.size)
      case 'sync':
        return this.sync(operation.file)
      case 'replace':
        this.put(operation.file, operation.bytes)
        return DONE
      case 'rename':
        return this.rename(operation.file, operation.to)
      case 'delete':
        this.files.delete(operation.file)
        this.durable.delete(operation.file)
        return DONE
    }
  }

  private read(file: string, offset: number, length = Number.POSITIVE_INFINITY): Uint8Array | null {
    return this.files.get(file)?.slice(offset, offset + length) ?? null
  }

  private write(file: string, position: number, bytes: Uint8Array): DiskResult {
    const before = this.files.get(file) ?? new Uint8Array(0)
    const after = new Uint8Array(Math.max(before.length, position + bytes.length))
    after.set(before)
    after.set(bytes, position)
    this.files.set(file, after)
    return DONE
  }

  private resize(file: string, size: number): DiskResult {
    const before = this.files.get(file) ?? new Uint8Array(0)
    const after = new Uint8Array(size)
    after.set(before.subarray(0, size))
    this.files.set(file, after)
    return DONE
  }

  private sync(file: string): DiskResult {
    const bytes = this.files.get(file)
    if (bytes === undefined) return { kind: 'failed', message: `sync of ${file}, which does not exist` }
    this.durable.set(file, bytes.slice())
    return DONE
  }

  private rename(file: string, to: string): DiskResult {
    const bytes = this.files.get(file)
    const synced = this.durable.get(file)
    if (bytes === undefined || synced === undefined) return { kind: 'failed', message: `rename of ${file}, which was not synced` }
    this.files.delete(file)
    this.durable.delete(file)
    this.files.set(to, bytes)
    this.durable.set(to, synced)
    return DONE
  }
}

interface DiskAnswer {
  readonly kind: 'disk'
  readonly token: number
  readonly result: DiskResult
}

/** What a machine over the disk looks like. */
interface DiskMachine<State, Event, Effect> {
  step(state: State, event: Event, now: { readonly elapsed: number; readonly wall: number }): readonly Effect[]
}

/**
 * Steps a machine with `event` and carries out its disk effects until it waits for nothing more. Gives all its other effects.
 *
 * @param mayPerform asked before each operation; `false` stops everything there, as a crash does
 */
export function runOnDisk<State, Event, Effect extends { readonly kind: string }>(
  disk: MemoryDisk,
  machine: DiskMachine<State, Event | DiskAnswer, Effect>,
  state: State,
  event: Event,
  mayPerform: (operation: DiskOperation) => boolean = () => true,
): Exclude<Effect, DiskEffect>[] {
  const others: Exclude<Effect, DiskEffect>[] = []
  const events: (Event | DiskAnswer)[] = [event]
  for (let next = events.shift(); next !== undefined; next = events.shift()) {
    for (const effect of machine.step(state, next, { elapsed: 0, wall: 0 })) {
      if (!isDiskEffect(effect)) {
        others.push(effect as Exclude<Effect, DiskEffect>)
        continue
      }
      if (!mayPerform(effect.operation)) return others
      const result = disk.perform(effect.operation)
      if (effect.token !== 0 || result.kind === 'failed') events.push({ kind: 'disk', token: effect.token, result })
    }
  }
  return others
}

function isDiskEffect(effect: { readonly kind: string }): effect is DiskEffect {
  return effect.kind === 'disk'
}
