/** What `get -x` prints. */
const FIRST_LINES = ['         +-------------------------------------------------+', '         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |']
const RULER = '+--------+-------------------------------------------------+----------------+'

/** Bytes in rows of 16, as offset, hexadecimal and ASCII; nothing for none. Source: Netty's `ByteBufUtil.prettyHexDump`. */
export function hexDump(data: Uint8Array): string {
  if (data.length === 0) return ''
  const rows: string[] = []
  for (let at = 0; at < data.length; at += 16) {
    const row = [...data.subarray(at, at + 16)]
    const hex = row.map((byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('')
    const text = row.map((byte) => (byte > 0x1f && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    rows.push(`|${at.toString(16).padStart(8, '0')}|${hex.padEnd(48)} |${text.padEnd(16)}|`)
  }
  return [...FIRST_LINES, RULER, ...rows, RULER].join('\n')
}
