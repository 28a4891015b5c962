import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { allExercises, type Entry, isOfServers, referenceOf, variantsOf } from '../../exercises/support/catalogue.ts'
import { variantOf } from '../../exercises/support/cut.ts'
import type { Variant } from '../../exercises/support/exercise.ts'
import { fromWorkspace, Scratch } from '../../exercises/support/scratch.ts'
import { Ensemble, type Member } from '../../src/cli/ensemble.ts'
import { isServing, observe } from '../../src/cli/observe.ts'
import { parseSwap } from '../../src/cli/swap.ts'
import type { Row } from '../../src/cli/table.ts'
import { describeWith } from '../support/describe-with.ts'
import { kazooSession } from '../support/kazoo.ts'
import { until } from '../support/servers.ts'

/**
 * The solutions of the exercises in the servers of a live ensemble, as `npm start -- --with` takes them. A real client has a
 * session, the leader is killed, the client has another session with what is left, and one more with the server that comes back. What
 * it sees is what it sees of Java's servers.
 */
const expected = readFileSync(new URL('./transcripts/kazoo.txt', import.meta.url), 'utf8')
const scratch = new Scratch()
afterAll(() => scratch.close())

const entries = (await allExercises()).filter(isOfServers)

describeWith(['the package python3-kazoo'], 'a live ensemble made of solutions', () => {
  it.each(
    byChapter(entries)
      .flatMap(apart)
      .map((group) => [group.map(({ id }) => id).join(' '), group] as const),
  )('of the reference: %s', async (_name, group) => {
    await passes(group.map((entry) => swapped(entry, { name: 'reference' })))
  })

  it.each([0, 1])('that are right and written differently (%i)', async (which) => {
    for (const group of apart(entries)) {
      await passes(await Promise.all(group.map(async (entry) => swapped(entry, (await variantsOf(entry)).right[which] as Variant))))
    }
  })
})

/** A solution as a reader's file. It says when a server loads it. */
function swapped(entry: Entry, variant: Variant): { readonly file: string; readonly sign: string } {
  const { id, source } = entry
  const sign = `${source} is the reader's`
  const text = variantOf(referenceOf(entry), source, variant, fromWorkspace)
  const written = scratch.write(`${id}-${variant.name}.ts`, `// It takes the place of: ${source}\n${text}\nconsole.log(${JSON.stringify(sign)})\n`)
  return { file: fileURLToPath(written), sign }
}

async function passes(solutions: readonly { readonly file: string; readonly sign: string }[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zk-swap-'))
  const swaps = solutions.map(({ file }) => parseSwap(file))
  const ensemble = await Ensemble.prepare({ participants: 3, observers: 0, folder, port: 23_000, fresh: true, swaps })
  const { members } = ensemble
  const serving = () =>
    until(
      'all servers that run serve',
      async () => {
        const rows = await rowsOf(members)
        if (rows.some(({ role }) => role === 'failed')) throw new Error(`a server has failed\n${logsOf(members)}`)
        return isServing(rows)
      },
      () => logsOf(members),
    )
  try {
    ensemble.startAll()
    await serving()
    for (const { log } of members) for (const { sign } of solutions) expect(readFileSync(log, 'utf8')).toContain(sign)
    expect(kazooSession(ensemble.connectString, '/first')).toBe(expected)

    const leader = (await rowsOf(members)).findIndex(({ role }) => role === 'leader')
    ensemble.kill(members[leader] as Member)
    await serving()
    expect(kazooSession(ensemble.connectString, '/second')).toBe(expected)

    await ensemble.restart(members[leader] as Member)
    await serving()
    expect(kazooSession(`127.0.0.1:${members[leader]?.clientPort}`, '/third')).toBe(expected)
  } finally {
    await ensemble.stopAll()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function rowsOf(members: readonly Member[]): Promise<Row[]> {
  return Promise.all(members.map(observe))
}

function logsOf(members: readonly Member[]): string {
  return members.map(({ sid, log }) => `--- server ${sid}\n${readFileSync(log, 'utf8').split('\n').slice(-20).join('\n')}`).join('\n')
}

function byChapter(all: readonly Entry[]): Entry[][] {
  const chapters = new Set(all.map(({ id }) => id.slice(0, 2)))
  return Array.from(chapters, (chapter) => all.filter(({ id }) => id.startsWith(chapter)))
}

/** In as few groups as there can be, none of which takes the place of one file twice. */
function apart(all: readonly Entry[]): Entry[][] {
  const groups: Entry[][] = []
  for (const entry of all) {
    const group = groups.find((one) => one.every(({ source }) => source !== entry.source))
    if (group === undefined) groups.push([entry])
    else group.push(entry)
  }
  return groups
}
