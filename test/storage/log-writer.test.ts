import { describe, expect, it } from 'vitest'
import { grownSize, isLogIdle, newTxnLog, type TxnLogEffect, type TxnLogEvent, type TxnLogState, txnLog } from '../../src/storage/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { logOptions, logUp, newDatabase, numbered, recoveredZxid, wholeSnapshot } from './support.ts'

const logSnapshot = wholeSnapshot(newDatabase())
const now = { elapsed: 0, wall: 0 }
const step = (log: TxnLogState, event: TxnLogEvent) => txnLog.step(log, event, now)
const append = (log: TxnLogState, zxid: bigint) => step(log, { kind: 'append', zxid, bytes: numbered(zxid) })
const turn = (log: TxnLogState) => step(log, { kind: 'turn' })
const done = (log: TxnLogState) => step(log, { kind: 'disk', token: log.lastToken, result: { kind: 'done' } })
const told = (effects: readonly TxnLogEffect[]) =>
  effects.map((effect) =>
    effect.kind === 'disk' ? `${effect.operation.kind}${effect.token === 0 ? '' : '!'}` : `${effect.kind} ${'upTo' in effect ? effect.upTo : ''}`,
  )

describe('TxnLog', () => {
  it('writes nothing before the turn ends, then everything at once with one sync, and only then says flushed', () => {
    const log = newTxnLog(0n, logOptions)
    expect(append(log, 1n)).toEqual([])
    expect(append(log, 2n)).toEqual([])
    expect(told(turn(log))).toEqual(['delete', 'write', 'resize', 'sync!'])
    expect(log).toMatchObject({ lastZxid: 2n, flushedZxid: 0n })
    expect(told(done(log))).toEqual(['flushed 2'])
    expect(log).toMatchObject({ lastZxid: 2n, flushedZxid: 2n })
  })

  it('gathers what comes while a sync is running into the next batch, and begins it at once', () => {
    const log = newTxnLog(0n, logOptions)
    append(log, 1n)
    turn(log)
    append(log, 2n)
    append(log, 3n)
    expect(turn(log)).toEqual([])
    expect(isLogIdle(log)).toBe(false)
    expect(told(done(log))).toEqual(['flushed 1', 'write', 'sync!'])
    expect(told(done(log))).toEqual(['flushed 3'])
    expect(isLogIdle(log)).toBe(true)
    expect(turn(log)).toEqual([])
  })

  it('forceSync=no leaves out the sync, and flushed follows the write', () => {
    const log = newTxnLog(0n, { preAllocSize: 0, forceSync: false })
    append(log, 1n)
    expect(told(turn(log))).toEqual(['delete', 'write!'])
    expect(told(done(log))).toEqual(['flushed 1'])
  })

  it('after a roll the next transaction begins a file, those before it stay in the old one', () => {
    const disk = new MemoryDisk()
    const log = newTxnLog(0n, logOptions)
    const effects: TxnLogEffect[] = []
    const run = (event: TxnLogEvent) => effects.push(...step(log, event))
    run({ kind: 'roll' })
    for (const zxid of [1n, 2n]) run({ kind: 'append', zxid, bytes: numbered(zxid) })
    run({ kind: 'roll' })
    run({ kind: 'roll' })
    run({ kind: 'append', zxid: 3n, bytes: numbered(3n) })
    run({ kind: 'turn' })
    for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
      if (effect.kind !== 'disk') continue
      const result = disk.perform(effect.operation)
      if (effect.token !== 0) run({ kind: 'disk', token: effect.token, result })
    }
    expect(log.flushedZxid).toBe(3n)
    expect(disk.names()).toEqual(['log/log.1', 'log/log.3'])
    disk.put('snap/snapshot.0', logSnapshot)
    expect(recoveredZxid(disk)).toBe(3n)
  })

  it('after a reset a new file is begun, which replaces torn remains of the same name', () => {
    const disk = new MemoryDisk()
    disk.put('log/log.5', new Uint8Array(20_000).fill(0xee))
    logUp(disk, 5n, 6n)
    expect(disk.get('log/log.5')?.length).toBe(16 + 8192)
    expect(disk.get('log/log.5')?.at(-1)).toBe(0)
  })

  it('refuses to go back, and to be reset while something is on its way', () => {
    const log = newTxnLog(4n, logOptions)
    expect(() => append(log, 4n)).toThrow('append of 0x4 after 0x4')
    append(log, 5n)
    expect(() => step(log, { kind: 'reset', lastZxid: 1n })).toThrow('on their way')
  })

  it('a failure of the disk is passed on, whatever was asked', () => {
    const log = newTxnLog(0n, logOptions)
    append(log, 1n)
    turn(log)
    const effects = step(log, { kind: 'disk', token: 0, result: { kind: 'failed', message: 'no space left' } })
    expect(effects).toEqual([{ kind: 'failed', message: 'the log cannot be written: no space left' }])
    expect(log.flushedZxid).toBe(0n)
  })

  it('files grow as those of ZooKeeper do', () => {
    const MiB64 = 64 << 20
    expect(grownSize(16, 16, MiB64)).toBe(67_108_880)
    expect(grownSize(16, 16, 65_536)).toBe(65_552)
    expect(grownSize(65_552 - 4097, 65_552, 65_536)).toBe(65_552)
    expect(grownSize(65_552 - 4096, 65_552, 65_536)).toBe(2 * 65_536 + 16)
    expect(grownSize(70_000, 65_552, 65_536)).toBe(131_072)
    expect(grownSize(70_000, 65_552, 0)).toBe(65_552)
  })
})
