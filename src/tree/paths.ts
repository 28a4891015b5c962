/**
 * The names of znodes. A path is a slash and names between slashes; the root is `/`, and the server also takes the empty path
 * for the root, because `parent + '/' + name` then holds for every node.
 */

/**
 * Why `path` names no znode, in the words that Java's client shows; null when it is valid. Only the UTF-16 units are looked
 * at, so nothing outside the basic plane is allowed. Source: `PathUtils.validatePath`.
 */
export function validatePath(path: string): string | null {
  if (path.length === 0) return 'Path length must be > 0'
  if (path.charCodeAt(0) !== SLASH) return 'Path must start with / character'
  if (path.length === 1) return null
  if (path.charCodeAt(path.length - 1) === SLASH) return 'Path must not end with / character'
  for (let i = 1; i < path.length; i++) {
    const unit = path.charCodeAt(i)
    // Letters and digits are what names are made of: one comparison for nearly every character.
    if (unit > DOT_AND_SLASH && unit < 0x7f) continue
    const fault = faultAt(path, i, unit)
    if (fault !== null) return `Invalid path string "${path}" caused by ${fault} @${i}`
  }
  return null
}

const SLASH = 0x2f
const DOT = 0x2e
/** `.` and `/` are neighbours in ASCII, and everything below them but control characters is harmless. */
const DOT_AND_SLASH = SLASH

function faultAt(path: string, at: number, unit: number): string | null {
  if (unit === 0) return 'null character not allowed'
  if (unit === SLASH) return path.charCodeAt(at - 1) === SLASH ? 'empty node name specified' : null
  if (unit === DOT) return isRelative(path, at) ? 'relative paths not allowed' : null
  const control = unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f)
  const surrogateOrPrivate = unit >= 0xd800 && unit <= 0xf8ff
  return control || surrogateOrPrivate || unit >= 0xfff0 ? 'invalid character' : null
}

/** Whether the dot at `at` ends a name that is `.` or `..`. */
function isRelative(path: string, at: number): boolean {
  if (at + 1 !== path.length && path.charCodeAt(at + 1) !== SLASH) return false
  const before = path.charCodeAt(at - 1)
  return before === SLASH || (before === DOT && path.charCodeAt(at - 2) === SLASH)
}

/** The path of the parent: `/` for a top-level node. The root has no parent. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

/** The last name of a path: `b` for `/a/b`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * The name of a sequential node: the prefix and the parent's raw counter of creations before this one, in ten digits. The
 * counter is a signed int, so that after 2147483647 names become longer and no longer sort; ZooKeeper has it so.
 * Source: `PrepRequestProcessor.pRequest2TxnCreate`, `String.format("%010d")`.
 */
export function sequencePath(prefix: string, rawCversion: number): string {
  const digits = String(Math.abs(rawCversion))
  return rawCversion < 0 ? `${prefix}-${digits.padStart(9, '0')}` : prefix + digits.padStart(10, '0')
}
