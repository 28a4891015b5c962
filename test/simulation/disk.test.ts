import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUIET, SimulatedDisk } from '../../src/hosts/simulation/index.ts'
import { Prng, utf8 } from '../../src/kernel/index.ts'
import type { DiskOperation, DiskResult } from '../../src/storage/index.ts'

function newDisk(seed = 1n, lieFor = 0) {
  return new SimulatedDisk(new Prng(seed), { ...QUIET.disk, lieFor })
}

/** Carries out operations one after the other. */
function perform(disk: SimulatedDisk, operations: readonly DiskOperation[]): DiskResult[] {
  return operations.map((operation) => disk.finish(1, disk.submit(operation, 1, 0)))
}

const A = 'log/a'
const write = (position: number, text: string, file = A): DiskOperation => ({ kind: 'write', file, position, bytes: utf8(text) })
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes)

describe('a simulated disk', () => {
  it('reads what was written, in pieces, with zeros in the gaps', () => {
    const disk = newDisk()
    perform(disk, [write(2, 'hello'), { kind: 'resize', file: A, size: 10 }])
    expect(text(disk.peek(A))).toBe('\0\0hello\0\0\0')
    const [part] = perform(disk, [{ kind: 'read', file: A, offset: 3, length: 3 }])
    expect(part).toEqual({ kind: 'content', bytes: utf8('ell') })
    const [beyond] = perform(disk, [{ kind: 'read', file: A, offset: 12 }])
    expect(beyond).toEqual({ kind: 'content', bytes: new Uint8Array(0) })
    expect(perform(disk, [{ kind: 'read', file: 'log/none' }])).toEqual([{ kind: 'content', bytes: null }])
  })

  it('shows zeros, not the past, after a cut and a new growth', () => {
    const disk = newDisk()
    perform(disk, [write(0, 'secret'), { kind: 'resize', file: A, size: 2 }, { kind: 'resize', file: A, size: 6 }])
    expect(text(disk.peek(A))).toBe('se\0\0\0\0')
  })

  it('lists both lanes, renames, replaces and deletes', () => {
    const disk = newDisk()
    const [, , , , , listing] = perform(disk, [
      write(0, '12'),
      { kind: 'replace', file: 'snap/e', bytes: utf8('7') },
      { kind: 'replace', file: 'snap/gone', bytes: utf8('7') },
      { kind: 'delete', file: 'snap/gone' },
      { kind: 'rename', file: A, to: 'log/b' },
      { kind: 'list' },
    ])
    expect(listing).toEqual({
      kind: 'listing',
      files: [
        { name: 'log/b', size: 2 },
        { name: 'snap/e', size: 1 },
      ],
    })
    expect(perform(disk, [{ kind: 'delete', file: 'snap/gone' }])).toEqual([{ kind: 'done' }])
  })

  it('works on a lane in order, on two lanes at once, and lists after both', () => {
    const disk = newDisk()
    const log = [disk.submit(write(0, 'a'), 1, 0), disk.submit({ kind: 'sync', file: A }, 2, 0)] as const
    const snap = disk.submit(write(0, 'a', 'snap/a'), 3, 0)
    const listed = disk.submit({ kind: 'list' }, 4, 0)
    expect(log[1]).toBeGreaterThan(log[0])
    expect(snap).toBeLessThan(log[1])
    expect(listed).toBeGreaterThan(Math.max(log[1], snap))
    expect(disk.submit(write(0, 'b', 'snap/a'), 5, 0)).toBeGreaterThan(listed)
  })

  it('keeps everything that was finished when a process is killed', () => {
    for (let seed = 1n; seed < 30n; seed++) {
      const disk = newDisk(seed)
      perform(disk, [write(0, 'one'), write(3, 'two')])
      disk.crash('kill', 0)
      expect(text(disk.peek(A))).toBe('onetwo')
    }
  })

  it('keeps through a power cut what was synced, and of the rest some beginning', () => {
    const found = new Set<string>()
    for (let seed = 1n; seed < 200n; seed++) {
      const disk = newDisk(seed)
      perform(disk, [write(0, 'a'), { kind: 'sync', file: A }, write(1, 'b'), write(2, 'c')])
      disk.crash('power', 0)
      found.add(text(disk.peek(A)) as string)
    }
    expect(found).toEqual(new Set(['a', 'ab', 'abc']))
  })

  it('may lose the name of a file that was never synced', () => {
    const found = new Set<string | null>()
    for (let seed = 1n; seed < 100n; seed++) {
      const disk = newDisk(seed)
      perform(disk, [write(0, 'a')])
      disk.crash('power', 0)
      found.add(text(disk.peek(A)))
    }
    expect(found).toEqual(new Set([null, '', 'a']))
  })

  it('tears a large write at a sector', () => {
    const lengths = new Set<number>()
    for (let seed = 1n; seed < 200n; seed++) {
      const disk = newDisk(seed)
      perform(disk, [write(0, 'x'), { kind: 'sync', file: A }, write(1, 'y'.repeat(2000))])
      disk.crash('power', 0)
      const length = (disk.peek(A) as Uint8Array).length
      expect(length === 2001 || length === 1 || length % 512 === 0).toBe(true)
      lengths.add(length)
    }
    expect(lengths.size).toBeGreaterThan(3)
  })

  it('replaces a file as a whole or not at all', () => {
    const found = new Set<string | null>()
    for (let seed = 1n; seed < 100n; seed++) {
      const disk = newDisk(seed)
      perform(disk, [{ kind: 'replace', file: 'snap/e', bytes: utf8('old') }])
      disk.submit({ kind: 'replace', file: 'snap/e', bytes: utf8('new') }, 1, 0)
      disk.crash('power', 0)
      found.add(text(disk.peek('snap/e')))
    }
    expect(found).toEqual(new Set(['old', 'new']))
  })

  it('that lies answers a sync before it is true', () => {
    const kept = (at: number) => {
      let count = 0
      for (let seed = 1n; seed < 50n; seed++) {
        const disk = newDisk(seed, 100)
        perform(disk, [write(0, 'a'), { kind: 'sync', file: A }])
        disk.crash('power', at)
        if (text(disk.peek(A)) === 'a') count++
      }
      return count
    }
    expect(kept(10)).toBeLessThan(49)
    expect(kept(200)).toBe(49)
  })

  it('fails once, or as long as it is full', () => {
    const disk = newDisk()
    disk.failNext = true
    expect(perform(disk, [write(0, 'a'), write(0, 'a')]).map(({ kind }) => kind)).toEqual(['failed', 'done'])
    disk.full = true
    expect(perform(disk, [write(0, 'a'), { kind: 'read', file: A }, { kind: 'sync', file: A }]).map(({ kind }) => kind)).toEqual([
      'failed',
      'content',
      'failed',
    ])
  })

  it('has remains after the last record of the last log, until they are cut off', () => {
    for (const remains of ['torn', 'garbage'] as const) {
      const disk = newDisk()
      const [older, newest] = ['log/log.9', 'log/log.10']
      for (const file of [older, newest]) perform(disk, [write(0, 'record', file), { kind: 'resize', file, size: 100 }, { kind: 'sync', file }])
      disk.corruptTail(remains)
      disk.corruptTail(remains)
      disk.crash('power', 0)
      expect(disk.peek(newest)?.length).toBeGreaterThan(6 + 13)
      expect(
        disk
          .peek(newest)
          ?.subarray(6)
          .some((byte) => byte !== 0),
      ).toBe(true)
      disk.repairTail()
      expect([older, newest].map((file) => text(disk.peek(file))?.replaceAll('\0', ''))).toEqual(['record', 'record'])
    }
  })

  it('shows after a power cut the synced bytes with a prefix of the later changes, whatever they were (against a slow model)', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), position: fc.nat(20), bytes: fc.uint8Array({ minLength: 1, maxLength: 10 }) }),
      fc.record({ kind: fc.constant('resize' as const), size: fc.nat(25) }),
      fc.record({ kind: fc.constant('sync' as const) }),
    )
    const apply = (bytes: number[], operation: { kind: string; position?: number; bytes?: Uint8Array; size?: number }): number[] => {
      const next = [...bytes]
      if (operation.kind === 'resize') {
        next.length = Math.min(next.length, operation.size as number)
        while (next.length < (operation.size as number)) next.push(0)
      } else {
        while (next.length < (operation.position as number)) next.push(0)
        next.splice(operation.position as number, (operation.bytes as Uint8Array).length, ...(operation.bytes as Uint8Array))
      }
      return next
    }
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.bigInt(1n, 1_000_000n), (changes, seed) => {
        const disk = newDisk(seed)
        perform(disk, [write(0, 's'), { kind: 'sync', file: A }, ...changes.map((operation) => ({ file: A, ...operation }))] as DiskOperation[])
        let states: number[][] = [[115]]
        for (const operation of changes) {
          const last = states.at(-1) as number[]
          states = operation.kind === 'sync' ? [last] : [...states, apply(last, operation)]
        }
        expect([...(disk.peek(A) as Uint8Array)]).toEqual(states.at(-1))
        disk.crash('power', 0)
        expect(states).toContainEqual([...(disk.peek(A) as Uint8Array)])
      }),
    )
  })
})
