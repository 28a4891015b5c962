/** Commands that write: create, set, delete, deleteall, setAcl. */
import { type CreateModeName, isKeeperError, OPEN_ACL_UNSAFE, type TransactionOp, type ZooKeeper } from '../../index.ts'
import { formatStat, parseAcl } from './acl.ts'
import type { Command } from './command.ts'
import { parseInt32, UsageError } from './words.ts'

/** The longest TTL: 40 bits. Source: `EphemeralType.TTL`. */
const LONGEST_TTL = 2 ** 40 - 1

export const create: Command = {
  usage: '[-s] [-e] [-c] [-t ttl] path [data] [acl]',
  letters: 'sect:',
  needs: 1,
  async run({ zk, options, arg, err }) {
    const mode = modeOf(options.flags)
    const ttl = ttlOf(options.flags.get('t'))
    const [path, data, aclText] = [arg(0), options.args[1], options.args[2]]
    const acl = aclText === undefined ? OPEN_ACL_UNSAFE : parseAcl(aclText, err)
    try {
      const created = await zk.create(path, { data: data ?? null, mode, acl, ttl })
      err(`Created ${created.path}`)
    } catch (error) {
      if (isKeeperError(error, 'EPHEMERALONLOCALSESSION')) err('Unable to create ephemeral node on a local session')
      if (isKeeperError(error, 'INVALIDACL')) err(error.message)
      throw error
    }
  },
}

function modeOf(flags: ReadonlyMap<string, string>): CreateModeName {
  const [ephemeral, sequential, container, ttl] = ['e', 's', 'c', 't'].map((letter) => flags.has(letter))
  if (container && (ephemeral || sequential)) {
    throw new UsageError('-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.')
  }
  if (ttl) ttlOf(flags.get('t'))
  if (ttl && ephemeral) throw new UsageError('TTLs cannot be used with Ephemeral znodes')
  if (ttl && container) throw new UsageError('TTLs cannot be used with Container znodes')
  if (container) return 'CONTAINER'
  if (ephemeral) return sequential ? 'EPHEMERAL_SEQUENTIAL' : 'EPHEMERAL'
  if (ttl) return sequential ? 'PERSISTENT_SEQUENTIAL_WITH_TTL' : 'PERSISTENT_WITH_TTL'
  return sequential ? 'PERSISTENT_SEQUENTIAL' : 'PERSISTENT'
}

function ttlOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[+-]?\d+$/.test(text)) throw new UsageError('-t argument must be a long value')
  const ttl = Number(text)
  if (ttl <= 0 || ttl > LONGEST_TTL) throw new UsageError(`ttl must be positive and cannot be larger than: ${LONGEST_TTL}`)
  return ttl
}

export const set: Command = {
  usage: '[-s] [-v version] path data',
  letters: 'sv:',
  needs: 2,
  async run({ zk, options, arg, out }) {
    const { stat } = await zk.setData(arg(0), arg(1), { version: versionOf(options.flags) })
    if (options.flags.has('s')) out(formatStat(stat))
  },
}

export const del: Command = {
  usage: '[-v version] path',
  letters: 'v:',
  needs: 1,
  async run({ zk, options, arg, err }) {
    if (options.args.length > 1) err("'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.")
    await zk.delete(arg(0), { version: versionOf(options.flags) })
  },
}

export const deleteall: Command = {
  usage: 'path [-b batch size]',
  letters: 'b:',
  needs: 1,
  async run({ zk, options, arg, err }) {
    const batch = parseInt32(options.flags.get('b') ?? '1000', '-b')
    const paths = (await subtree(zk, arg(0))).reverse()
    const ops = paths.map((path): TransactionOp => ({ op: 'delete', path }))
    try {
      for (let i = 0; i < ops.length; i += Math.max(batch, 1)) await zk.multi(ops.slice(i, i + Math.max(batch, 1)))
    } catch (error) {
      if (!isKeeperError(error)) throw error
      err('Failed to delete some node(s) in the subtree!')
    }
  },
}

/** A node and everything below it, level by level, so that the reverse order deletes leaves first. Source: `ZKUtil.listSubTreeBFS`. */
async function subtree(zk: ZooKeeper, root: string): Promise<string[]> {
  const paths = [root]
  for (const path of paths) {
    const { children } = await zk.getChildren(path)
    for (const child of children) paths.push(path === '/' ? `/${child}` : `${path}/${child}`)
  }
  return paths
}

export const setAcl: Command = {
  usage: '[-s] [-v version] [-R] path acl',
  letters: 'sv:R',
  needs: 2,
  async run({ zk, options, arg, out, err }) {
    const acl = parseAcl(arg(1), err)
    const version = versionOf(options.flags)
    if (!options.flags.has('R')) {
      const { stat } = await zk.setACL(arg(0), acl, { version })
      if (options.flags.has('s')) out(formatStat(stat))
      return
    }
    for (const path of await subtree(zk, arg(0))) {
      await zk.setACL(path, acl, { version }).catch((error: unknown) => {
        if (!isKeeperError(error)) throw error
        out(error.message)
      })
    }
  },
}

function versionOf(flags: ReadonlyMap<string, string>): number {
  return parseInt32(flags.get('v') ?? '-1', '-v')
}
