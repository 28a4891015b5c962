/**
 * One step of a server of the small world: the machine of its role gets an event, and what it wants is carried out as the peer
 * would. Time does not pass: what a timer would bring about is an input of its own. What the server promises for itself alone
 * (`own-promises.ts`) is checked on the way.
 */
import { AssertionError, type Epoch, makeZxid, type Now, type Sid, utf8, type Zxid } from '../../../kernel/index.ts'
import type { EnsembleConfiguration } from '../../../quorum/index.ts'
import {
  createLeader,
  createLearner,
  type EncodedTxn,
  type EpochFile,
  type LeaderEffect,
  type LeaderEvent,
  type LeaderState,
  type LearnerEffect,
  type LearnerEvent,
  type LearnerState,
  stepLeader,
  stepLearner,
} from '../../../zab/index.ts'
import type { OpenMachine, RoleBug, RoleBugs } from '../museum/role-bug.ts'
import type { Passing } from '../museum/surgery.ts'
import {
  BrokenPromise,
  hasWhatItPromises,
  hearsNothingWrong,
  logsInOrder,
  looksWithItsDisk,
  raisesItsEpochs,
  servesItsEpoch,
} from './own-promises.ts'
import { copyState } from './plain.ts'
import { type Input, type Item, newServer, type Output, type SmallServer, type Stepped, TO_LEADER } from './small-server.ts'

/** What is written: transactions are told apart by these very arrays. */
const WRITES = Array.from({ length: 16 }, (_, write) => utf8(`w${write}`))
const NOW: Now = { elapsed: 0, wall: 0 }
const LIMITS = { tickTime: 100, initLimit: 10, syncLimit: 5 }

/** What becomes of a server by this input; `before` is not touched. `bugs` are of the museum. */
export function stepServer(before: SmallServer, input: Input, configuration: EnsembleConfiguration, bugs: RoleBugs): Stepped {
  const step = new ServerStep(copyState(before), configuration, bugs)
  const { server, outputs, marks } = step
  try {
    step.take(input)
  } catch (error) {
    if (error instanceof BrokenPromise) return { server, outputs, marks, breach: { promise: error.promise, sentence: error.message } }
    if (error instanceof AssertionError)
      return { server, outputs, marks, breach: { promise: 'no-crash', sentence: `s${before.sid} dies: ${error.message}.` } }
    throw error
  }
  return { server, outputs, marks, breach: null }
}

class ServerStep {
  readonly server: SmallServer
  readonly outputs: Output[] = []
  readonly marks: string[] = []
  private readonly configuration: EnsembleConfiguration
  private readonly bugs: RoleBugs
  /** What a bug has the machine told when it has come to rest. */
  private afterwards: Passing[] = []

  constructor(server: SmallServer, configuration: EnsembleConfiguration, bugs: RoleBugs) {
    this.server = server
    this.configuration = configuration
    this.bugs = bugs
  }

  take(input: Input): void {
    this.dispatch(input)
    for (let event = this.afterwards.shift(); event !== undefined; event = this.afterwards.shift()) this.step(event)
    this.rest()
  }

  private dispatch(input: Input): void {
    const { server } = this
    switch (input.kind) {
      case 'start':
        this.reload()
        server.role = 'LOOKING'
        return
      case 'crash':
        return this.crash()
      case 'lead':
        return this.lead()
      case 'follow':
        return this.follow(input.leader)
      case 'giveUp':
        return this.giveUp()
      case 'unreachable':
        return this.isUnreachable()
      case 'flush':
        return this.flush()
      case 'operate':
        return this.operate()
      case 'propose':
        return this.propose(input.write)
      case 'connected':
        return this.step({ kind: 'connected' })
      case 'disconnected':
        return this.step({ kind: 'disconnected', reason: 'reset' } as Passing)
      case 'learnerConnected':
      case 'learnerClosed':
        return this.step(input)
      case 'item':
        return this.receive(input.connection, input.item)
    }
  }

  // Between roles.

  private reload(): void {
    const { server } = this
    const { history, position, inSnapshot } = server.disk
    server.memory = history
    server.position = position
    server.committedLog.clear()
    for (const txn of history.slice(inSnapshot)) server.committedLog.add(txn)
  }

  /** The power is gone: so is everything but what the disk has done. */
  private crash(): void {
    const { sid, disk } = this.server
    Object.assign(this.server, { ...newServer(sid), disk })
  }

