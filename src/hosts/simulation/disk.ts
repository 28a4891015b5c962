/**
 * A disk that forgets. What was written is seen by every later read, but it survives a power cut only from the `sync` on; of
 * what came after the last sync, a power cut keeps the first few operations, the last of them torn. A killed process loses
 * nothing that was written, because the operating system still has it.
 *
 * The rules of `DiskOperation` are kept to the letter: two lanes, each in its order, `list` a barrier for both.
 */
import { assert, type Prng } from '../../kernel/index.ts'
import { type DiskFile, type DiskOperation, type DiskResult, logFiles } from '../../storage/index.ts'
import { SimulatedFile } from './file.ts'

/** How fast a disk is, and how it may misbehave. Times in milliseconds. */
export interface DiskOptions {
  /** The shortest and longest time that a read or write takes. */
  readonly accessMin: number
  readonly accessMax: number
  /** The shortest and longest time that making something durable takes. */
  readonly syncMin: number
  readonly syncMax: number
  /** Bytes per millisecond. */
  readonly throughput: number
  /** `sync` answers at once and comes true only this many milliseconds later: a disk, or a server, that acknowledges too early. 0: honest. */
  readonly lieFor: number
}

/** What becomes of the data when a machine goes down. */
export type Outage =
  /** `kill -9`: the process is gone, the operating system lives. */
  | 'kill'
  /** The machine goes dark. */
  | 'power'

/** What stands after the last record of a log, although no server has written it so. */
export type Remains =
  /** A record that begins and does not end: a server reads up to it, and goes on. */
  | 'torn'
  /** Any bytes: a server cannot tell them from a record that has decayed, and as a rule refuses to start. */
  | 'garbage'

interface Pending {
  readonly operation: DiskOperation
  readonly token: number
  readonly doneAt: number
}

type Lane = 'log' | 'snap'

/** The files of one server. The caller asks with {@link submit}, and at the time that it is told calls {@link finish}. */
export class SimulatedDisk {
  /** Everything takes this many times as long as it should. */
  slowness = 1
  /** The next writing operation fails, once. */
  failNext = false
  /** Every operation that needs room fails. */
  full = false
  /** How many operations were finished, ever. */
  finished = 0
  private readonly files = new Map<string, SimulatedFile>()
  private readonly pending: Record<Lane, Pending[]> = { log: [], snap: [] }
  private readonly busyUntil: Record<Lane, number> = { log: 0, snap: 0 }
  private lies: { readonly file: SimulatedFile; readonly mark: number; readonly trueAt: number }[] = []
  /** What {@link corruptTail} has damaged last. */
  private damage: { readonly file: SimulatedFile; readonly from: number } | null = null
  private readonly random: Prng
  private readonly options: DiskOptions

  constructor(random: Prng, options: DiskOptions) {
    this.random = random
    this.options = options
  }

  /** Queues an operation. Returns the time at which it will be done. */
  submit(operation: DiskOperation, token: number, at: number): number {
    const { busyUntil, pending } = this
    const lane = operation.kind === 'list' ? 'log' : laneOf(operation.file)
    const idleAt = operation.kind === 'list' ? Math.max(busyUntil.log, busyUntil.snap) : busyUntil[lane]
    const doneAt = Math.max(at, idleAt) + this.duration(operation) * this.slowness
    busyUntil[lane] = doneAt
    if (operation.kind === 'list') busyUntil.snap = doneAt
    pending[lane].push({ operation, token, doneAt })
    return doneAt
  }

  /** Carries out the operation with this token that is due at this time, the oldest first. */
  finish(token: number, at: number): DiskResult {
    const { log, snap } = this.pending
    const due = isDue(log[0], token, at) ? log.shift() : isDue(snap[0], token, at) ? snap.shift() : undefined
    assert(due, `no operation ${token} is due`)
    const { operation } = due
    this.finished++
    this.settleLies(at)
    if (needsRoom(operation) && (this.failNext || this.full)) {
      const message = this.full ? 'No space left on device' : 'Input/output error'
      this.failNext = false
      return { kind: 'failed', message: `${operation.kind} ${operation.file}: ${message}` }
    }
    return this.carryOut(operation, at)
  }

  /** The machine goes down at this moment. What was asked and not finished happens not at all, or in part. */
  crash(outage: Outage, at: number): void {
    this.settleLies(at)
    for (const lane of ['log', 'snap'] as const) {
      const [next] = this.pending[lane]
      if (next !== undefined) this.interrupt(next.operation)
      this.pending[lane] = []
      this.busyUntil[lane] = at
    }
    this.lies = []
    for (const [name, file] of [...this.files]) {
      if (outage === 'power' && !file.losePower(this.random)) this.files.delete(name)
    }
  }

