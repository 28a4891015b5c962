/** Commands that read: ls, get, stat, getAcl, getAllChildrenNumber, getEphemerals. */
import { isKeeperError, KeeperError, KeeperErrorCode, type Stat } from '../../index.ts'
import { formatAclEntry, formatStat } from './acl.ts'
import type { Command, CommandContext } from './command.ts'
import { hexDump } from './hex-dump.ts'
import { base64Of, dataFields } from './json.ts'

export const ls: Command = {
  usage: '[-s] [-w] [-R] path',
  letters: 'swR?',
  needs: 1,
  async run(context) {
    const { options, answer } = context
    if (options.flags.has('?')) answer({}, 'usage: ls [options] path\n -?   help\n -R   recurse\n -s   stat\n -w   watch')
    const path = context.arg(0)
    if (options.flags.has('R')) {
      await read(context, 'getData', path)
      const paths = [path, ...(await pathsBelow(path, (at) => read(context, 'getChildren', at)))]
      return answer({ paths }, ...paths)
    }
    const { children, stat } = await read(context, 'getChildren', path, options.args.length > 1 ? 'ls' : undefined)
    answer({ children: sorted(children), stat }, `[${sorted(children).join(', ')}]`, ...statLines(context, stat))
  },
}

/**
 * What is below a node: depth first, but all children of a node before what is below them. A node that goes meanwhile is
 * left out. Source: `ZKUtil.visitSubTreeDFS`.
 */
export async function pathsBelow(
  path: string,
  childrenOf: (path: string) => Promise<{ readonly children: readonly string[] }>,
): Promise<readonly string[]> {
  try {
    const { children } = await childrenOf(path)
    const paths = sorted(children).map((child) => (path === '/' ? `/${child}` : `${path}/${child}`))
    const all = [...paths]
    for (const child of paths) all.push(...(await pathsBelow(child, childrenOf)))
    return all
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) return []
    throw error
  }
}

export const get: Command = {
  usage: '[-s] [-w] [-b] [-x] path',
  letters: 'swbx',
  needs: 1,
  async run(context) {
    const { options, answer } = context
    const { data, stat } = await read(context, 'getData', context.arg(0), options.args.length > 1 ? 'get' : undefined)
    const bytes = data ?? new TextEncoder().encode('null')
    const base64 = options.flags.has('b')
    const text = options.flags.has('x') ? hexDump(bytes) : base64 ? base64Of(bytes) : new TextDecoder().decode(bytes)
    answer({ ...(base64 && data !== null ? { base64: base64Of(data) } : dataFields(data)), stat }, text, ...statLines(context, stat))
  },
}

export const stat: Command = {
  usage: '[-w] path',
  letters: 'w',
  needs: 1,
  async run(context) {
    const path = context.arg(0)
    const { stat } = await read(context, 'exists', path, context.options.args.length > 1 ? 'stat' : undefined)
    if (stat === null) throw new KeeperError(KeeperErrorCode.NONODE, path)
    context.answer({ stat }, formatStat(stat))
  },
}

export const getAcl: Command = {
  usage: '[-s] path',
  letters: 's',
  needs: 1,
  async run(context) {
    const { acl, stat } = await context.zk.getACL(context.arg(0))
    context.answer({ acl, stat }, ...acl.map(formatAclEntry), ...statLines(context, stat))
  },
}

export const getAllChildrenNumber: Command = {
  usage: 'path',
  letters: '',
  needs: 1,
  async run({ zk, arg, answer }) {
    const { totalNumber } = await zk.getAllChildrenNumber(arg(0))
    answer({ totalNumber }, String(totalNumber))
  },
}

export const getEphemerals: Command = {
  usage: 'path',
  letters: '',
  needs: 0,
  async run({ zk, options, answer }) {
    const { ephemerals } = await zk.getEphemerals(options.args[0])
    answer({ ephemerals }, `[${ephemerals.join(', ')}]`)
  },
}

/** What `-s` adds. */
export function statLines({ options }: CommandContext, stat: Stat): readonly string[] {
  return options.flags.has('s') ? [formatStat(stat)] : []
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
