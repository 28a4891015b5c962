import { concatBytes, formatId } from '../../src/kernel/index.ts'
import { encodeLogRecord, LOG_HEADER_LENGTH, type LogItem, LogReader, putLogHeader, RECORD_OVERHEAD } from '../../src/storage/txn-log.ts'
import { same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

const MAX = 4096
const SIZES = [32, 40, 100]
const HEADER = new Uint8Array(LOG_HEADER_LENGTH)
putLogHeader(new DataView(HEADER.buffer))
const RECORDS = SIZES.map((size, i) => encodeLogRecord(txn(BigInt(i + 1), size)))
const WHOLE = concatBytes([HEADER, ...RECORDS])
const ENDS = SIZES.map((_, i) => LOG_HEADER_LENGTH + SIZES.slice(0, i + 1).reduce((sum, size) => sum + size + RECORD_OVERHEAD, 0))
const SOUND = ['record 0x1', 'record 0x2', 'record 0x3', 'end']
const UNTOLD = 'it was being written when the power failed; nobody has been told of it'
const PROMISED = 'it was once whole and may have been acknowledged: no server may go on without it'

export const checks: Checks = {
  'a whole log is read to its end'() {
    reads(WHOLE, SOUND, 'three records, and the file ends')
    reads(
      concatBytes([WHOLE, new Uint8Array(500)]),
      SOUND,
      'three records, then the zeros that the file was grown by',
      'a length of 0 is where nothing has been written yet',
    )
    reads(HEADER, ['end'], 'a header and nothing else')
    const old = new Uint8Array(100)
    old[12] = 0x42
    reads(
      concatBytes([WHOLE, old]),
      SOUND,
      'three records, a length of 0, and an end mark of an older record behind it',
      'a length of 0 ends the log, whatever comes behind it',
    )
  },

  'a record tells its zxid, its transaction and where it ends'() {
    for (const [i, item] of itemsOf([WHOLE])
      .filter(({ kind }) => kind === 'record')
      .entries()) {
      if (item.kind !== 'record') continue
      const given = `record ${i + 1} of three, of ${SIZES[i]} bytes`
      same(item.end, ENDS[i], { given: `${given}; the offset after its end mark?` })
      same(item.zxid, BigInt(i + 1), { given: `${given}; its zxid?` }, formatId)
      same(
        [...item.bytes],
        [...txn(BigInt(i + 1), SIZES[i] as number)],
        { given: `${given}; its transaction?` },
        (bytes) => `${bytes.length} bytes: ${bytes.slice(0, 20).join(' ')} …`,
      )
    }
  },

  'a log that breaks off ends before the record that is not whole'() {
    for (let length = LOG_HEADER_LENGTH; length < WHOLE.length; length++) {
      const whole = ENDS.filter((end) => end <= length).length
      reads(
        WHOLE.slice(0, length),
        [...SOUND.slice(0, whole), 'end'],
        `the file is cut off after ${length} bytes; records end at ${ENDS.join(', ')}`,
        UNTOLD,
      )
    }
  },

  'a record without its end mark is where the log ends'() {
    for (const [i, end] of ENDS.entries()) {
      reads(changed(WHOLE, end - 1, 0), [...SOUND.slice(0, i), 'end'], `the end mark of record ${i + 1} is 0`, UNTOLD)
      reads(
        concatBytes([WHOLE.slice(0, end - 5), new Uint8Array(500)]),
        [...SOUND.slice(0, i), 'end'],
        `record ${i + 1} turns into zeros five bytes before its end`,
        UNTOLD,
      )
    }
  },

  'a record with its end mark and a wrong checksum is damage'() {
    for (const [i, end] of ENDS.entries()) {
      const start = i === 0 ? LOG_HEADER_LENGTH : (ENDS[i - 1] as number)
      for (const [what, at] of [
        ['its checksum', start + 7],
        ['the upper half of its checksum', start + 2],
        ['its transaction', start + 20],
        ['its last byte', end - 2],
      ] as const) {
        const told = `damaged: log.1: CRC check failed at offset ${start}`
        reads(
          changed(WHOLE, at, ((WHOLE[at] as number) + 1) & 0xff),
          [...SOUND.slice(0, i), told],
          `one byte of ${what} in record ${i + 1} is another`,
          PROMISED,
        )
      }
    }
  },

  'a length that cannot be is damage'() {
    for (const length of [-1, -(2 ** 31), MAX + 1, 2 ** 31 - 1]) {
      const bytes = WHOLE.slice()
      new DataView(bytes.buffer).setInt32((ENDS[0] as number) + 8, length)
      reads(
        bytes,
        ['record 0x1', `damaged: log.1: a record of unreasonable length ${length} at offset ${ENDS[0]}`],
        `the length of record 2 is ${length}, of at most ${MAX}`,
      )
    }
    const torn = new Uint8Array(12).fill(0xff)
    const told = `damaged: log.1: a record of unreasonable length -1 at offset ${WHOLE.length}`
    reads(
      concatBytes([WHOLE, torn]),
      [...SOUND.slice(0, 3), told],
      'the file ends right after a length of -1',
      'no write that broke off leaves such a length',
    )
    const largest = encodeLogRecord(txn(9n, MAX))
    reads(concatBytes([HEADER, largest]), ['record 0x9', 'end'], `a record of exactly ${MAX} bytes, which is allowed`)
  },

  'what is too short for a transaction is damage'() {
    for (const size of [1, 20, 31]) {
      const short = encodeLogRecord(new Uint8Array(size).fill(1))
      reads(
        concatBytes([WHOLE, short]),
        [...SOUND.slice(0, 3), `damaged: log.1: a record of ${size} bytes, which is too short for a transaction at offset ${WHOLE.length}`],
        `a fourth record has ${size} bytes, sound checksum and end mark`,
      )
    }
  },

  'in whatever pieces the file comes, it reads the same'() {
    const torn = concatBytes([WHOLE.slice(0, (ENDS[1] as number) + 30), new Uint8Array(200)])
    const alike = concatBytes([HEADER, ...[32, 48, 32].map((size) => encodeLogRecord(txn(1n, size)))])
    for (const file of [WHOLE, torn, alike, changed(WHOLE, (ENDS[1] as number) + 20, 255)]) {
      const expected = itemsOf([file]).map(tell)
      for (const size of [1, 2, 7, 13, 16, 45, 60, 61, 100, 1000]) {
        const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, i) => file.slice(i * size, (i + 1) * size))
        const seen = itemsOf(pieces)
        same(seen.map(tell), expected, { given: `a file of ${file.length} bytes, in pieces of ${size}` })
        same(ends(seen), ends(itemsOf([file])), { given: `a file of ${file.length} bytes, in pieces of ${size}; where do its records end?` })
      }
    }
  },

  'after the end, and after damage, nothing comes any more'() {
    for (const [what, file] of [
      ['a whole log', WHOLE],
      ['a damaged one', changed(WHOLE, 40, 255)],
    ] as const) {
      const reader = new LogReader('log.1', false, MAX)
      reader.push(file)
      reader.finish()
      for (let item = reader.next(); item.kind === 'record'; item = reader.next());
      reader.push(RECORDS[0] as Uint8Array)
      same([reader.next(), reader.next()].map(tell), ['end', 'end'], { given: `${what}, read to its end; asked twice more` })
    }
  },
}

function itemsOf(pieces: readonly Uint8Array[]): LogItem[] {
  const reader = new LogReader('log.1', false, MAX)
  const items: LogItem[] = []
  for (const piece of [...pieces, null]) {
    if (piece === null) reader.finish()
    else reader.push(piece)
    for (let calls = 0; calls < 20; calls++) {
      const item = reader.next()
      if (item.kind === 'more') break
      items.push(item)
      if (item.kind !== 'record') return items
    }
  }
  return items
}

function reads(file: Uint8Array, expected: readonly string[], given: string, because?: string): void {
  same(itemsOf([file]).map(tell), [...expected], { given, ...(because !== undefined && { because }) }, (items) => items)
}

function ends(items: readonly LogItem[]): number[] {
  return items.flatMap((item) => (item.kind === 'record' ? [item.end] : []))
}

function tell(item: LogItem): string {
  return item.kind === 'record' ? `record ${formatId(item.zxid)}` : item.kind === 'damaged' ? `damaged: ${item.message}` : item.kind
}

function txn(zxid: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(Number(zxid) + 1)
  new DataView(bytes.buffer).setBigInt64(12, zxid)
  return bytes
}

function changed(file: Uint8Array, at: number, byte: number): Uint8Array {
  return file.with(at, byte)
}
