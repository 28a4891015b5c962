import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, fromHex } from '../../src/kernel/index.ts'
import { encodeLogRecord, LOG_HEADER_LENGTH, type LogItem, LogReader, putLogHeader } from '../../src/storage/index.ts'
import { decodeTransaction, encodeTransaction, OPEN_ACL_UNSAFE } from '../../src/wire/index.ts'
import { encoded, numbered } from './support.ts'

const header = new Uint8Array(LOG_HEADER_LENGTH)
putLogHeader(new DataView(header.buffer))

const FIRST = fromHex(`
  00000000b3b909dd 00000030
  0100000ecf010000 00000000 0000000000000001 000001a1f8536e28 fffffff6
  00002710
  00000002 0000000051c6d660
  42`)
const SECOND = fromHex(`
  00000000b04a0b60 00000058
  0100000ecf010000 00000001 0000000000000002 000001a1f8536e3f 00000001
  00000002 2f61 00000002 6869 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00 00000001
  00000002 000000010706f897
  42`)

/** All items of a file that comes in pieces of `pieceLength` bytes, up to its end or damage. */
function readAll(bytes: Uint8Array, newest = true, pieceLength = 1 << 20): LogItem[] {
  const reader = new LogReader('log/log.1', newest)
  const items: LogItem[] = []
  let at = 0
  for (;;) {
    const item = reader.next()
    if (item.kind !== 'more') items.push(item)
    if (item.kind !== 'more' && item.kind !== 'record') return items
    if (item.kind !== 'more') continue
    reader.push(bytes.subarray(at, at + pieceLength))
    at += pieceLength
    if (at >= bytes.length) reader.finish()
  }
}

const zxids = (items: LogItem[]) => items.flatMap((item) => (item.kind === 'record' ? [item.zxid] : []))
const last = (items: LogItem[]) => items.at(-1)

describe('log records', () => {
  it('are the bytes of the reference', () => {
    expect(header).toEqual(fromHex('5a4b4c47 00000002 0000000000000000'))
    const clientId = 0x0100000ecf010000n
    const session = encodeTransaction({
      header: { clientId, cxid: 0, zxid: 1n, time: 0x1a1f8536e28n, type: -10 },
      txn: { kind: 'createSession', timeOut: 10_000 },
      digest: { version: 2, treeDigest: 0x51c6d660n },
    })
    expect(encodeLogRecord(session)).toEqual(FIRST)
    const create = encodeTransaction({
      header: { clientId, cxid: 1, zxid: 2n, time: 0x1a1f8536e3fn, type: 1 },
      txn: { kind: 'create', path: '/a', data: fromHex('6869'), acl: OPEN_ACL_UNSAFE, ephemeral: false, parentCVersion: 1 },
      digest: { version: 2, treeDigest: 0x10706f897n },
    })
    expect(encodeLogRecord(create)).toEqual(SECOND)
  })

  it('are read back, however the file is cut into pieces, with the offsets of their ends', () => {
    const file = concatBytes([header, FIRST, SECOND, new Uint8Array(100)])
    for (let pieceLength = 1; pieceLength <= file.length; pieceLength++) {
      const items = readAll(file, true, pieceLength)
      expect(items.map((item) => (item.kind === 'record' ? [item.zxid, item.end] : item.kind))).toEqual([
        [1n, 16 + FIRST.length],
        [2n, 16 + FIRST.length + SECOND.length],
        'end',
      ])
      expect(items.flatMap((item) => (item.kind === 'record' ? [decodeTransaction(item.bytes).txn.kind] : []))).toEqual(['createSession', 'create'])
    }
  })

  it('any transactions round trip', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 40 }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 64 }),
        (names, padding, piece) => {
          const txns = names.map((name, i) => encoded(BigInt(i + 1), { kind: 'delete', path: `/${name}` }))
          const items = readAll(concatBytes([header, ...txns.map(encodeLogRecord), new Uint8Array(padding)]), true, piece)
          expect(items.flatMap((item) => (item.kind === 'record' ? [item.bytes] : []))).toEqual(txns)
          expect(last(items)).toEqual({ kind: 'end' })
        },
      ),
    )
  })
})

