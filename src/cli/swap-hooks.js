/**
 * Module resolution with one file in the place of another: whoever imports the first gets the second. It knows two ways.
 *
 * For a whole process: `node --import …/swap-hooks.js`, with the swaps in the environment variable `ZK_SWAP`, as
 * `URL>URL`, several of them separated by blanks.
 *
 * For one import of many in a process: a module that was imported as `…?swap=URL>URL&run=7` passes its query on to all of this
 * project that it imports, so each run gets modules of its own, and the swapped one among them.
 *
 * This file is JavaScript because Node loads it before anything that understands TypeScript.
 */
import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

let ofProcess = ''

export function initialize(swaps) {
  ofProcess = swaps
}

export async function resolve(specifier, context, next) {
  const found = await next(specifier, context)
  if (!found.url.startsWith('file:') || found.url.includes('/node_modules/')) return found
  const query = new URL(context.parentURL ?? found.url).searchParams
  const swaps = query.get('swap') ?? ofProcess
  const url = new URL(placeOf(found.url, swaps))
  for (const key of ['swap', 'run']) if (query.has(key)) url.searchParams.set(key, query.get(key))
  return { ...found, url: url.href }
}

function placeOf(found, swaps) {
  const [place] = found.split('?')
  for (const swap of swaps.split(' ')) {
    const [from, to] = swap.split('>')
    if (place === from) return to
  }
  return found
}

if (process.env['ZK_SWAP'] && isMainThread && import.meta.url.endsWith('swap-hooks.js')) register(import.meta.url, { data: process.env['ZK_SWAP'] })