  private lead(): void {
    const { server, configuration } = this
    const { acceptedEpoch, currentEpoch, history, inSnapshot } = server.disk
    server.role = 'LEADING'
    const settings = { myid: server.sid, configuration, configurationText: '', ...LIMITS, committedLog: server.committedLog }
    server.leading = createLeader(settings)
    this.bugs.leader?.begin?.(server.leading as never)
    const logFrom = history[inSnapshot]?.zxid ?? null
    this.step({ kind: 'lead', acceptedEpoch, currentEpoch, lastZxid: server.position, logFrom } as Passing)
  }

  private follow(leader: Sid): void {
    const { server } = this
    const { acceptedEpoch, currentEpoch } = server.disk
    server.role = 'FOLLOWING'
    server.following = createLearner({ myid: server.sid, learnerType: 'participant', configVersion: 0n, ...LIMITS })
    this.step({ kind: 'follow', leader, role: 'FOLLOWING', acceptedEpoch, currentEpoch, lastZxid: server.position } as Passing)
  }

  /** Its time is up: no quorum has come in time, or none is left. */
  private giveUp(): void {
    if (this.server.leading?.zabState !== 'BROADCAST') return this.step({ kind: 'timeout', timer: 'initLimit' })
    Object.assign(this.server.leading, { tick: Number.MAX_SAFE_INTEGER - 1, isHalfTick: false })
    this.step({ kind: 'timeout', timer: 'halfTick' })
  }

  private isUnreachable(): void {
    const { server } = this
    while (server.following !== null) {
      this.step({ kind: 'disconnected', reason: 'refused' } as Passing)
      if (server.following !== null) this.step({ kind: 'timeout', timer: 'connectRetry' })
    }
  }

  /** When a role is over and the disk is still, the server looks for a leader: with what is on its disk, neither more nor less. */
  private rest(): void {
    const { server } = this
    const { left } = server
    if (left === null || server.unflushed.length > 0 || server.tasks.length > 0) return
    server.left = null
    server.role = 'LOOKING'
    if (left.reload) this.reload()
    else for (const txn of left.logged) this.apply(txn)
    looksWithItsDisk(server)
  }

  private endRole({ logged = [], reload = false, reason = '' }: Passing): void {
    const { server } = this
    const { leading, following } = server
    Object.assign(server, { role: 'ENDING', leading: null, following: null, serving: false, left: { logged, reload } })
    this.afterwards = []
    if (following !== null) this.outputs.push({ kind: 'close', connection: TO_LEADER })
    for (const connection of leading?.learners.keys() ?? []) this.outputs.push({ kind: 'close', connection })
    hearsNothingWrong(server, 'ends its role', reason)
  }

  // The disk.

  private flush(): void {
    const [txn, ...rest] = this.server.unflushed
    if (txn === undefined) return
    const { disk } = this.server
    logsInOrder(this.server, txn.zxid)
    this.server.unflushed = rest
    disk.history = [...disk.history, txn]
    disk.position = txn.zxid
    this.step({ kind: 'flushed', upTo: txn.zxid })
  }

  private operate(): void {
    const [task, ...rest] = this.server.tasks
    if (task === undefined) return
    const { disk } = this.server
    this.server.tasks = rest
    if (task.kind === 'takeSnapshot') {
      const { history, position } = task
      this.replaceHistory(history, position, history.length)
      this.step({ kind: 'snapshotTaken' })
    } else if (task.kind === 'truncate') {
      const history = disk.history.filter(({ zxid }) => zxid <= task.zxid)
      this.replaceHistory(history, task.zxid, Math.min(disk.inSnapshot, history.length))
      this.reload()
      this.step({ kind: 'truncated' })
    } else if (task.kind === 'readLog') {
      const { connection, from, upTo } = task
      const txns = [...disk.history.slice(disk.inSnapshot), ...this.server.unflushed].filter(({ zxid }) => zxid >= from && zxid <= upTo)
      this.step({ kind: 'logRead', connection, txns } as Passing)
      this.step({ kind: 'logEnd', connection })
    } else {
      this.writeEpoch(task.kind, task.epoch)
    }
  }

  private replaceHistory(history: readonly EncodedTxn[], position: Zxid, inSnapshot: number): void {
    const { disk } = this.server
    const kept = new Set(history.map(({ bytes }) => bytes))
    for (const txn of disk.history) if (!kept.has(txn.bytes)) this.outputs.push({ kind: 'cut', txn })
    Object.assign(disk, { history, position, inSnapshot })
  }

  private writeEpoch(file: EpochFile, epoch: Epoch): void {
    raisesItsEpochs(this.server, file, epoch)
    this.server.disk[file] = epoch
    if (file === 'currentEpoch' && this.server.leading !== null) this.outputs.push({ kind: 'established', epoch })
    this.step({ kind: 'epochWritten', file, epoch })
  }

  // Packets and transactions.