describe('damage', () => {
  const records = [1n, 2n, 3n].map((zxid) => encodeLogRecord(numbered(zxid)))
  const file = concatBytes([header, ...records])
  const ends = records.map((_, i) => concatBytes([header, ...records.slice(0, i + 1)]).length)
  const lastStart = ends[1] as number
  const changed = (change: (bytes: Uint8Array, view: DataView) => void) => {
    const bytes = concatBytes([file, new Uint8Array(64)])
    change(bytes, new DataView(bytes.buffer, bytes.byteOffset))
    return bytes
  }

  it('a newest file cut at any byte holds a prefix of the records', () => {
    for (let length = 0; length <= file.length; length++) {
      const items = readAll(file.slice(0, length))
      expect(last(items), `length ${length}`).toEqual({ kind: length < 16 ? 'unwritten' : 'end' })
      expect(zxids(items)).toEqual([1n, 2n, 3n].slice(0, ends.filter((end) => end <= length).length))
    }
  })

  it('a newest file whose last bytes never reached the disk holds a prefix of the records', () => {
    for (let length = 28; length <= file.length; length++) {
      const items = readAll(changed((bytes) => bytes.fill(0, length)))
      const whole = ends.filter((end) => end <= length).length
      expect(last(items), `length ${length}`).toEqual({ kind: 'end' })
      expect(zxids(items)).toEqual([1n, 2n, 3n].slice(0, whole))
    }
  })

  it('a checksum that does not fit a record with its end mark is fatal, in the last record too, and is named', () => {
    for (let at = lastStart + 12; at < file.length - 1; at++) {
      const items = readAll(changed((bytes) => bytes.set([(bytes[at] as number) ^ 0x10], at)))
      expect(last(items)).toEqual({ kind: 'damaged', message: `log/log.1: CRC check failed at offset ${lastStart}` })
      expect(zxids(items)).toEqual([1n, 2n])
    }
    expect(last(readAll(changed((bytes) => bytes.set([1], 16))))?.kind).toBe('damaged')
  })

  it('length 0 ends the file, a negative or enormous one is fatal', () => {
    expect(zxids(readAll(changed((_, view) => view.setInt32(lastStart + 8, 0))))).toEqual([1n, 2n])
    for (const length of [-1, -5, 0x7fffffff]) {
      const items = readAll(changed((_, view) => view.setInt32(lastStart + 8, length)))
      expect(last(items)).toEqual({ kind: 'damaged', message: `log/log.1: a record of unreasonable length ${length} at offset ${lastStart}` })
    }
  })

  it('a missing end mark ends the file', () => {
    expect(zxids(readAll(changed((bytes) => bytes.set([0x41], file.length - 1))))).toEqual([1n, 2n])
  })

  it('a file without its header is fatal unless it is the newest', () => {
    for (let length = 0; length < 16; length++) {
      expect(last(readAll(file.slice(0, length), false))?.kind, `length ${length}`).toBe('damaged')
      expect(last(readAll(file.slice(0, length), true))?.kind).toBe('unwritten')
      if (length > 0) expect(last(readAll(new Uint8Array(length).fill(7), true))?.kind).toBe('damaged')
    }
    expect(last(readAll(new Uint8Array(8192), true))?.kind).toBe('unwritten')
    expect(last(readAll(new Uint8Array(8192), false))?.kind).toBe('damaged')
  })

  it('another magic number is fatal', () => {
    const items = readAll(changed((bytes) => bytes.set([0x5b], 0)))
    expect(items).toEqual([{ kind: 'damaged', message: 'log/log.1: invalid magic number 0x5b4b4c47, expected 0x5a4b4c47 at offset 0' }])
  })
})
