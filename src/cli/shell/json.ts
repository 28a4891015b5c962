/** What `--json` prints: one line per command on standard output. */
import { formatId } from '../../kernel/index.ts'

/** 64-bit ids become text, as everywhere in ZooKeeper's output (`0x100000003`): a JSON number would lose their last digits. */
export function toJson(fields: object): string {
  return JSON.stringify(fields, (key, value: unknown) => {
    if (typeof value !== 'bigint') return value
    return key === 'ctime' || key === 'mtime' ? Number(value) : formatId(value)
  })
}

/** A node's data: as text when it is text, else as base64; null when there are none. */
export function dataFields(data: Uint8Array | null): { readonly data: string | null } | { readonly base64: string } {
  if (data === null) return { data: null }
  try {
    return { data: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data) }
  } catch {
    return { base64: base64Of(data) }
  }
}

/** Bytes as base64. */
export function base64Of(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64')
}
