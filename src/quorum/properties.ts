/** One `key=value` of a properties file. */
export interface Property {
  readonly key: string
  readonly value: string
  /** Number of its (first) line, from 1. */
  readonly line: number
}

/**
 * Reads the syntax of Java property files, in the order of the lines; a key may come twice, and then the later one counts.
 * The first `=`, `:` or blank ends the key; `#` and `!` begin comments; a backslash escapes the next character, and at the end
 * of a line joins the next one to it. Blanks around a value are dropped. Source: `java.util.Properties.load`.
 */
export function parseProperties(text: string): Property[] {
  const properties: Property[] = []
  const lines = text.split(/\r\n|\r|\n/)
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1
    let logical = (lines[i] as string).trimStart()
    if (logical === '' || logical.startsWith('#') || logical.startsWith('!')) continue
    while (/(^|[^\\])(\\\\)*\\$/.test(logical) && i + 1 < lines.length) logical = logical.slice(0, -1) + (lines[++i] as string).trimStart()
    const [, key = '', value = ''] = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(logical) ?? []
    properties.push({ key: unescape(key), value: unescape(value).trimEnd(), line })
  }
  return properties
}

function unescape(text: string): string {
  const controls: Record<string, string> = { t: '\t', n: '\n', r: '\r', f: '\f' }
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.)|$)/gs, (_, hex: string | undefined, char: string | undefined) =>
    hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (controls[char ?? ''] ?? char ?? ''),
  )
}
