/** One file of a simulated disk: its contents as everybody sees them, and how to take back what is not durable yet. */
import type { Prng } from '../../kernel/index.ts'

/** A disk writes blocks of this many bytes as a whole, so a write is torn at a multiple of it. */
const SECTOR = 512

interface Undo {
  readonly position: number
  /** What the bytes were, as far as the file reached. */
  readonly before: Uint8Array
  readonly sizeBefore: number
  /** How many bytes were written; 0 for a change of size. */
  readonly length: number
}

export class SimulatedFile {
  size = 0
  /** The bytes up to `data.length`; the file is zeros from there to `size`. */
  private data = new Uint8Array(0)
  /** Whether the file's name survives a power cut. */
  private named = false
  /** The changes that are not durable, oldest first, and how many there were before them. */
  private undo: Undo[] = []
  private settled = 0

  /** A durable file with these bytes. */
  static of(bytes: Uint8Array): SimulatedFile {
    const file = new SimulatedFile()
    file.data = bytes.slice()
    file.size = bytes.length
    file.named = true
    return file
  }

  /** Where what was written ends: after the last byte that is not zero. */
  end(): number {
    return this.data.subarray(0, this.size).findLastIndex((byte) => byte !== 0) + 1
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(this.size, offset + length)
    const bytes = new Uint8Array(Math.max(0, end - offset))
    bytes.set(this.data.subarray(offset, Math.min(end, this.data.length)))
    return bytes
  }

  write(position: number, bytes: Uint8Array): void {
    this.undo.push({ position, before: this.read(position, bytes.length), sizeBefore: this.size, length: bytes.length })
    this.put(position, bytes)
  }

  resize(size: number): void {
    this.undo.push({ position: size, before: this.read(size, Number.POSITIVE_INFINITY), sizeBefore: this.size, length: 0 })
    this.cut(size)
  }

  /** The point up to which a {@link sync} that begins now will reach. */
  mark(): number {
    return this.settled + this.undo.length
  }

  /** Makes durable everything before the mark, and the name. */
  sync(mark: number): void {
    this.named = true
    const count = mark - this.settled
    if (count <= 0) return
    this.undo = count >= this.undo.length ? [] : this.undo.slice(count)
    this.settled = mark
  }

  /**
   * Keeps of what is not durable the first few changes, drawn at random, and a part of the next one. False: the file is gone,
   * because its name was not durable either.
   */
  losePower(random: Prng): boolean {
    if (!this.named && random.below(2) === 0) return false
    const kept = random.below(this.undo.length + 1)
    const torn = this.undo[kept]
    const tornBytes = torn && this.read(torn.position, tear(torn, random))
    for (let i = this.undo.length - 1; i >= kept; i--) this.takeBack(this.undo[i] as Undo)
    if (torn !== undefined && tornBytes !== undefined && tornBytes.length > 0) this.put(torn.position, tornBytes)
    this.sync(this.mark())
    return true
  }

  private takeBack({ position, before, sizeBefore }: Undo): void {
    this.cut(sizeBefore)
    this.put(position, before.subarray(0, Math.max(0, sizeBefore - position)))
  }

  private put(position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const end = position + bytes.length
    if (end > this.data.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.data.length))
      grown.set(this.data.subarray(0, Math.min(this.data.length, this.size)))
      this.data = grown
    }
    this.data.set(bytes, position)
    this.size = Math.max(this.size, end)
  }

  private cut(size: number): void {
    if (size < this.size) this.data.fill(0, size)
    this.size = size
  }
}

/** How many bytes of a write reached the disk: up to the end of some sector. */
function tear({ position, length }: Undo, random: Prng): number {
  const reached = random.below(length + 1)
  return Math.max(0, reached - ((position + reached) % SECTOR))
}
