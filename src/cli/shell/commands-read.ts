/** Commands that read: ls, get, stat, getAcl, getAllChildrenNumber, getEphemerals. */
import { isKeeperError, KeeperError, KeeperErrorCode } from '../../index.ts'
import { formatAclEntry, formatStat } from './acl.ts'
import type { Command, CommandContext } from './command.ts'

export const ls: Command = {
  usage: '[-s] [-w] [-R] path',
  letters: 'swR?',
  needs: 1,
  async run(context) {
    const { options, out } = context
    if (options.flags.has('?')) out('usage: ls [options] path\n -?   help\n -R   recurse\n -s   stat\n -w   watch')
    const path = context.arg(0)
    if (options.flags.has('R')) {
      await read(context, 'getData', path)
      out(path)
      return listBelow(context, path)
    }
    const { children, stat } = await read(context, 'getChildren', path, options.args.length > 1 ? 'ls' : undefined)
    out(`[${sorted(children).join(', ')}]`)
    if (options.flags.has('s')) out(formatStat(stat))
  },
}

/** Depth first, all children of a node before what is below them. A node that goes meanwhile is left out. Source: `ZKUtil.visitSubTreeDFS`. */
async function listBelow(context: CommandContext, path: string): Promise<void> {
  let children: readonly string[]
  try {
    children = sorted((await read(context, 'getChildren', path)).children)
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return
    throw error
  }
  const paths = children.map((child) => (path === '/' ? `/${child}` : `${path}/${child}`))
  for (const child of paths) context.out(child)
  for (const child of paths) await listBelow(context, child)
}

export const get: Command = {
  usage: '[-s] [-w] path',
  letters: 'sw',
  needs: 1,
  async run(context) {
    const { options, out } = context
    const { data, stat } = await read(context, 'getData', context.arg(0), options.args.length > 1 ? 'get' : undefined)
    out(data === null ? 'null' : new TextDecoder().decode(data))
    if (options.flags.has('s')) out(formatStat(stat))
  },
}

export const stat: Command = {
  usage: '[-w] path',
  letters: 'w',
  needs: 1,
  async run(context) {
    const path = context.arg(0)
    const found = await read(context, 'exists', path, context.options.args.length > 1 ? 'stat' : undefined)
    if (found.stat === null) throw new KeeperError(KeeperErrorCode.NONODE, path)
    context.out(formatStat(found.stat))
  },
}

export const getAcl: Command = {
  usage: '[-s] path',
  letters: 's',
  needs: 1,
  async run({ zk, options, arg, out }) {
    const { acl, stat } = await zk.getACL(arg(0))
    for (const entry of acl) out(formatAclEntry(entry))
    if (options.flags.has('s')) out(formatStat(stat))
  },
}

export const getAllChildrenNumber: Command = {
  usage: 'path',
  letters: '',
  needs: 1,
  async run({ zk, arg, out }) {
    out(String((await zk.getAllChildrenNumber(arg(0))).totalNumber))
  },
}

export const getEphemerals: Command = {
  usage: 'path',
  letters: '',
  needs: 0,
  async run({ zk, options, out }) {
    const { ephemerals } = await zk.getEphemerals(options.args[0])
    out(`[${ephemerals.join(', ')}]`)
  },
}

type Read = 'getData' | 'getChildren' | 'exists'

/**
 * Reads, and sets the watch that `-w` asks for. Any second argument asks for it too, as it did before the options, with a
 * word about it.
 */
async function read<Name extends Read>(
  context: CommandContext,
  name: Name,
  path: string,
  old?: string,
): Promise<Awaited<ReturnType<CommandContext['zk'][Name]>>> {
  const { zk, options, err, onWatch } = context
  if (old !== undefined) err(`'${old} path [watch]' has been deprecated. Please use '${old === 'get' ? 'get [-s]' : old} [-w] path' instead.`)
  const watch = options.flags.has('w') || old !== undefined
  const result = (await zk[name](path, { watch })) as { readonly watch?: Parameters<typeof onWatch>[0] }
  if (result.watch !== undefined) onWatch(result.watch)
  return result as Awaited<ReturnType<CommandContext['zk'][Name]>>
}

function sorted(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}
