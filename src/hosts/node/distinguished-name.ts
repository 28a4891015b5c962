/** Who a certificate is for, in the form that stands in ACLs. */

/**
 * The subject of a certificate in the form of RFC 2253 as Java writes it: `CN=bob,OU=tests,O=Example`, the last part of the name
 * first. ACLs compare this text letter by letter, so it has to be Java's to the letter; what OpenSSL and Node print is not.
 * Source: `X500Principal.getName`, through `X509AuthenticationProvider.getClientId`.
 *
 * @param certificate its DER encoding, which has been verified already
 */
export function subjectOf(certificate: Uint8Array): string {
  const fields = childrenOf(childrenOf(readElement(certificate, 0))[0] as Element)
  // version (only if not 1), serialNumber, signature, issuer, validity, subject
  const subject = fields[fields[0]?.tag === TAG_VERSION ? 5 : 4] as Element
  return nameOf(subject)
}

const TAG_VERSION = 0xa0
const TAG_OID = 0x06

/** What has a keyword in RFC 2253; all else is written as a number with the encoded value. */
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
])

/** How the bytes of a string are to be read, by the tag of its type. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [0x0c, 'utf-8'], // UTF8String
  [0x13, 'latin1'], // PrintableString
  [0x14, 'latin1'], // T61String
  [0x16, 'latin1'], // IA5String
  [0x1b, 'latin1'], // GeneralString
  [0x1e, 'utf-16be'], // BMPString
])

function nameOf(name: Element): string {
  return childrenOf(name)
    .reverse()
    .map((part) => childrenOf(part).map(attributeText).join('+'))
    .join(',')
}

function attributeText(attribute: Element): string {
  const [type, value] = childrenOf(attribute) as [Element, Element]
  const oid = type.tag === TAG_OID ? oidText(type.content) : ''
  const keyword = KEYWORDS.get(oid)
  const encoding = ENCODINGS.get(value.tag)
  if (keyword === undefined || encoding === undefined) return `${keyword ?? oid}=#${Buffer.from(value.whole).toString('hex')}`
  return `${keyword}=${escape(new TextDecoder(encoding).decode(value.content))}`
}

/** Source: `AVA.toRFC2253String`. */
function escape(text: string): string {
  const escaped = text.replace(/[,=+<>#;"\\]/g, '\\$&').replaceAll('\0', '\\00')
  return escaped.replace(/^[ \r]+|[ \r]+$/g, (spaces) => spaces.replace(/[ \r]/g, '\\$&'))
}

/** One value of DER: a tag, a length and that many bytes. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** Tag and length included. */
  readonly whole: Uint8Array
}

function readElement(bytes: Uint8Array, at: number): Element {
  let start = at + 2
  let length = bytes[at + 1] as number
  if (length > 0x7f) {
    // A long form: so many bytes of length follow.
    start += length & 0x7f
    length = bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  return { tag: bytes[at] as number, content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) }
}

function childrenOf({ content }: Element): Element[] {
  const children: Element[] = []
  for (let at = 0; at < content.length; ) {
    const child = readElement(content, at)
    children.push(child)
    at += child.whole.length
  }
  return children
}

function oidText(bytes: Uint8Array): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f)
    if (byte > 0x7f) continue
    // The first two numbers share one, the first being 0, 1 or 2.
    if (numbers.length === 0) numbers.push(Math.min(2, Math.floor(number / 40)), number - 40 * Math.min(2, Math.floor(number / 40)))
    else numbers.push(number)
    number = 0
  }
  return numbers.join('.')
}
