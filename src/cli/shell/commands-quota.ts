/**
 * Quotas: setquota, listquota, delquota. A quota is two nodes below `/zookeeper/quota` that carry the path's own name: the
 * limits, written here, and the statistics, which the server keeps. Source: `SetQuotaCommand`, `Quotas`, `StatsTrack`.
 */
import { isKeeperError, type ZooKeeper } from '../../index.ts'
import type { Command, CommandContext } from './command.ts'
import { pathsBelow } from './commands-read.ts'
import { UsageError } from './words.ts'

const ROOT = '/zookeeper/quota'
const LIMITS = 'zookeeper_limits'
const STATS = 'zookeeper_stats'

/** What each letter limits; upper case is a hard limit. */
const kinds = {
  n: { key: 'count', words: 'num soft quota', bits: 32, least: 1n, fault: 'the num quota must be greater than zero' },
  b: { key: 'bytes', words: 'bytes soft quota', bits: 64, least: 0n, fault: 'the bytes quota must be greater than or equal to zero' },
  N: { key: 'countHardLimit', words: 'num hard quota', bits: 32, least: 1n, fault: 'the num quota must be greater than zero' },
  B: { key: 'byteHardLimit', words: 'bytes hard quota', bits: 64, least: 0n, fault: 'the bytes quota must be greater than or equal to zero' },
} as const
type Letter = keyof typeof kinds

/** Numbers by their keys; -1 for no limit. */
type Track = ReadonlyMap<string, bigint>

/** Reads `count=1,bytes=5=;countHardLimit=2`. */
export function parseTrack(text: string): Track {
  const track = new Map<string, bigint>()
  for (const pair of text.split(/[,;]+/)) {
    const [key = '', value = ''] = pair.split('=')
    if (key !== '') track.set(key, BigInt(value === '' ? '-1' : value))
  }
  return track
}

/** Writes count and bytes first and an odd `=` behind them, so that servers before 3.7 stop reading there. */
export function formatTrack(track: Track): string {
  const hard = [...track.keys()].filter((key) => key !== 'count' && key !== 'bytes').sort((a, b) => (a < b ? -1 : 1))
  const rest = hard.map((key) => `;${key}=${track.get(key)}`).join('')
  return `count=${track.get('count') ?? -1n},bytes=${track.get('bytes') ?? -1n}${rest === '' ? '' : `=${rest}`}`
}

export const setquota: Command = {
  usage: '-n|-b|-N|-B val path',
  letters: 'n:b:N:B:',
  needs: 0,
  async run(context) {
    const { zk, options, arg, err, answer } = context
    const letter = onlyLetter(options.flags)
    if (letter === undefined) {
      const all = (Object.keys(kinds) as Letter[]).map((known) => `-${known} ${kinds[known].words}`)
      throw new UsageError(`Missing required option: [${all.join(', ')}]`)
    }
    const path = arg(0)
    if (path.startsWith(ROOT)) return err(`cannot set a quota under the path: ${ROOT}`)
    const { key, bits, least, fault } = kinds[letter]
    const limit = parseLimit(options.flags.get(letter) as string, bits)
    if (limit === undefined) return err('NumberFormatException happens when parsing the option value')
    if (limit < least) return err(fault)
    await refuseNested(zk, path)
    const limits = await setLimit(zk, path, key, limit)
    const stats = await readTrack(zk, `${ROOT}${path}/${STATS}`)
    answer({ limits: formatTrack(limits), stats: formatTrack(stats) }, ...warnings(limits, stats))
  },
}

/** The one option of the group. Throws a UsageError for two. */
function onlyLetter(flags: ReadonlyMap<string, string>): Letter | undefined {
  const [letter, second] = [...flags.keys()] as Letter[]
  if (second !== undefined) {
    throw new UsageError(`The option '${second}' was specified but an option from this group has already been selected: '${letter}'`)
  }
  return letter
}

function parseLimit(text: string, bits: number): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const number = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits, number) === number ? number : undefined
}

/** A path has at most one quota on its way from the root to any leaf: a server would count into the nearest one only. */
async function refuseNested(zk: ZooKeeper, path: string): Promise<void> {
  if ((await zk.exists(path)).stat === null) throw new UsageError(`${path} does not exist.`)
  const own = ROOT + path
  const below = await pathsBelow(own, (at) => zk.getChildren(at))
  const child = below.find((at) => at.endsWith(`/${LIMITS}`) && at !== `${own}/${LIMITS}`)
  if (child !== undefined) throw new UsageError(`${path} has a child ${pathOfLimits(child)} which has a quota`)
  const names = path.split('/').slice(1)
  for (let i = 1; i < names.length; i++) {
    const parent = `/${names.slice(0, i).join('/')}`
    if ((await zk.exists(`${ROOT}${parent}/${LIMITS}`)).stat !== null) throw new UsageError(`${path} has a parent ${parent} which has a quota`)
  }
}

