import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const ZERO = 'if (length === 0) return this.end()'
const CRC =
  "if (this.view.getUint32(this.at) !== 0 || this.view.getUint32(this.at + 4) !== adler32(bytes)) return this.damage(offset, 'CRC check failed')"
const MARK = 'if (this.bytes[end - 1] !== END_MARK) return this.end()'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'damage-is-the-end',
    tempts: 'Whatever is not sound is skipped, and the server starts. A committed transaction is gone, and nobody is told.',
    caughtBy: 'a record with its end mark and a wrong checksum is damage',
    edits: [[CRC, CRC.replace("this.damage(offset, 'CRC check failed')", 'this.end()')]],
  },
  {
    name: 'torn-is-damage',
    tempts: 'The strict reading: what is not whole is refused. After every power cut the server has to be mended by hand.',
    caughtBy: 'a record without its end mark is where the log ends',
    edits: [[MARK, "if (this.bytes[end - 1] !== END_MARK) return this.damage(offset, 'CRC check failed')"]],
  },
  {
    name: 'end-mark-not-looked-at',
    tempts: 'The checksum tells whether the record is whole; the mark behind it seems to be decoration. It tells torn from damaged.',
    caughtBy: 'a record without its end mark is where the log ends',
    edits: [[MARK, '']],
  },
  {
    name: 'checksum-not-looked-at',
    tempts: 'The end mark is there, so the record was written.',
    caughtBy: 'a record with its end mark and a wrong checksum is damage',
    edits: [[CRC, '']],
  },
  {
    name: 'half-a-checksum',
    tempts: 'Adler-32 has 32 bits, and the upper half of the long is always zero. Unless it is damaged.',
    caughtBy: 'a record with its end mark and a wrong checksum is damage',
    edits: [['this.view.getUint32(this.at) !== 0 || this.view', 'this.view']],
  },
  {
    name: 'padding-is-damage',
    tempts: 'No transaction has length 0, so a record of length 0 seems to be damaged. It is the padding (ZOOKEEPER-1489).',
    caughtBy: 'a whole log is read to its end',
    edits: [[ZERO, "if (length === 0) return this.damage(offset, 'CRC check failed')"]],
    visibleWithin: 1,
  },
  {
    name: 'negative-length-is-the-end',
    tempts: 'Zero ends the log, and less than zero seems to be the same case.',
    caughtBy: 'a length that cannot be is damage',
    edits: [[ZERO, 'if (length <= 0) return this.end()']],
  },
  {
    name: 'offset-of-the-piece',
    tempts: 'The place in the piece and in the file are the same as long as the file comes in one piece.',
    caughtBy: 'in whatever pieces the file comes, it reads the same',
    edits: [['end: this.base + end }', 'end }']],
  },
  {
    name: 'ends-with-the-piece',
    tempts: 'What is at hand is taken for all that there is.',
    caughtBy: 'in whatever pieces the file comes, it reads the same',
    edits: [['if (!this.has(RECORD_OVERHEAD + length)) return this.breakOff()', 'if (!this.has(RECORD_OVERHEAD + length)) return this.end()']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'questions-by-consequence',
    how: 'First everything that ends the log, then everything that is damage.',
    bodies: {
      'LogReader.next': `
        if (this.over) return this.end()
        const offset = this.base + this.at
        if (offset === 0) return this.header()
        const length = this.has(12) ? this.view.getInt32(this.at + 8) : -1
        if (!this.has(12)) return this.breakOff()
        const possible = length >= 0 && length <= this.maxLength
        if (possible && length > 0 && !this.has(length + RECORD_OVERHEAD)) return this.breakOff()
        const next = this.at + RECORD_OVERHEAD + length
        if (length === 0 || (possible && this.bytes[next - 1] !== END_MARK)) return this.end()
        if (!possible) return this.damage(offset, 'a record of unreasonable length ' + length)
        const bytes = this.bytes.slice(this.at + 12, this.at + 12 + length)
        if (this.view.getBigUint64(this.at) !== BigInt(adler32(bytes))) return this.damage(offset, 'CRC check failed')
        if (length < 32) return this.damage(offset, 'a record of ' + length + ' bytes, which is too short for a transaction')
        const zxid = this.view.getBigInt64(this.at + 24)
        this.at = next
        return { kind: 'record', zxid, bytes, end: offset + RECORD_OVERHEAD + length }`,
    },
  },
  {
    name: 'reads-ahead',
    how: 'The record is cut out of the piece first and then examined with a view of its own.',
    bodies: {
      'LogReader.next': `
        if (this.over) return this.end()
        const offset = this.base + this.at
        if (offset === 0) return this.header()
        if (this.bytes.length - this.at < 12) return this.breakOff()
        const length = this.view.getInt32(this.at + 8)
        if (length < 0 || length > this.maxLength) return this.damage(offset, 'a record of unreasonable length ' + length)
        if (length === 0) return this.end()
        const size = length + RECORD_OVERHEAD
        if (this.bytes.length - this.at < size) return this.breakOff()
        const record = this.bytes.slice(this.at, this.at + size)
        const view = new DataView(record.buffer)
        if (record.at(-1) !== END_MARK) return this.end()
        const bytes = record.slice(12, -1)
        if (view.getBigInt64(0) !== BigInt(adler32(bytes))) return this.damage(offset, 'CRC check failed')
        if (length < 32) return this.damage(offset, 'a record of ' + length + ' bytes, which is too short for a transaction')
        this.at += size
        return { kind: 'record', zxid: view.getBigInt64(24), bytes, end: offset + size }`,
    },
  },
]

export const equivalent = {
  '< → <=': 'A length of 0 has ended the log before.',
  '0 → 1 #3': 'A length of 0 has ended the log before.',
}
