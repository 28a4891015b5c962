import { describe, expect, it } from 'vitest'
import { type LogRangeEffect, type LogRangeState, logRange, newLogRange } from '../../src/storage/index.ts'
import { MemoryDisk, runOnDisk } from '../support/memory-disk.ts'
import { databaseAt, logUp, numbered, wholeSnapshot } from './support.ts'

function diskWith(): MemoryDisk {
  const disk = new MemoryDisk()
  disk.put('snap/snapshot.8', wholeSnapshot(databaseAt(8n)))
  for (const from of [3n, 6n, 9n]) logUp(disk, from, from + 2n)
  return disk
}

/** Reads a range to its end, asking for more after each portion. */
function read(disk: MemoryDisk, from: bigint, upTo: bigint, factor = 0): LogRangeEffect[] {
  const state: LogRangeState = newLogRange(from, upTo, factor)
  const effects: LogRangeEffect[] = runOnDisk(disk, logRange, state, { kind: 'start' })
  while (state.phase === 'paused') effects.push(...runOnDisk(disk, logRange, state, { kind: 'continue' }))
  return effects
}

const zxids = (effects: LogRangeEffect[]) => effects.flatMap((effect) => (effect.kind === 'txns' ? effect.txns.map(({ zxid }) => zxid) : []))

describe('reading a range of the log', () => {
  it('gives exactly the transactions asked for, in order', () => {
    for (let from = 3n; from <= 11n; from++) {
      for (let upTo = from; upTo <= 12n; upTo++) {
        const effects = read(diskWith(), from, upTo)
        const expected = Array.from({ length: Number((upTo < 11n ? upTo : 11n) - from) + 1 }, (_, i) => from + BigInt(i))
        expect(zxids(effects)).toEqual(expected)
        expect(effects.at(-1)).toEqual({ kind: 'rangeEnd' })
      }
    }
    expect(read(diskWith(), 4n, 4n)[0]).toEqual({ kind: 'txns', txns: [{ zxid: 4n, bytes: numbered(4n) }] })
  })

  it('hands out one portion at a time', () => {
    const effects = runOnDisk(diskWith(), logRange, newLogRange(3n, 11n, 0), { kind: 'start' })
    expect(zxids(effects)).toEqual([3n, 4n, 5n])
  })

  it('is of no use when the log begins later, is too long, or is damaged', () => {
    expect(read(diskWith(), 2n, 5n)).toEqual([{ kind: 'unusable', reason: 'the log begins with 0x3 only' }])
    expect(read(new MemoryDisk(), 2n, 5n)).toEqual([{ kind: 'unusable', reason: 'the log does not reach back to 0x2' }])
    expect(read(diskWith(), 3n, 5n, 0.33).at(-1)).toMatchObject({
      kind: 'unusable',
      reason: expect.stringMatching(/^the log to read has 24624 bytes, more than/),
    })
    const disk = diskWith()
    const bytes = disk.get('log/log.6') as Uint8Array
    bytes[40] = 0xff
    disk.put('log/log.6', bytes)
    expect(read(disk, 3n, 8n).at(-1)).toEqual({ kind: 'unusable', reason: 'log/log.6: CRC check failed at offset 16' })
  })
})
