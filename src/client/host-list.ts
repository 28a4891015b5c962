/** The servers of a connect string, and whose turn it is. Source: `ConnectStringParser`, `StaticHostProvider`. */
import type { Prng } from '../kernel/index.ts'
import { validatePath } from './paths.ts'

/** The port of a server that names none. */
const DEFAULT_PORT = 2181

/** Where a server takes clients. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** A connect string, taken apart. */
export interface ConnectString {
  readonly servers: readonly ServerAddress[]
  /** The prefix of every path, such as `/app`; empty for none. */
  readonly chroot: string
}

/**
 * Reads `host[:port][,host[:port]…][/chroot]`; an IPv6 address with a port stands in brackets. Throws a plain Error with one
 * clear sentence.
 */
export function parseConnectString(text: string): ConnectString {
  const slash = text.indexOf('/')
  const chroot = slash < 0 ? '' : text.slice(slash)
  if (chroot.length > 1) validatePath(chroot)
  const names = (slash < 0 ? text : text.slice(0, slash)).split(',').map((name) => name.trim())
  const servers = names.filter((name) => name !== '').map(parseAddress)
  if (servers.length === 0) throw new Error(`no server in the connect string '${text}'`)
  return { servers, chroot: chroot.length > 1 ? chroot : '' }
}

function parseAddress(text: string): ServerAddress {
  const match = /^\[([^\]]+)\](?::(.*))?$/.exec(text) ?? /^([^:]+)(?::(.*))?$/.exec(text)
  // Several colons without brackets are a bare IPv6 address.
  if (match === null) return { host: text, port: DEFAULT_PORT }
  const [, host, digits] = match
  const port = digits === undefined ? DEFAULT_PORT : Number(digits)
  if (digits === '' || !Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`'${digits}' is no port in '${text}'`)
  return { host: host as string, port }
}

/**
 * The same servers in an order drawn at random (Fisher and Yates), so that the clients of an ensemble spread over it.
 * Source: `StaticHostProvider.shuffle`.
 */
export function shuffle(servers: readonly ServerAddress[], random: Prng): readonly ServerAddress[] {
  const order = [...servers]
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    ;[order[i], order[j]] = [order[j] as ServerAddress, order[i] as ServerAddress]
  }
  return order
}
