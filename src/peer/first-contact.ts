/** What the client port finds out about a connection before there is a session: whether there is room for it, and what it speaks. */
import type { ClientCnxn } from './client-cnxn.ts'
import type { PeerSettings } from './settings.ts'

/** Why there is no room for one more connection; null when there is. */
export function tooManyConnections(
  connections: ReadonlyMap<unknown, ClientCnxn>,
  remoteAddress: string,
  { maxClientCnxns, maxCnxns }: PeerSettings,
): string | null {
  if (maxCnxns > 0 && connections.size >= maxCnxns) return `Too many connections - max is ${maxCnxns}`
  if (maxClientCnxns === 0 || countFrom(connections, remoteAddress) < maxClientCnxns) return null
  return `Too many connections from ${remoteAddress} - max is ${maxClientCnxns}`
}

function countFrom(connections: ReadonlyMap<unknown, ClientCnxn>, remoteAddress: string): number {
  let count = 0
  for (const cnxn of connections.values()) if (cnxn.remoteAddress === remoteAddress) count++
  return count
}

/**
 * The four-letter words by the number that their four bytes are, which come where the length of the first frame is expected: as a
 * length they would be absurdly large. Source: `FourLetterCommands`.
 */
export const FOUR_LETTER_WORDS: ReadonlyMap<number, string> = new Map(
  'conf cons crst dirs dump envi gtmk ruok stmk srst srvr stat wchc wchp wchs mntr isro hash'
    .split(' ')
    .map((word) => [[...word].reduce((number, letter) => (number << 8) | letter.charCodeAt(0), 0), word]),
)
