/** Kafka before KRaft: one broker is the controller and says who leads each partition; a number says whose word counts. */
import { isKeeperError, type MultiError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { createOwned, ensurePath } from '../../src/recipes/index.ts'
import type { Direct, Role } from './trial.ts'

export interface Rules {
  /** Whether brokers refuse what a controller of an earlier epoch says. */
  readonly looksAtEpoch: boolean
}

export const RULES: Rules = { looksAtEpoch: true }

export const STEPS = ['is the controller', 'has read who is there', 'has written the new leader', 'has told one broker']

/** In which order brokers are asked to lead: all of them are in sync. */
const IN_SYNC = ['b1', 'b2', 'b3', 'b4']

/** What a broker believes, and the order that it may refuse. */
export class Broker {
  epoch = 0
  leader = 'b1'
  refused = 0

  /** LeaderAndIsr. */
  hear(epoch: number, leader: string, rules: Rules): void {
    if (rules.looksAtEpoch && epoch < this.epoch) {
      this.refused++
      return
    }
    this.epoch = epoch
    this.leader = leader
  }
}

/** Waits until it is the controller. Returns its epoch, and the version of the node that holds it. */
async function becomeController(zk: ZooKeeper, root: string, me: string): Promise<{ epoch: number; version: number }> {
  for (;;) {
    const { data, stat } = await zk.getData(`${root}/controller_epoch`)
    const epoch = Number(fromUtf8(data ?? new Uint8Array(0))) + 1
    try {
      await zk.multi([
        { op: 'create', path: `${root}/controller`, data: me, mode: 'EPHEMERAL' },
        { op: 'setData', path: `${root}/controller_epoch`, data: String(epoch), version: stat.version },
      ])
      return { epoch, version: stat.version + 1 }
    } catch (error) {
      if (!isMulti(error)) throw error
    }
    const { stat: other, watch } = await zk.exists(`${root}/controller`, { watch: true })
    if (other !== null) await watch
    // So that it is known who is the fastest.
    await zk.sleep(100 * IN_SYNC.indexOf(me))
  }
}

/** A controller's work: if the leader is gone, the first of those in sync that are there leads, and everybody is told. */
async function control(
  zk: ZooKeeper,
  root: string,
  me: string,
  tell: (broker: string, epoch: number, leader: string) => void,
  step: (name: string) => Promise<void>,
): Promise<never> {
  const { epoch, version } = await becomeController(zk, root, me)
  await step('is the controller')
  for (;;) {
    const { children: there, watch } = await zk.getChildren(`${root}/ids`, { watch: true })
    await step('has read who is there')
    const state = await zk.getData(`${root}/state`)
    let leader = fromUtf8(state.data ?? new Uint8Array(0))
    if (!there.includes(leader)) {
      leader = IN_SYNC.find((broker) => there.includes(broker)) ?? leader
      // In one transaction: only as long as nobody has become the controller after this one.
      await zk.multi([
        { op: 'check', path: `${root}/controller_epoch`, version },
        { op: 'setData', path: `${root}/state`, data: leader, version: state.stat.version },
      ])
      await step('has written the new leader')
    }
    for (const broker of [...there].sort((a, b) => (a < b ? -1 : 1))) {
      tell(broker, epoch, leader)
      await step('has told one broker')
    }
    await watch
  }
}

/** b1 leads and is the controller, and dies; the next controller fails at a step; then comes another one; then the one that stood goes on. */
export function controllerFails(rules: Rules = RULES): Direct {
  return async (trial, zk) => {
    const brokers = new Map(IN_SYNC.map((name) => [name, new Broker()]))
    await ensurePath(zk, `${trial.root}/ids`)
    await zk.create(`${trial.root}/controller_epoch`, { data: '0' })
    await zk.create(`${trial.root}/state`, { data: 'b1' })
    const tell = (name: string, epoch: number, leader: string) => {
      if (trial.isRunning(name)) brokers.get(name)?.hear(epoch, leader, rules)
    }
    const broker =
      (name: string): Role =>
      async (own, step) => {
        await createOwned(own, `${trial.root}/ids/${name}`, null)
        await control(own, trial.root, name, tell, step)
      }
    for (const name of IN_SYNC) {
      trial.start(name, broker(name), name !== 'b1')
      await trial.wait(200)
    }
    await trial.wait(500)
    trial.crash('b1')
    await trial.wait(8000)
    if (trial.failed !== null) trial.resume(trial.failed)
    await trial.wait(1000)
    const { data } = await zk.getData(`${trial.root}/state`)
    const leader = fromUtf8(data ?? new Uint8Array(0))
    const others = IN_SYNC.filter((name) => trial.isRunning(name) && name !== trial.failed)
    const wrong = others.filter((name) => brokers.get(name)?.leader !== leader)
    const refused = others.reduce((sum, name) => sum + (brokers.get(name)?.refused ?? 0), 0)
    const believed = brokers.get(wrong[0] ?? '')?.leader
    if (wrong.length > 0) return { text: `TWO LEADERS: ${leader}, and ${believed} for ${wrong.join(' and ')}`, holds: false }
    return { text: `${leader} leads for all; orders refused: ${refused}`, holds: true }
  }
}

function isMulti(error: unknown): error is MultiError {
  return isKeeperError(error) && ['NODEEXISTS', 'BADVERSION'].includes(error.code)
}
