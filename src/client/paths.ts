/** Paths as a client checks and translates them before anything is sent. */

/**
 * Why a path is not one, in ZooKeeper's words; `undefined` when it is fine. Source: `PathUtils.validatePath`.
 */
export function pathFault(path: string): string | undefined {
  if (path.length === 0) return 'Path length must be > 0'
  if (path[0] !== '/') return 'Path must start with / character'
  if (path.length === 1) return undefined
  if (path.endsWith('/')) return 'Path must not end with / character'
  for (let i = 1; i < path.length; i++) {
    const fault = characterFault(path, i)
    if (fault !== undefined) return `Invalid path string "${path}" caused by ${fault} @${i}`
  }
  return undefined
}

function characterFault(path: string, at: number): string | undefined {
  const code = path.charCodeAt(at)
  if (code === 0) return 'null character not allowed'
  if (path[at] === '/' && path[at - 1] === '/') return 'empty node name specified'
  if (path[at] === '.') {
    const start = path.lastIndexOf('/', at) + 1
    const name = path.slice(start, at + 1)
    const ends = at + 1 === path.length || path[at + 1] === '/'
    if (ends && (name === '.' || name === '..')) return 'relative paths not allowed'
  }
  const control = code <= 0x1f || (code >= 0x7f && code <= 0x9f)
  const surrogateOrPrivate = code >= 0xd800 && code <= 0xf8ff
  if (control || surrogateOrPrivate || code >= 0xfff0) return 'invalid character'
  return undefined
}

/** A path that is none. Thrown before anything is sent; the message is ZooKeeper's. */
export class InvalidPathError extends Error {
  override name = 'InvalidPathError'
  readonly path: string
  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/** Throws {@link InvalidPathError} unless `path` is one; the path of a sequential create is judged with its number at the end. */
export function validatePath(path: string, sequential = false): void {
  const fault = pathFault(sequential ? `${path}1` : path)
  if (fault !== undefined) throw new InvalidPathError(path, fault)
}

/** The server's name of a client's path. Source: `ZooKeeper.prependChroot`. */
export function prependChroot(chroot: string, path: string): string {
  if (chroot === '') return path
  return path === '/' ? chroot : chroot + path
}

/** The client's name of a server's path; a path outside the chroot is left as it is. Source: `ZooKeeper.stripChroot`. */
export function stripChroot(chroot: string, path: string): string {
  if (chroot === '') return path
  if (path === chroot) return '/'
  return path.startsWith(`${chroot}/`) ? path.slice(chroot.length) : path
}