  private receive(connection: number, item: Item): void {
    const { server } = this
    if (item.kind === 'database') {
      if (server.following === null) return
      server.memory = item.history
      server.position = server.following.snapshotZxid
      return this.step({ kind: 'snapshotInstalled' })
    }
    if (item.kind === 'COMMIT' && server.following?.stage === 'SYNCHRONIZED') this.marks.push('commit-between-newleader-and-uptodate')
    this.step(connection === TO_LEADER ? { kind: 'packet', packet: item } : { kind: 'packet', packet: item, connection })
  }

  private propose(write: number): void {
    const bytes = WRITES[write] as Uint8Array
    this.step({ kind: 'propose', txn: { zxid: (this.server.leading?.lastProposed ?? 0n) + 1n, bytes } })
  }

  private apply(txn: EncodedTxn): void {
    const { server } = this
    server.memory = [...server.memory, txn]
    server.position = txn.zxid
    server.committedLog.add(txn)
    if (server.serving) this.outputs.push({ kind: 'delivered', txn, place: server.memory.length - 1 })
  }

  private commit(txn: EncodedTxn): void {
    const { server } = this
    if (server.leading !== null) this.outputs.push({ kind: 'committed', txn, place: server.memory.length })
    else if (!server.disk.history.some(({ bytes }) => bytes === txn.bytes)) this.marks.push('committed-before-own-fsync')
    this.apply(txn)
    if (server.leading !== null) this.step({ kind: 'applied', zxid: txn.zxid })
  }

  // The machines.

  private step(event: Passing): void {
    const { server, bugs } = this
    const bug: RoleBug | undefined = server.leading === null ? bugs.learner : bugs.leader
    const machine = (server.leading ?? server.following) as (LeaderState & LearnerState & OpenMachine) | null
    if (machine === null) return
    for (const told of bug?.events?.(machine, event) ?? [event]) {
      if ((server.leading ?? server.following) !== machine) return
      const effects = (
        server.leading === null
          ? stepLearner(server.following as LearnerState, told as LearnerEvent, NOW)
          : stepLeader(server.leading, told as LeaderEvent, NOW)
      ) as readonly Passing[]
      for (const effect of bug?.effects?.(machine, effects) ?? effects) {
        if ((server.leading ?? server.following) === machine) this.carryOut(effect as Passing & (LeaderEffect | LearnerEffect))
      }
    }
  }

  private carryOut(effect: (LeaderEffect | LearnerEffect) & Passing): void {
    const { server } = this
    switch (effect.kind) {
      case 'send': {
        const connection = 'connection' in effect ? effect.connection : TO_LEADER
        if (connection === TO_LEADER) hasWhatItPromises(server, effect.packet)
        this.outputs.push({ kind: 'send', connection, item: effect.packet })
        return
      }
      case 'broadcast':
        for (const connection of effect.connections) this.outputs.push({ kind: 'send', connection, item: effect.packet })
        return
      case 'sendSnapshot':
        this.outputs.push({ kind: 'send', connection: effect.connection, item: { kind: 'database', history: server.memory } })
        return
      case 'closeLearner':
        this.outputs.push({ kind: 'close', connection: effect.connection })
        return hearsNothingWrong(server, "closes a learner's connection", effect.reason)
      case 'writeEpoch':
        server.tasks = [...server.tasks, { kind: effect.file, epoch: effect.epoch }]
        return
      case 'truncate':
      case 'readLog':
        server.tasks = [...server.tasks, effect]
        return
      case 'takeSnapshot':
        server.tasks = [...server.tasks, { kind: 'takeSnapshot', history: server.memory, position: server.position }]
        return
      case 'receiveSnapshot':
        server.memory = []
        return server.committedLog.clear()
      case 'append':
        server.unflushed = [...server.unflushed, effect.txn]
        return
      case 'apply':
        return this.apply(effect.txn)
      case 'commit':
        return this.commit(effect.txn)
      case 'serve':
        return this.serve(effect.epoch)
      case 'abdicate':
      case 'abandon':
        return this.endRole(effect)
      case 'note':
        this.marks.push(effect.name)
        return
      default:
        if ((effect as Passing).kind === 'tell') this.afterwards.push((effect as Passing).event as Passing)
    }
  }

  private serve(epoch: Epoch): void {
    const { server } = this
    server.serving = true
    if (server.leading !== null) {
      server.position = makeZxid(epoch, 0n)
      servesItsEpoch(server, epoch)
      this.outputs.push({ kind: 'reigns', epoch, history: server.memory })
    } else {
      for (const [place, txn] of server.memory.entries()) this.outputs.push({ kind: 'delivered', txn, place })
    }
  }
}
