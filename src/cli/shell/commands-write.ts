/** Commands that write: create, set, delete, deleteall, setAcl. */
import { type CreateModeName, deleteSubTree, isKeeperError, listSubTree, MultiError, OPEN_ACL_UNSAFE } from '../../index.ts'
import { parseAcl } from './acl.ts'
import type { Command } from './command.ts'
import { statLines } from './commands-read.ts'
import { parseInt32, UsageError } from './words.ts'

/** The longest TTL: 40 bits. Source: `EphemeralType.TTL`. */
const LONGEST_TTL = 2 ** 40 - 1

export const create: Command = {
  usage: '[-s] [-e] [-c] [-t ttl] path [data] [acl]',
  letters: 'sect:',
  needs: 1,
  async run({ zk, options, arg, answer, err }) {
    const mode = modeOf(options.flags)
    const ttl = ttlOf(options.flags.get('t'))
    const [path, data, aclText] = [arg(0), options.args[1], options.args[2]]
    const acl = aclText === undefined ? OPEN_ACL_UNSAFE : parseAcl(aclText, err)
    try {
      const created = await zk.create(path, { data: data ?? null, mode, acl, ttl })
      err(`Created ${created.path}`)
      answer(created)
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
  usage: '[-s] [-v version] [-b] path data',
  letters: 'sv:b',
  needs: 2,
  async run(context) {
    const { zk, options, arg, answer } = context
    const data = options.flags.has('b') ? fromBase64(arg(1)) : arg(1)
    const { stat } = await zk.setData(arg(0), data, { version: versionOf(options.flags) })
    answer({ stat }, ...statLines(context, stat))
  },
}

function fromBase64(text: string): Uint8Array {
  if (text.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new UsageError('data argument must be base64')
  return new Uint8Array(Buffer.from(text, 'base64'))
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
    try {
      await deleteSubTree(zk, arg(0), { batch })
    } catch (error) {
      if (!(error instanceof MultiError)) throw error
      err('Failed to delete some node(s) in the subtree!')
    }
  },
}

export const setAcl: Command = {
  usage: '[-s] [-v version] [-R] path acl',
  letters: 'sv:R',
  needs: 2,
  async run(context) {
    const { zk, options, arg, answer, err } = context
    const acl = parseAcl(arg(1), err)
    const version = versionOf(options.flags)
    if (!options.flags.has('R')) {
      const { stat } = await zk.setACL(arg(0), acl, { version })
      return answer({ stat }, ...statLines(context, stat))
    }
    const failures: string[] = []
    for (const path of await listSubTree(zk, arg(0))) {
      await zk.setACL(path, acl, { version }).catch((error: unknown) => {
        if (!isKeeperError(error)) throw error
        failures.push(error.message)
      })
    }
    answer({ failures }, ...failures)
  },
}

function versionOf(flags: ReadonlyMap<string, string>): number {
  return parseInt32(flags.get('v') ?? '-1', '-v')
}
