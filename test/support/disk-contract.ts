/** What every disk must do, real, simulated or in memory. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiskFile, DiskOperation, DiskResult } from '../../src/storage/index.ts'

/** A disk under test. Operations are given to it in order, without waiting for answers. */
export interface DiskUnderTest {
  perform(operation: DiskOperation): Promise<DiskResult>
  dispose(): void
}

const DONE: DiskResult = { kind: 'done' }
const bytesOf = (...bytes: number[]) => Uint8Array.from(bytes)

/** The obvious slow disk: a map. */
class Model {
  readonly files = new Map<string, Uint8Array>()

  perform(operation: DiskOperation): DiskResult {
    switch (operation.kind) {
      case 'list':
        return { kind: 'listing', files: [...this.files].map(([name, { length }]) => ({ name, size: length })) }
      case 'read': {
        const bytes = this.files.get(operation.file)
        const { offset = 0, length = Infinity } = operation
        return { kind: 'content', bytes: bytes === undefined ? null : bytes.slice(offset, offset + length) }
      }
      case 'write':
        this.#change(operation.file, operation.position + operation.bytes.length).set(operation.bytes, operation.position)
        return DONE
      case 'resize':
        this.files.set(operation.file, this.#change(operation.file, operation.size).slice(0, operation.size))
        return DONE
      case 'replace':
        this.files.set(operation.file, operation.bytes)
        return DONE
      case 'delete':
        this.files.delete(operation.file)
        return DONE
      case 'sync':
        this.#change(operation.file, 0)
        return DONE
      case 'rename':
        throw new Error('not in the property')
    }
  }

  #change(file: string, length: number): Uint8Array {
    const old = this.files.get(file) ?? bytesOf()
    const bytes = new Uint8Array(Math.max(old.length, length))
    bytes.set(old)
    this.files.set(file, bytes)
    return bytes
  }
}

const file = fc.constantFrom('log/log.1', 'log/log.2', 'snap/snapshot.1', 'snap/currentEpoch')
const small = fc.integer({ min: 0, max: 40 })
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 })
const operations: fc.Arbitrary<DiskOperation> = fc.oneof(
  fc.record({ kind: fc.constant('list' as const) }),
  fc.record({ kind: fc.constant('read' as const), file }),
  fc.record({ kind: fc.constant('read' as const), file, offset: small, length: small }),
  fc.record({ kind: fc.constant('write' as const), file, position: small, bytes }),
  fc.record({ kind: fc.constant('resize' as const), file, size: small }),
  fc.record({ kind: fc.constant('replace' as const), file, bytes }),
  fc.record({ kind: fc.constant('delete' as const), file }),
)

/** The suite; `createDisk` makes an empty disk. */
export function describeDisk(name: string, createDisk: () => DiskUnderTest): void {
  describe(`${name} keeps the contract of a disk`, () => {
    it('answers any sequence of operations as a map of files does', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operations, { maxLength: 25 }), async (sequence) => {
          const model = new Model()
          const disk = createDisk()
          try {
            const answers = await Promise.all(sequence.map((operation) => disk.perform(operation)))
            expect(answers.map(sorted)).toEqual(sequence.map((operation) => sorted(model.perform(operation))))
          } finally {
            disk.dispose()
          }
        }),
        { numRuns: 60 },
      )
    })

    it('gives back after sync and rename what was written before', async () => {
      const disk = createDisk()
      await disk.perform({ kind: 'write', file: 'snap/unfinished.5', position: 0, bytes: bytesOf(1, 2, 3) })
      expect(await disk.perform({ kind: 'sync', file: 'snap/unfinished.5' })).toEqual(DONE)
      expect(await disk.perform({ kind: 'rename', file: 'snap/unfinished.5', to: 'snap/snapshot.5' })).toEqual(DONE)
      expect(await disk.perform({ kind: 'read', file: 'snap/unfinished.5' })).toEqual({ kind: 'content', bytes: null })
      expect(await disk.perform({ kind: 'read', file: 'snap/snapshot.5' })).toEqual({ kind: 'content', bytes: bytesOf(1, 2, 3) })
      disk.dispose()
    })

    it('writes to a new file of a name that was renamed or deleted, not to the old one', async () => {
      const disk = createDisk()
      const write = (value: number) => disk.perform({ kind: 'write', file: 'snap/a', position: 0, bytes: bytesOf(value) })
      await write(1)
      await disk.perform({ kind: 'sync', file: 'snap/a' })
      await disk.perform({ kind: 'rename', file: 'snap/a', to: 'snap/b' })
      await write(2)
      await disk.perform({ kind: 'delete', file: 'snap/a' })
      await write(3)
      expect(await disk.perform({ kind: 'read', file: 'snap/a' })).toEqual({ kind: 'content', bytes: bytesOf(3) })
      expect(await disk.perform({ kind: 'read', file: 'snap/b' })).toEqual({ kind: 'content', bytes: bytesOf(1) })
      disk.dispose()
    })
  })
}

/** Listings are sets. */
function sorted(result: DiskResult): DiskResult {
  if (result.kind !== 'listing') return result
  return { kind: 'listing', files: [...result.files].sort((a: DiskFile, b: DiskFile) => (a.name < b.name ? -1 : 1)) }
}
