/** The keywords that Java reads; any other attribute is named by its number. Source: `AVAKeyword`. */
const KEYWORD = [
  'CN|C|L|ST|S|O|OU|T|IP|STREET|DC|DNQUALIFIER|DNQ|SURNAME|GIVENNAME|INITIALS|GENERATION',
  'EMAILADDRESS|EMAIL|UID|SERIALNUMBER|(?:OID\\.)?(?:[01]\\.[1-3]?\\d|2\\.\\d+)(?:\\.\\d+)*',
].join('|')
/** In quotes, as encoded bytes, or plain with a backslash before what would end it. */
const VALUE = '(?:\\s*"(?:[^"\\\\]|\\\\.)*"\\s*|\\s*#(?:[0-9a-f]{2})+\\s*|(?!\\s*["#])(?:[^,;+"<>\\\\]|\\\\.)*)'
const ATTRIBUTE = `\\s*(?:${KEYWORD})\\s*=${VALUE}`
const NAME = new RegExp(`^(?:${ATTRIBUTE}(?:[,;+]${ATTRIBUTE})*)?$`, 'is')

/**
 * Whether a text is a name as certificates have them, such as `CN=bob,O=Example`. The empty name is one.
 * Source: `X500Principal`, RFC 2253.
 */
export function isDistinguishedName(text: string): boolean {
  return NAME.test(text)
}