function pathOfLimits(node: string): string {
  return node.slice(ROOT.length, -LIMITS.length - 1)
}

/** Writes one limit beside those there are; answers all of them. */
async function setLimit(zk: ZooKeeper, path: string, key: string, limit: bigint): Promise<Track> {
  const node = `${ROOT}${path}/${LIMITS}`
  if ((await zk.exists(node)).stat !== null) {
    const limits = new Map([...(await readTrack(zk, node)), [key, limit]])
    await zk.setData(node, formatTrack(limits))
    return limits
  }
  const limits = new Map(Object.values(kinds).map((kind) => [kind.key as string, kind.key === key ? limit : -1n]))
  const names = path.split('/').slice(1)
  for (let i = 1; i <= names.length; i++) await createIfMissing(zk, `${ROOT}/${names.slice(0, i).join('/')}`)
  await zk.create(node, { data: formatTrack(limits) })
  await zk.create(`${ROOT}${path}/${STATS}`, { data: 'count=0,bytes=0' })
  return limits
}

async function createIfMissing(zk: ZooKeeper, path: string): Promise<void> {
  await zk.create(path, { data: null }).catch((error: unknown) => {
    if (!isKeeperError(error, 'NODEEXISTS')) throw error
  })
}

/** The numbers in a node. */
async function readTrack(zk: ZooKeeper, path: string): Promise<Track> {
  return parseTrack(new TextDecoder().decode((await zk.getData(path)).data ?? new Uint8Array(0)))
}

function warnings(limits: Track, stats: Track): readonly string[] {
  const exceeded = (what: string, ...keys: readonly string[]) => {
    const used = stats.get(what) ?? -1n
    return keys.some((key) => (limits.get(key) ?? -1n) > -1n && (limits.get(key) as bigint) < used)
      ? [`[Warning]: the ${what} quota you create is less than the existing ${what}:${used}`]
      : []
  }
  return [...exceeded('count', 'count', 'countHardLimit'), ...exceeded('bytes', 'bytes', 'byteHardLimit')]
}

export const listquota: Command = {
  usage: 'path',
  letters: '',
  needs: 1,
  async run(context) {
    const { zk, arg, answer, err } = context
    const path = arg(0)
    err(`absolute path is ${ROOT}${path}/${LIMITS}`)
    await sayIfMissing(context, async () => {
      const limits = formatTrack(await readTrack(zk, `${ROOT}${path}/${LIMITS}`))
      const stats = formatTrack(await readTrack(zk, `${ROOT}${path}/${STATS}`))
      answer({ limits, stats }, `Output quota for ${path} ${limits}`, `Output stat for ${path} ${stats}`)
    })
  },
}

export const delquota: Command = {
  usage: '[-n|-b|-N|-B] path',
  letters: 'nbNB',
  needs: 0,
  async run(context) {
    const { zk, options, arg, answer } = context
    const letter = onlyLetter(options.flags)
    const path = arg(0)
    const node = `${ROOT}${path}/${LIMITS}`
    if ((await zk.exists(node)).stat === null) return answer({}, `Quota does not exist for ${path}`)
    await sayIfMissing(context, async () => {
      if (letter === undefined) return deleteQuota(zk, ROOT + path)
      const limits = new Map([...(await readTrack(zk, node)), [kinds[letter].key, -1n]])
      await zk.setData(node, formatTrack(limits))
    })
  },
}

/** Deletes a quota's two nodes, and above them what has nothing below it any more. */
async function deleteQuota(zk: ZooKeeper, node: string): Promise<void> {
  for (const child of (await zk.getChildren(node)).children) await zk.delete(`${node}/${child}`)
  for (let at = node; at !== ROOT; at = at.slice(0, at.lastIndexOf('/'))) {
    if ((await zk.getChildren(at)).children.length > 0) return
    await zk.delete(at)
  }
}

async function sayIfMissing({ arg, err }: CommandContext, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isKeeperError(error, 'NONODE')) throw error
    err(`quota for ${arg(0)} does not exist.`)
  }
}
