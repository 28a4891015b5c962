/** The records that everything else is made of. Source: `zookeeper.jute`, module `org.apache.zookeeper.data`. */
import { type Infer, int, long, nullableString, record } from '../jute/index.ts'

/** An identity, as `digest` and `bob:<hash>` or `ip` and `127.0.0.1`. */
export const Id = record({ scheme: nullableString, id: nullableString })
export type Id = Infer<typeof Id>

/** Who may do what: `perms` is a sum of {@link Perms}. */
export const ACL = record({ perms: int, id: Id })
export type ACL = Infer<typeof ACL>

/** Bits of an {@link ACL}. Source: `ZooDefs.Perms`. */
export const Perms = { READ: 1, WRITE: 2, CREATE: 4, DELETE: 8, ADMIN: 16, ALL: 31 } as const

/** Everybody may do everything. Source: `ZooDefs.Ids.OPEN_ACL_UNSAFE`. */
export const OPEN_ACL_UNSAFE: readonly ACL[] = [{ perms: Perms.ALL, id: { scheme: 'world', id: 'anyone' } }]
/** Everybody may read. Source: `ZooDefs.Ids.READ_ACL_UNSAFE`. */
export const READ_ACL_UNSAFE: readonly ACL[] = [{ perms: Perms.READ, id: { scheme: 'world', id: 'anyone' } }]

/** What a client sees of a znode besides its data: 68 bytes. Times are milliseconds since 1970. */
export const Stat = record({
  czxid: long,
  mzxid: long,
  ctime: long,
  mtime: long,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: long,
})
export type Stat = Infer<typeof Stat>

/** What is stored of a {@link Stat}: `cversion` is the raw counter of child creations. Order of fields as in snapshots. */
export const StatPersisted = record({
  czxid: long,
  mzxid: long,
  ctime: long,
  mtime: long,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  pzxid: long,
})
export type StatPersisted = Infer<typeof StatPersisted>