  /** The files as a `list` would show them. */
  list(): readonly DiskFile[] {
    return [...this.files].map(([name, file]) => ({ name, size: file.size })).sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** A file's bytes, null when there is none: for tests and for damage done on purpose. */
  peek(name: string): Uint8Array | null {
    return this.files.get(name)?.read(0, Number.POSITIVE_INFINITY) ?? null
  }

  /** Damages the last log file, after all that was written. */
  corruptTail(remains: Remains): void {
    const { random } = this
    const last = logFiles(this.list()).at(-1)
    if (last === undefined) return
    const file = this.open(last.name)
    const noise = Uint8Array.from({ length: 13 + random.below(500) }, () => random.below(256))
    // The length of a torn record is a likely one, and the rest of it is missing.
    if (remains === 'torn') new DataView(noise.buffer).setInt32(8, noise.length + random.below(500))
    if (this.damage?.file !== file) this.damage = { file, from: file.end() }
    file.write(file.end(), noise)
    file.sync(file.mark())
  }

  /** Cuts off what {@link corruptTail} has put there. */
  repairTail(): void {
    if (this.damage === null) return
    const { file, from } = this.damage
    if (file.size > from) file.resize(from)
    file.sync(file.mark())
    this.damage = null
  }

  /** Puts a file there, durably, as an administrator would. */
  plant(name: string, bytes: Uint8Array): void {
    this.files.set(name, SimulatedFile.of(bytes))
  }

  private carryOut(operation: DiskOperation, at: number): DiskResult {
    switch (operation.kind) {
      case 'list':
        return { kind: 'listing', files: this.list() }
      case 'read': {
        const bytes = this.files.get(operation.file)?.read(operation.offset ?? 0, operation.length ?? Number.POSITIVE_INFINITY)
        return { kind: 'content', bytes: bytes ?? null }
      }
      case 'write':
        this.open(operation.file).write(operation.position, operation.bytes)
        break
      case 'resize':
        this.open(operation.file).resize(operation.size)
        break
      case 'sync':
        this.sync(this.open(operation.file), at)
        break
      case 'replace':
        this.files.delete(`${operation.file}.tmp`)
        this.files.set(operation.file, SimulatedFile.of(operation.bytes))
        break
      case 'rename': {
        const file = this.files.get(operation.file)
        if (file === undefined) return { kind: 'failed', message: `rename ${operation.file}: no such file` }
        this.files.delete(operation.file)
        this.files.set(operation.to, file)
        break
      }
      case 'delete':
        this.files.delete(operation.file)
        break
    }
    return { kind: 'done' }
  }

  /** An operation that was under way when the machine went down: done, not done, or half done. */
  private interrupt(operation: DiskOperation): void {
    const fate = this.random.below(3)
    if (fate === 0) return
    if (operation.kind === 'write') {
      const length = fate === 1 ? operation.bytes.length : this.random.below(operation.bytes.length + 1)
      this.open(operation.file).write(operation.position, operation.bytes.subarray(0, length))
    } else if (operation.kind === 'replace' && fate === 2) {
      // The temporary file is there, the rename has not happened.
      this.files.set(`${operation.file}.tmp`, SimulatedFile.of(operation.bytes.slice(0, this.random.below(operation.bytes.length + 1))))
    } else if (operation.kind !== 'read' && operation.kind !== 'list') {
      this.carryOut(operation, Number.NEGATIVE_INFINITY)
    }
  }

  private sync(file: SimulatedFile, at: number): void {
    if (this.options.lieFor > 0) this.lies.push({ file, mark: file.mark(), trueAt: at + this.options.lieFor })
    else file.sync(file.mark())
  }

  private settleLies(at: number): void {
    if (this.lies.length === 0) return
    const told = this.lies.filter((lie) => lie.trueAt <= at)
    for (const { file, mark } of told) file.sync(mark)
    if (told.length > 0) this.lies = this.lies.filter((lie) => lie.trueAt > at)
  }

  private open(name: string): SimulatedFile {
    let file = this.files.get(name)
    if (file === undefined) {
      file = new SimulatedFile()
      this.files.set(name, file)
    }
    return file
  }

  private duration(operation: DiskOperation): number {
    const { accessMin, accessMax, syncMin, syncMax, throughput } = this.options
    const access = accessMin + this.random.float() * (accessMax - accessMin)
    const durably = syncMin + this.random.float() * (syncMax - syncMin)
    switch (operation.kind) {
      case 'write':
        return access + operation.bytes.length / throughput
      case 'replace':
        return durably + operation.bytes.length / throughput
      case 'sync':
        return this.options.lieFor > 0 ? access : durably
      case 'rename':
      case 'delete':
        return durably
      default:
        return access
    }
  }
}

function isDue(pending: Pending | undefined, token: number, at: number): boolean {
  return pending !== undefined && pending.token === token && pending.doneAt <= at
}

function laneOf(file: string): Lane {
  return file.startsWith('log/') ? 'log' : 'snap'
}

function needsRoom(operation: DiskOperation): operation is Extract<DiskOperation, { kind: 'write' | 'resize' | 'sync' | 'replace' }> {
  return operation.kind === 'write' || operation.kind === 'resize' || operation.kind === 'sync' || operation.kind === 'replace'
}
