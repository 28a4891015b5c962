/** ACLs and Stats as text. */

import { type ACL, Perms, type Stat } from '../../index.ts'
import { formatId } from '../../kernel/index.ts'

const letters: Readonly<Record<string, number>> = { c: Perms.CREATE, d: Perms.DELETE, r: Perms.READ, w: Perms.WRITE, a: Perms.ADMIN }

/**
 * The ACL of a text such as `world:anyone:r,digest:bob:hash:cdrwa`: first and last colon count. Entries and letters that are
 * none are told to `complain` and left out. Source: `AclParser`.
 */
export function parseAcl(text: string, complain: (message: string) => void): readonly ACL[] {
  const acl: ACL[] = []
  for (const entry of text.split(',')) {
    const first = entry.indexOf(':')
    const last = entry.lastIndexOf(':')
    if (first === last) {
      complain(`${entry} does not have the form scheme:id:perm`)
      continue
    }
    let perms = 0
    for (const letter of entry.slice(last + 1)) {
      const bit = letters[letter]
      if (bit === undefined) complain(`Unknown perm type: ${letter}`)
      else perms |= bit
    }
    acl.push({ perms, id: { scheme: entry.slice(0, first), id: entry.slice(first + 1, last) } })
  }
  return acl
}

/** One entry on two lines. Source: `GetAclCommand`, whose Id prints a line end. */
export function formatAclEntry(entry: ACL): string {
  const perms = Object.keys(letters).filter((letter) => (entry.perms & (letters[letter] as number)) !== 0)
  return `'${entry.id.scheme},'${entry.id.id}\n: ${perms.join('')}`
}

/** The block that `-s` adds. Source: `StatPrinter`. */
export function formatStat(stat: Stat): string {
  return [
    `cZxid = ${formatId(stat.czxid)}`,
    `ctime = ${formatDate(stat.ctime)}`,
    `mZxid = ${formatId(stat.mzxid)}`,
    `mtime = ${formatDate(stat.mtime)}`,
    `pZxid = ${formatId(stat.pzxid)}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${formatId(stat.ephemeralOwner)}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
  ].join('\n')
}

/** As Java prints a Date: `Fri Nov 20 09:41:20 UTC 2026`. */
export function formatDate(time: bigint): string {
  const date = new Date(Number(time))
  const [weekday, month, day] = date.toDateString().split(' ')
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date).find((part) => part.type === 'timeZoneName')?.value
  return `${weekday} ${month} ${day} ${date.toTimeString().slice(0, 8)} ${zone ?? 'UTC'} ${date.getFullYear()}`
}
