/** HBase: RegionServers are ephemerals. When one is gone, the master ends its log, deals out what is in it, and moves its regions. */
import type { ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { createOwned, ensurePath } from '../../src/recipes/index.ts'
import type { Direct, Role } from './trial.ts'

export interface Rules {
  /** Whether the log of a dead RegionServer is renamed before it is read, so that nobody can append to it. */
  readonly renames: boolean
  /** Whether a new master looks for logs that are left over, or only at who goes from now on. */
  readonly looksBack: boolean
}

export const RULES: Rules = { renames: true, looksBack: true }

export const STEPS = ['sees that it is gone', 'has renamed its log', 'has split its log', 'has opened the region', 'has moved the region']

/** The file system below: a write-ahead log for each RegionServer, and what was recovered from logs. */
export class FileSystem {
  readonly logs = new Map<string, string[]>()
  readonly renamed = new Set<string>()
  readonly recovered = new Set<string>()
  onSplit: (() => void) | null = null

  /** False: its log is not its own any more. */
  append(server: string, booking: string): boolean {
    if (this.renamed.has(server)) return false
    this.logs.get(server)?.push(booking)
    return this.logs.has(server)
  }

  split(server: string): void {
    for (const booking of this.logs.get(server) ?? []) this.recovered.add(booking)
    this.onSplit?.()
  }
}

/** Who has left a log behind: these are to be recovered, whenever it was that they went. */
export function leftBehind(logs: Iterable<string>, there: readonly string[]): string[] {
  return [...logs].filter((server) => !there.includes(server))
}

/** A master's work: whoever has a log and is not there any more is recovered. Each step may have been taken already by another master. */
export async function watchOver(
  zk: ZooKeeper,
  root: string,
  files: FileSystem,
  open: (server: string) => void,
  step: (name: string) => Promise<void>,
  rules = RULES,
): Promise<never> {
  const location = `${root}/meta-region-server`
  let known: readonly string[] = []
  for (;;) {
    const { children, watch } = await zk.getChildren(`${root}/rs`, { watch: true })
    const gone = leftBehind(rules.looksBack ? files.logs.keys() : known, children)
    known = children
    const [heir] = [...children].sort((a, b) => (a < b ? -1 : 1))
    for (const dead of gone) {
      // Without an heir the log stays where it is, until somebody comes.
      if (heir === undefined) break
      await step('sees that it is gone')
      if (rules.renames) files.renamed.add(dead)
      await step('has renamed its log')
      files.split(dead)
      await step('has split its log')
      const { data, stat } = await zk.getData(location)
      if (fromUtf8(data ?? new Uint8Array(0)) === dead) {
        open(heir)
        await step('has opened the region')
        await zk.setData(location, heir, { version: stat.version })
        await step('has moved the region')
      }
      files.logs.delete(dead)
    }
    await watch
  }
}

/** rs1 holds the region and stands still; m1 recovers it and fails at a step; m2 takes over; rs1 goes on just when its log was read. */
export function regionServerFails(rules: Rules = RULES): Direct {
  return async (trial, zk) => {
    const files = new FileSystem()
    const memories = new Map<string, Set<string>>()
    const confirmed: string[] = []
    await ensurePath(zk, `${trial.root}/rs`)
    await zk.create(`${trial.root}/meta-region-server`, { data: 'rs1' })
    const book = (server: string, booking: string): boolean => {
      const taken = trial.isRunning(server) && files.append(server, booking)
      if (!taken) return false
      memories.get(server)?.add(booking)
      confirmed.push(booking)
      return true
    }
    const regionServer =
      (name: string): Role =>
      async (own) => {
        files.logs.set(name, [])
        memories.set(name, new Set())
        await createOwned(own, `${trial.root}/rs/${name}`, null)
      }
    const master =
      (name: string): Role =>
      async (own, step) => {
        await createOwned(own, `${trial.root}/master`, name)
        const open = (server: string) => memories.set(server, new Set([...(memories.get(server) ?? []), ...files.recovered]))
        await watchOver(own, trial.root, files, open, step, rules)
      }
    trial.start('rs1', regionServer('rs1'))
    trial.start('rs2', regionServer('rs2'))
    await trial.wait(500)
    trial.start('m1', master('m1'), true)
    await trial.wait(500)
    for (const seat of ['seat-1', 'seat-2']) book('rs1', seat)
    trial.pause('rs1')
    // It goes on in the worst of all moments, and whoever does not know better sends it another booking.
    let asked = 2
    let refused = 0
    files.onSplit = () => {
      trial.resume('rs1')
      if (!book('rs1', `seat-${++asked}`)) refused++
    }
    await trial.wait(3500)
    if (trial.failed !== null) {
      trial.start('m2', master('m2'))
      await trial.wait(3500)
    }
    for (const name of ['rs1', 'm1']) trial.resume(name)
    await trial.wait(1000)
    const { data } = await zk.getData(`${trial.root}/meta-region-server`)
    const home = fromUtf8(data ?? new Uint8Array(0))
    const found = memories.get(home) ?? new Set()
    const missing = confirmed.filter((booking) => !found.has(booking))
    if (home === 'rs1') return { text: 'NOWHERE: nobody recovers rs1', holds: false }
    if (missing.length > 0) return { text: `CONFIRMED AND LOST: ${missing.join(', ')}`, holds: false }
    return { text: `${home} has ${confirmed.join(', ')}; refused at rs1: ${refused}`, holds: true }
  }
}
