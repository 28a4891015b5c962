/** A file of the reader's in the place of one of the server's, by module resolution: see `swap-hooks.js`. */
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../hosts/node/index.ts'

/** One file in the place of another. */
export interface Swap {
  /** What is replaced, from the root of the package. */
  readonly source: string
  /** Addresses of the two files. */
  readonly from: string
  readonly to: string
  /** The servers that run it; null: all. */
  readonly sids: ReadonlySet<number> | null
}

/** A swap that cannot be made; the message says why. */
export class SwapError extends Error {
  override name = 'SwapError'
}

const HOOKS = new URL('./swap-hooks.js', import.meta.url)

/**
 * Reads `FILE` or `FILE@1,3`. The file says in one of its first lines what it takes the place of; a folder stands for the one
 * such file in it. Throws {@link SwapError}.
 */
export function parseSwap(text: string): Swap {
  const [, name = '', servers] = /^(.*?)(?:@([\d,]+))?$/.exec(text) ?? []
  const file = theFile(name)
  const [, source] = /takes the place of: (src\/\S+\.ts)/.exec(fs.readFileSync(file, 'utf8').slice(0, 1000)) ?? []
  if (source === undefined) throw new SwapError(`${file} does not say which file of src/ it takes the place of; npm run learn makes files that do`)
  const replaced = path.join(packageRoot(), source)
  if (!fs.existsSync(replaced)) throw new SwapError(`${file} takes the place of ${source}, which does not exist`)
  const sids = servers === undefined ? null : new Set(servers.split(',').map(Number))
  return { source, from: pathToFileURL(replaced).href, to: pathToFileURL(file).href, sids }
}

/** What has to be in the environment of a Node process (server `sid`, if it is one) that runs with these swaps: nothing, if none concerns it. */
export function swapEnvironment(swaps: readonly Swap[], sid: number | null): Record<string, string> {
  const ours = swaps.filter(({ sids }) => sids === null || (sid !== null && sids.has(sid)))
  if (ours.length === 0) return {}
  const options = [process.env['NODE_OPTIONS'] ?? '', `--import=${HOOKS.href}`].join(' ').trim()
  return { ZK_SWAP: ours.map(({ from, to }) => `${from}>${to}`).join(' '), NODE_OPTIONS: options }
}

function theFile(name: string): string {
  const found = fs.statSync(name, { throwIfNoEntry: false })
  if (found === undefined) throw new SwapError(`there is no file or folder ${name}`)
  if (found.isFile()) return path.resolve(name)
  const [only, ...more] = fs.readdirSync(name).filter((each) => each.endsWith('.ts'))
  if (only === undefined || more.length > 0)
    throw new SwapError(`${name} holds ${more.length === 0 ? 'no' : 'more than one'} TypeScript file: name the file itself`)
  return path.resolve(name, only)
}
