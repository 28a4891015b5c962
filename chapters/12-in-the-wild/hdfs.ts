/** HDFS: which NameNode is active. An ephemeral says who may be, a persistent breadcrumb whom to stop before. */
import { isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { createOwned } from '../../src/recipes/index.ts'
import type { Direct, Role, Trial } from './trial.ts'

/** What may be left out. */
export interface Rules {
  readonly fences: boolean
  readonly breadcrumb: 'PERSISTENT' | 'EPHEMERAL'
  /** Whether it is left before one is active, or after. */
  readonly leftFirst: boolean
}

export const RULES: Rules = { fences: true, breadcrumb: 'PERSISTENT', leftFirst: true }

export const STEPS = ['has the lock', 'has read the breadcrumb', 'has stopped the old one', 'has left its breadcrumb', 'is active']

/** What a NameNode can do beside asking ZooKeeper. */
export interface NameNode {
  readonly name: string
  /** Begins to write. */
  readonly activate: () => void
  /** Ends another NameNode for certain: by `kill -9` at its machine, or by its power switch. */
  readonly stop: (other: string) => void
}

/** The way to being active. Source: `ActiveStandbyElector.becomeActive`, `fenceOldActive`, `writeBreadCrumbNode`. */
export async function becomeActive(zk: ZooKeeper, root: string, me: NameNode, step: (name: string) => Promise<void>, rules = RULES): Promise<void> {
  await createOwned(zk, `${root}/ActiveStandbyElectorLock`, me.name)
  await step('has the lock')
  const breadcrumb = `${root}/ActiveBreadCrumb`
  const before = await readOrNull(zk, breadcrumb)
  await step('has read the breadcrumb')
  const old = fromUtf8(before?.data ?? new Uint8Array(0))
  if (rules.fences && old !== '' && old !== me.name) me.stop(old)
  await step('has stopped the old one')
  if (!rules.leftFirst) me.activate()
  if (before === null) await zk.create(breadcrumb, { data: me.name, mode: rules.breadcrumb })
  else await zk.setData(breadcrumb, me.name, { version: before.stat.version })
  await step('has left its breadcrumb')
  if (rules.leftFirst) me.activate()
  await step('is active')
}

async function readOrNull(zk: ZooKeeper, path: string): Promise<{ data: Uint8Array | null; stat: { version: number } } | null> {
  try {
    return await zk.getData(path)
  } catch (error) {
    if (!isKeeperError(error, 'NONODE')) throw error
    return null
  }
}

/** The log of edits that all NameNodes share. One at a time may write; it cannot tell them apart. */
export class SharedEdits {
  active: string | null = null
  /** Who has written after somebody else has become active. */
  readonly strangers = new Set<string>()

  append(writer: string): void {
    if (writer !== this.active) this.strangers.add(writer)
  }
}

/** A NameNode with the process that watches over it. It writes as long as it does not know that its session is over. */
function nameNode(name: string, trial: Trial, edits: SharedEdits, stop: (other: string) => void, rules: Rules): Role {
  return async (zk, step) => {
    const write = async () => {
      edits.active = name
      while (zk.state().session !== 'LOST') {
        edits.append(name)
        await zk.sleep(100)
      }
    }
    await becomeActive(zk, trial.root, { name, stop, activate: () => void write() }, step, rules)
  }
}

/** nn1 is active and stands still; nn2 takes over and fails at a step; nn3 takes over; then all who stood still go on. */
export function failover(rules: Rules = RULES): Direct {
  return async (trial) => {
    const edits = new SharedEdits()
    const stopped: string[] = []
    const stop = (name: string) => {
      stopped.push(name)
      trial.crash(name)
    }
    const start = (name: string) => trial.start(name, nameNode(name, trial, edits, stop, rules), name === 'nn2')
    start('nn1')
    await trial.until('nn1 is active', () => edits.active === 'nn1')
    await trial.wait(300)
    trial.pause('nn1')
    start('nn2')
    await trial.until('nn2 is active, or has failed', () => edits.active === 'nn2' || trial.failed !== null)
    await trial.wait(100)
    if (trial.failed !== null) {
      start('nn3')
      await trial.until('nn3 is active', () => edits.active === 'nn3')
    }
    await trial.wait(300)
    for (const name of ['nn1', 'nn2']) trial.resume(name)
    await trial.wait(1000)
    if (edits.strangers.size > 0) return { text: `TWO WRITE: ${edits.active}, and ${[...edits.strangers].join()}`, holds: false }
    return { text: `${edits.active} writes; stopped: ${stopped.join(', ')}`, holds: true }
  }
}
