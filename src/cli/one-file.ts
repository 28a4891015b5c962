/**
 * A program of many small files, read as one. Through tsx Node takes five times as long to read the server's files one by one
 * as it takes to read them put together, and that is most of what a server needs to start. So the first start puts the program
 * into one file below `node_modules/.cache`, and later ones take it from there. The source stays the only truth: the file's
 * name is made of the times and sizes of all sources, so that any change makes another file.
 */
import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What npm writes at each installation: the packages are part of the one file. */
const INSTALLED = 'node_modules/.package-lock.json'

/**
 * What to import in place of `entry`, a TypeScript file of ours: the program as one file, or `entry` itself where none can be
 * made (a folder that cannot be written, a syntax error that tsx will explain better) or none is wanted: `ZK_SWAP` names
 * files to be used in place of ours, which only works file by file. `root` is the folder of the package.
 */
export async function asOneFile(entry: URL, root = ROOT): Promise<string> {
  if (process.env['ZK_SWAP']) return entry.href
  try {
    return pathToFileURL(await oneFileOf(fileURLToPath(entry), root)).href
  } catch {
    return entry.href
  }
}

async function oneFileOf(entry: string, root: string): Promise<string> {
  const cache = path.join(root, 'node_modules/.cache/zookeeper-from-scratch')
  const name = path.basename(entry, '.ts')
  const file = path.join(cache, `${name}-${fingerprint(root)}.mjs`)
  if (!fs.existsSync(file)) {
    const outdated = fs.existsSync(cache) ? fs.readdirSync(cache).filter((other) => other.startsWith(`${name}-`) && other.endsWith('.mjs')) : []
    await put(entry, file)
    for (const other of outdated) fs.rmSync(path.join(cache, other), { force: true })
  }
  return file
}

/** Under its name it is there whole or not at all: several servers may start at once. */
async function put(entry: string, file: string): Promise<void> {
  const { build } = await import('esbuild')
  const draft = `${file}.${randomUUID()}`
  await build({
    entryPoints: [entry],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
  })
  fs.renameSync(draft, file)
}

function fingerprint(root: string): string {
  const sources = fs.readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const files = [...sources.map((name) => path.join('src', name)), 'package.json', INSTALLED]
  const hash = createHash('sha1')
  for (const file of files) {
    const { mtimeMs, size } = fs.statSync(path.join(root, file), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 }
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}
