/** The bytes of a log file: made, drawn, damaged and read. */
import { concatBytes, hexOf, utf8, type Zxid } from '../../src/kernel/index.ts'
import { encodeLogRecord, LOG_HEADER_LENGTH, LogReader, putLogHeader } from '../../src/storage/index.ts'
import { encodeTransaction, OPEN_ACL_UNSAFE, OpCode } from '../../src/wire/index.ts'

/** The zeros behind the last record that the chapter shows; a real file has 64 MiB of them. */
const ZEROS = 32
const NOON = Date.UTC(2026, 0, 1, 12)

/** A log file in which seats are sold, with where each record begins and, last, where they all end. */
export function logOf(owners: readonly string[]): { readonly bytes: Uint8Array; readonly starts: readonly number[] } {
  const header = new Uint8Array(LOG_HEADER_LENGTH)
  putLogHeader(new DataView(header.buffer))
  const records = owners.map((owner, i) => encodeLogRecord(sale(BigInt(i + 1), owner)))
  const starts = [LOG_HEADER_LENGTH]
  for (const record of records) starts.push((starts.at(-1) as number) + record.length)
  return { bytes: concatBytes([header, ...records, new Uint8Array(ZEROS)]), starts }
}

/** What a server that starts makes of a log file. */
export function verdictOn(bytes: Uint8Array): { readonly last: Zxid; readonly damage: string | null } {
  const reader = new LogReader('log.1', true)
  reader.push(bytes)
  reader.finish()
  for (let last: Zxid = 0n; ; ) {
    const item = reader.next()
    if (item.kind === 'record') last = item.zxid
    else return { last, damage: item.kind === 'damaged' ? item.message : null }
  }
}

/** A copy with some bytes replaced. */
export function withBytes(bytes: Uint8Array, at: number, replacement: readonly number[]): Uint8Array {
  const copy = bytes.slice()
  copy.set(replacement, at)
  return copy
}

/** The parts of a file, one a line: where, which bytes, what they are. */
export function drawn(bytes: Uint8Array, parts: readonly (readonly [length: number, meaning: string])[]): string[][] {
  const rows: string[][] = []
  let at = 0
  for (const [length, meaning] of parts) {
    const part = bytes.subarray(at, at + length)
    const text = hexOf(part.subarray(0, 12)).replace(/(.{8})(?=.)/g, '$1 ')
    rows.push([`${at}`, part.length > 12 ? `${text} …` : text, meaning])
    at += length
  }
  return rows
}

function sale(zxid: Zxid, owner: string): Uint8Array {
  const header = { clientId: 1n, cxid: Number(zxid), zxid, time: BigInt(NOON), type: OpCode.create2 }
  const txn = {
    kind: 'create2',
    path: `/seat-${zxid}`,
    data: utf8(owner),
    acl: OPEN_ACL_UNSAFE,
    ephemeral: false,
    parentCVersion: Number(zxid),
  } as const
  return encodeTransaction({ header, txn, digest: null })
}
