/**
 * A small world for the two machines of Zab alone: servers whose disk is a list with an explicit durable part, FIFO links,
 * an oracle instead of an election, and a scheduler that takes any of the possible next steps. Every step is checked against the
 * invariants of the protocol; a broken one throws {@link Violation}.
 */

import { counterOf, epochOf, formatId, makeZxid, type Note, Prng, utf8 } from '../../src/kernel/index.ts'
import { configurationOf, type EnsembleConfiguration } from '../../src/quorum/index.ts'
import type { QuorumPacket } from '../../src/wire/index.ts'
import {
  CommittedLog,
  createLeader,
  createLearner,
  type EncodedTxn,
  type LeaderEffect,
  type LeaderEvent,
  type LeaderState,
  type LearnerEffect,
  type LearnerEvent,
  type LearnerState,
  stepLeader,
  stepLearner,
} from '../../src/zab/index.ts'

export class Violation extends Error {
  override name = 'Violation'
}

export const TICK = 100
export const INIT_LIMIT = 10
export const SYNC_LIMIT = 5

type Item = { packet: QuorumPacket } | { snapshot: readonly EncodedTxn[] }
type Operation =
  | { kind: 'acceptedEpoch' | 'currentEpoch'; epoch: bigint }
  | { kind: 'takeSnapshot'; history: readonly EncodedTxn[]; position: bigint }
  | { kind: 'truncate'; zxid: bigint }
  | { kind: 'readLog'; connection: number; from: bigint; upTo: bigint }

export interface Link {
  readonly id: number
  readonly learner: Server
  readonly leader: Server
  readonly toLeader: Item[]
  readonly toLearner: Item[]
  learnerOpen: boolean
  leaderOpen: boolean
}

export type Role = 'DOWN' | 'LOOKING' | 'LEADING' | 'FOLLOWING' | 'ENDING'

/** One server: disk, memory, and the machine of its present role. */
export class Server {
  readonly id: bigint
  readonly isObserver: boolean
  role: Role = 'DOWN'
  disk = { accepted: 0n, current: 0n, history: [] as EncodedTxn[], position: 0n, snapshotAt: 0 }
  unflushed: EncodedTxn[] = []
  operations: Operation[] = []
  memory: EncodedTxn[] = []
  position = 0n
  committed: EncodedTxn[] = []
  /** Short, so that learners fall behind it. */
  readonly committedLog = new CommittedLog(3)
  leader: LeaderState | null = null
  learner: LearnerState | null = null
  link: Link | null = null
  /** What the machine of the role that ended had logged and not applied; and whether memory is void. */
  ended: { logged: readonly EncodedTxn[]; reload: boolean } | null = null
  isServing = false
  readonly timers = new Map<string, number>()
  readonly notes: Note[] = []
  readonly reasons: string[] = []
  readonly touched: bigint[] = []
  synced = 0

  constructor(id: bigint, isObserver: boolean) {
    this.id = id
    this.isObserver = isObserver
  }
}

export interface WorldOptions {
  readonly voters: number
  readonly observers?: number
  /** A planted fault: `flushed` is told before the disk has it. */
  readonly lyingDisk?: boolean
  /** The peer fills committedLog after it has told `applied`. */
  readonly fillsLate?: boolean
}

export class World {
  readonly servers: Server[] = []
  readonly links: Link[] = []
  readonly prng: Prng
  readonly configuration: EnsembleConfiguration
  readonly options: WorldOptions
  readonly leaders = new Map<bigint, bigint>()
  /** What has been committed, by anybody, ever. */
  committed: EncodedTxn[] = []
  readonly proposed = new Set<EncodedTxn['bytes']>()
  clock = 0
  #writes = 0
  #links = 0

  constructor(seed: bigint, options: WorldOptions) {
    this.prng = new Prng(seed)
    this.options = options
    const ids = Array.from({ length: options.voters + (options.observers ?? 0) }, (_, i) => BigInt(i + 1))
    this.servers = ids.map((id) => new Server(id, id > BigInt(options.voters)))
    this.configuration = configurationOf(
      this.servers.map(({ id, isObserver }) => ({
        id,
        addresses: [{ host: `s${id}`, quorumPort: 2888, electionPort: 3888 }],
        type: isObserver ? 'observer' : 'participant',
        clientAddress: null,
        secureClientAddress: null,
      })),
    )
    for (const server of this.servers) this.start(server)
  }

  server(id: number): Server {
    return this.servers[id - 1] as Server
  }

  // ---- life -------------------------------------------------------------------------------------------------------

  start(server: Server): void {
    this.reload(server)
    server.role = 'LOOKING'
  }

  /** Power loss: what was not durable is gone, or a prefix of it has made it. */
  crash(server: Server, survives = 0): void {
    this.disconnect(server)
    const { disk } = server
    for (const txn of server.unflushed.slice(0, survives)) this.makeDurable(server, txn)
    server.role = 'DOWN'
    server.unflushed = []
    server.operations = []
    server.committed = []
    server.leader = null
    server.learner = null
    server.ended = null
    server.isServing = false
    server.timers.clear()
    disk.snapshotAt = Math.min(disk.history.length, Math.max(disk.snapshotAt, this.prng.below(disk.history.length + 1)))
  }

  reload(server: Server): void {
    const { disk, committedLog } = server
    server.memory = [...disk.history]
    server.position = disk.position
    committedLog.clear()
    for (const txn of disk.history.slice(disk.snapshotAt)) committedLog.add(txn)
  }

  /** The oracle: this server leads, these follow it. It may be wrong. */
  elect(leader: Server, followers: readonly Server[]): void {
    leader.role = 'LEADING'
    const { configuration } = this
    leader.leader = createLeader({
      ...{ myid: leader.id, configuration, configurationText: 'version=0', tickTime: TICK, initLimit: INIT_LIMIT, syncLimit: SYNC_LIMIT },
      committedLog: leader.committedLog,
    })
    const { accepted: acceptedEpoch, current: currentEpoch } = leader.disk
    this.stepLeader(leader, { kind: 'lead', acceptedEpoch, currentEpoch, lastZxid: leader.position, logFrom: leader.disk.history[0]?.zxid ?? null })
    for (const follower of followers) this.follow(follower, leader)
  }

  follow(server: Server, leader: Server): void {
    server.role = 'FOLLOWING'
    const learnerType = server.isObserver ? 'observer' : 'participant'
    server.learner = createLearner({ myid: server.id, learnerType, configVersion: 0n, tickTime: TICK, initLimit: INIT_LIMIT, syncLimit: SYNC_LIMIT })
    const { accepted: acceptedEpoch, current: currentEpoch } = server.disk
    const role = server.isObserver ? 'OBSERVING' : 'FOLLOWING'
    this.stepLearner(server, { kind: 'follow', leader: leader.id, role, acceptedEpoch, currentEpoch, lastZxid: server.position })
  }

  /** Whoever is best of these leads them. */
  electBestOf(servers: readonly Server[]): void {
    const voters = servers.filter(({ isObserver }) => !isObserver)
    const better = (a: Server, b: Server) =>
      a.disk.current !== b.disk.current ? a.disk.current > b.disk.current : a.position !== b.position ? a.position > b.position : a.id > b.id
    const best = voters.reduce((a, b) => (better(a, b) ? a : b))
    this.elect(
      best,
      servers.filter((server) => server !== best),
    )
  }

  // ---- network ----------------------------------------------------------------------------------------------------

  connect(server: Server): void {
    const leader = this.server(Number(server.learner?.leader))
    if (leader.role !== 'LEADING') return this.stepLearner(server, { kind: 'disconnected', reason: 'refused' })
    const link: Link = { id: ++this.#links, learner: server, leader, toLeader: [], toLearner: [], learnerOpen: true, leaderOpen: true }
    this.links.push(link)
    server.link = link
    this.stepLeader(leader, { kind: 'learnerConnected', connection: link.id })
    this.stepLearner(server, { kind: 'connected' })
  }

  /** Both directions of every link of this server break. */
  disconnect(server: Server): void {
    for (const link of [...this.links]) if (link.learner === server || link.leader === server) this.cut(link)
  }

  /** The link breaks; what is under way is lost. Each side learns of it later, see {@link noticeCut}. */
  cut(link: Link): void {
    link.toLeader.length = 0
    link.toLearner.length = 0
    if (link.learner.link === link) link.learner.link = null
    if (link.learnerOpen) this.#cutAtLearner.push(link)
    if (link.leaderOpen) this.#cutAtLeader.push(link)
    this.links.splice(this.links.indexOf(link), 1)
  }
  readonly #cutAtLearner: Link[] = []
  readonly #cutAtLeader: Link[] = []

  noticeCut(): boolean {
    const atLearner = this.#cutAtLearner.shift()
    if (atLearner !== undefined) {
      if (atLearner.learner.link === null && atLearner.learner.learner !== null && atLearner.learner.learner.stage !== 'CONNECTING') {
        this.stepLearner(atLearner.learner, { kind: 'disconnected', reason: 'cut' })
      }
      return true
    }
    const atLeader = this.#cutAtLeader.shift()
    if (atLeader !== undefined) {
      if (atLeader.leader.leader !== null) this.stepLeader(atLeader.leader, { kind: 'learnerClosed', connection: atLeader.id })
      return true
    }
    return false
  }

  deliverToLeader(link: Link): void {
    const item = link.toLeader.shift()
    if (item === undefined || !('packet' in item)) return
    if (link.leader.leader !== null) this.stepLeader(link.leader, { kind: 'packet', connection: link.id, packet: item.packet })
  }

  deliverToLearner(link: Link): void {
    const { learner } = link
    const item = link.toLearner.shift()
    if (item === undefined || learner.learner === null || learner.link !== link) return
    if ('packet' in item) return this.stepLearner(learner, { kind: 'packet', packet: item.packet })
    learner.memory = [...item.snapshot]
    learner.position = learner.learner.snapshotZxid
    this.stepLearner(learner, { kind: 'snapshotInstalled' })
  }

  // ---- disk -------------------------------------------------------------------------------------------------------

  makeDurable(server: Server, txn: EncodedTxn): void {
    const { disk } = server
    disk.history.push(txn)
    disk.position = txn.zxid
    this.checkContiguity(server, disk.history)
  }

  flush(server: Server): void {
    const last = server.unflushed.at(-1)
    for (const txn of server.unflushed) this.makeDurable(server, txn)
    server.unflushed = []
    if (last !== undefined && !this.options.lyingDisk) this.tellFlushed(server, last.zxid)
  }

  tellFlushed(server: Server, upTo: bigint): void {
    if (server.leader !== null) this.stepLeader(server, { kind: 'flushed', upTo })
    if (server.learner !== null) this.stepLearner(server, { kind: 'flushed', upTo })
  }

  /** Carries out the oldest operation of the disk. */
  operate(server: Server): void {
    const operation = server.operations.shift()
    if (operation === undefined) return
    const { disk } = server
    if (operation.kind === 'takeSnapshot') {
      disk.history = [...operation.history]
      disk.position = operation.position
      disk.snapshotAt = disk.history.length
      this.checkNothingLost(server)
      if (server.learner !== null) this.stepLearner(server, { kind: 'snapshotTaken' })
    } else if (operation.kind === 'truncate') {
      disk.history = disk.history.filter(({ zxid }) => zxid <= operation.zxid)
      disk.position = operation.zxid
      disk.snapshotAt = Math.min(disk.snapshotAt, disk.history.length)
      this.checkNothingLost(server)
      this.reload(server)
      if (server.learner !== null) this.stepLearner(server, { kind: 'truncated' })
    } else if (operation.kind === 'readLog') {
      this.readLog(server, operation)
    } else {
      this.writeEpoch(server, operation.kind, operation.epoch)
    }
  }

  /** In two pieces; between them anything may happen. */
  readLog(server: Server, { connection, from, upTo }: Operation & { kind: 'readLog' }): void {
    const log = [...server.disk.history, ...server.unflushed].filter(({ zxid }) => zxid >= from && zxid <= upTo)
    const txns = log.slice(0, 2)
    if (txns.length > 0) this.stepLeader(server, { kind: 'logRead', connection, txns })
    const last = txns.at(-1)?.zxid ?? upTo
    if (log.length > txns.length) server.operations.push({ kind: 'readLog', connection, from: last + 1n, upTo })
    else this.stepLeader(server, { kind: 'logEnd', connection })
  }

  writeEpoch(server: Server, file: 'acceptedEpoch' | 'currentEpoch', epoch: bigint): void {
    const { disk } = server
    const key = file === 'acceptedEpoch' ? 'accepted' : 'current'
    this.demand(epoch >= disk[key], `${file} of ${server.id} goes back`)
    disk[key] = epoch
    this.demand(disk.current <= disk.accepted, `currentEpoch of ${server.id} above acceptedEpoch`)
    if (file === 'currentEpoch' && server.leader !== null) {
      const other = this.leaders.get(epoch)
      this.demand(other === undefined, `epoch ${epoch} has two leaders, ${other} and ${server.id}`)
      this.leaders.set(epoch, server.id)
    }
    if (server.leader !== null) this.stepLeader(server, { kind: 'epochWritten', file, epoch })
    if (server.learner !== null) this.stepLearner(server, { kind: 'epochWritten', file, epoch })
  }

  /** The pipeline applies what is committed. */
  apply(server: Server): void {
    const txn = server.committed.shift()
    if (txn === undefined) return
    if (!this.options.fillsLate) this.deliver(server, txn)
    else server.memory.push(txn)
    if (server.leader !== null) this.stepLeader(server, { kind: 'applied', zxid: txn.zxid })
    if (this.options.fillsLate) {
      server.memory.pop()
      this.deliver(server, txn)
    }
  }

  deliver(server: Server, txn: EncodedTxn): void {
    server.memory.push(txn)
    server.position = txn.zxid
    server.committedLog.add(txn)
    if (server.isServing) this.checkDelivered(server)
  }

  // ---- clients ----------------------------------------------------------------------------------------------------

  canWrite({ leader, isServing }: Server): boolean {
    return leader !== null && isServing && !leader.over
  }

  write(server: Server): EncodedTxn {
    const txn = { zxid: (server.leader?.lastProposed ?? 0n) + 1n, bytes: utf8(`write ${++this.#writes}`) }
    this.proposed.add(txn.bytes)
    this.stepLeader(server, { kind: 'propose', txn })
    return txn
  }

  // ---- roles ------------------------------------------------------------------------------------------------------

  /** The role is over when the disk has done what it was asked: memory must be what the disk holds, then. */
  endRole(server: Server): void {
    if (server.unflushed.length > 0) return this.flush(server)
    if (server.operations.length > 0) return this.operate(server)
    if (server.committed.length > 0) return this.apply(server)
    const ended = server.ended
    if (ended === null) return
    server.ended = null
    server.role = 'LOOKING'
    if (ended.reload) this.reload(server)
    else for (const txn of ended.logged) this.deliver(server, txn)
    this.demand(sameHistory(server.memory, server.disk.history), `server ${server.id} is LOOKING with memory that is not its disk`)
    this.demand(
      server.position === server.disk.position || counterOf(server.position) === 0n,
      `position ${formatId(server.position)} of server ${server.id} is not on its disk`,
    )
  }

  isEnding(server: Server): boolean {
    return server.role === 'ENDING'
  }

  private endMachine(server: Server, logged: readonly EncodedTxn[], reload: boolean, reason: string): void {
    for (const link of [...this.links]) if (link.learner === server || (link.leader === server && server.leader !== null)) this.cut(link)
    server.role = 'ENDING'
    server.leader = null
    server.learner = null
    server.isServing = false
    server.link = null
    server.ended = { logged, reload }
    server.timers.clear()
    server.reasons.push(reason)
    this.demand(
      !/COMMIT of|does not follow|out of turn|instead of|cannot be read|without/.test(reason),
      `server ${server.id} ended its role: ${reason}`,
    )
  }

  stepLeader(server: Server, event: LeaderEvent): void {
    const state = server.leader
    if (state === null) return
    for (const effect of stepLeader(state, event, { elapsed: this.clock, wall: 0 })) this.onLeaderEffect(server, effect)
  }

  private onLeaderEffect(server: Server, effect: LeaderEffect): void {
    switch (effect.kind) {
      case 'send':
        this.sendToLearner(effect.connection, { packet: effect.packet })
        if (effect.packet.kind === 'LEADERINFO') this.demand(server.disk.accepted === epochOf(effect.packet.zxid), 'LEADERINFO before acceptedEpoch')
        break
      case 'broadcast':
        for (const connection of effect.connections) this.sendToLearner(connection, { packet: effect.packet })
        break
      case 'sendSnapshot':
        this.sendToLearner(effect.connection, { snapshot: [...server.memory] })
        break
      case 'closeLearner': {
        const link = this.links.find(({ id }) => id === effect.connection)
        this.demand(!/out of turn|cannot/.test(effect.reason), `leader closed a learner: ${effect.reason}`)
        if (link !== undefined) {
          link.leaderOpen = false
          this.cut(link)
        }
        break
      }
      case 'readLog':
        server.operations.push(effect)
        break
      case 'writeEpoch':
        server.operations.push({ kind: effect.file, epoch: effect.epoch })
        break
      case 'serve':
        server.isServing = true
        server.position = makeZxid(effect.epoch, 0n)
        this.demand(startsWith(server.memory, this.committed), `server ${server.id} leads epoch ${effect.epoch} without what is committed`)
        this.demand(server.disk.current === effect.epoch, 'leader serves before its currentEpoch')
        this.committed = [...server.memory]
        break
      case 'append':
        this.append(server, effect.txn)
        break
      case 'commit':
        this.onCommitted(server, effect.txn)
        server.committed.push(effect.txn)
        break
      case 'abdicate':
        this.endMachine(server, effect.logged, false, effect.reason)
        break
      default:
        this.onCommonEffect(server, effect)
    }
  }

  stepLearner(server: Server, event: LearnerEvent): void {
    const state = server.learner
    if (state === null) return
    for (const effect of stepLearner(state, event, { elapsed: this.clock, wall: 0 })) this.onLearnerEffect(server, effect)
  }

  private onLearnerEffect(server: Server, effect: LearnerEffect): void {
    switch (effect.kind) {
      case 'connect':
        server.timers.set('connect', this.clock)
        break
      case 'send':
        this.checkSent(server, effect.packet)
        server.link?.toLeader.push({ packet: effect.packet })
        break
      case 'sendTouches':
        server.link?.toLeader.push({ packet: { kind: 'PING', zxid: effect.zxid, data: new Uint8Array(), authinfo: null } })
        break
      case 'writeEpoch':
        server.operations.push({ kind: effect.file, epoch: effect.epoch })
        break
      case 'receiveSnapshot':
        server.memory = []
        server.committedLog.clear()
        break
      case 'truncate':
        server.operations.push({ kind: 'truncate', zxid: effect.zxid })
        break
      case 'takeSnapshot':
        server.operations.push({ kind: 'takeSnapshot', history: [...server.memory], position: server.position })
        break
      case 'append':
        this.append(server, effect.txn)
        break
      case 'apply':
        this.deliver(server, effect.txn)
        break
      case 'serve':
        server.isServing = true
        this.checkDelivered(server)
        break
      case 'commit':
        server.committed.push(effect.txn)
        break
      case 'synced':
        server.synced++
        break
      case 'abandon':
        this.endMachine(server, effect.logged, effect.reload, effect.reason)
        break
      default:
        this.onCommonEffect(server, effect)
    }
  }

  private onCommonEffect(server: Server, effect: LeaderEffect | LearnerEffect): void {
    if (effect.kind === 'note') server.notes.push(effect)
    else if (effect.kind === 'setTimer') server.timers.set(effect.timer, this.clock + effect.delay)
    else if (effect.kind === 'cancelTimer') server.timers.delete(effect.timer)
  }

  private append(server: Server, txn: EncodedTxn): void {
    server.unflushed.push(txn)
    if (this.options.lyingDisk) this.tellFlushed(server, txn.zxid)
  }

  private sendToLearner(connection: number, item: Item): void {
    this.links.find(({ id }) => id === connection)?.toLearner.push(item)
  }

  fire(server: Server, timer: string): void {
    server.timers.delete(timer)
    if (timer === 'connect') return this.connect(server)
    if (timer === 'halfTick' || timer === 'initLimit') this.stepLeader(server, { kind: 'timeout', timer })
    if (timer === 'leaderSilence' || timer === 'connectRetry') this.stepLearner(server, { kind: 'timeout', timer })
  }

  // ---- invariants -------------------------------------------------------------------------------------------------

  demand(condition: boolean, what: string): void {
    if (!condition) throw new Violation(what)
  }

  /** Commit quorum, and one sequence for all: a leader commits only what a quorum has on disk, in the one order there is. */
  private onCommitted(server: Server, txn: EncodedTxn): void {
    const holders = new Set(this.servers.filter(({ disk }) => disk.history.some(({ bytes }) => bytes === txn.bytes)).map(({ id }) => id))
    this.demand(
      this.configuration.verifier.containsQuorum(holders),
      `${formatId(txn.zxid)} committed with only ${[...holders].join(', ')} having it on disk`,
    )
    const place = server.memory.length + server.committed.length
    this.demand(place <= this.committed.length, `${formatId(txn.zxid)} committed out of order`)
    if (place === this.committed.length) this.committed.push(txn)
    this.demand(this.committed[place]?.bytes === txn.bytes, `${formatId(txn.zxid)} committed where something else is`)
  }

  /** Prefix consistency and integrity: who serves has delivered nothing that is not committed, in the same order. */
  private checkDelivered(server: Server): void {
    this.demand(startsWith(this.committed, server.memory), `server ${server.id} has delivered what is not committed`)
    for (const { bytes } of server.memory) this.demand(this.proposed.has(bytes), 'delivered what nobody proposed')
  }

  /** Ack durability, and epoch after history. */
  private checkSent(server: Server, { kind, zxid, data }: QuorumPacket): void {
    const { disk } = server
    if (kind === 'ACKEPOCH' && data?.[0] !== 0xff) this.demand(disk.accepted === server.learner?.epoch, 'ACKEPOCH before acceptedEpoch')
    if (kind !== 'ACK') return
    if (counterOf(zxid) !== 0n)
      return this.demand(
        disk.history.some((txn) => txn.zxid === zxid),
        `server ${server.id} acks ${formatId(zxid)} before it is on disk`,
      )
    this.demand(disk.current === epochOf(zxid), 'NEWLEADER acked before currentEpoch')
    if (!server.isServing) this.demand(sameHistory(disk.history, server.memory), `server ${server.id} acks NEWLEADER before the history is on disk`)
  }

  private checkContiguity(server: Server, history: readonly EncodedTxn[]): void {
    const last = history.at(-1)
    const before = history.at(-2)
    if (last === undefined || before === undefined) return
    const isNext = last.zxid === before.zxid + 1n || (epochOf(last.zxid) > epochOf(before.zxid) && counterOf(last.zxid) === 1n)
    this.demand(isNext, `gap on the disk of server ${server.id}: ${formatId(before.zxid)}, ${formatId(last.zxid)}`)
  }

  /** Committed-log durability: a quorum goes on having what is committed. */
  private checkNothingLost(server: Server): void {
    const holders = new Set(this.servers.filter(({ disk }) => startsWith(disk.history, this.committed)).map(({ id }) => id))
    this.demand(this.configuration.verifier.containsQuorum(holders), `server ${server.id} has thrown away what was committed`)
  }

  // ---- scheduler --------------------------------------------------------------------------------------------------

  /** All steps that are possible now, apart from faults. */
  steps(): (() => void)[] {
    const steps: (() => void)[] = []
    for (const link of this.links) {
      if (link.toLeader.length > 0) steps.push(() => this.deliverToLeader(link))
      if (link.toLearner.length > 0) steps.push(() => this.deliverToLearner(link))
    }
    for (const server of this.servers) {
      if (server.unflushed.length > 0) steps.push(() => this.flush(server))
      if (server.operations.length > 0) steps.push(() => this.operate(server))
      if (server.committed.length > 0) steps.push(() => this.apply(server))
      if (server.role === 'ENDING') steps.push(() => this.endRole(server))
      for (const [timer, due] of server.timers) if (due <= this.clock) steps.push(() => this.fire(server, timer))
    }
    if (this.#cutAtLearner.length + this.#cutAtLeader.length > 0) steps.push(() => this.noticeCut())
    return steps
  }

  /** Takes all steps there are, oldest first, without letting time pass. */
  settle(): void {
    for (let taken = 0; ; taken++) {
      const step = this.steps()[0]
      if (step === undefined) return
      if (taken > 20_000) throw new Violation('does not come to rest')
      step()
    }
  }

  /** Lets time pass, timer by timer. */
  pass(span: number): void {
    const end = this.clock + span
    for (;;) {
      this.settle()
      const next = Math.min(...this.servers.flatMap(({ timers }) => [...timers.values()]))
      if (next > end) break
      this.clock = Math.max(this.clock, next)
    }
    this.clock = end
  }

  /** One random step; `chaos` is how likely a fault is, of 100. */
  randomStep(chaos: number): void {
    const { prng } = this
    if (prng.below(100) < chaos) return this.randomFault()
    if (prng.below(20) === 0) this.clock += prng.below(TICK)
    const writer = this.servers.find((server) => this.canWrite(server))
    if (writer !== undefined && prng.below(12) === 0) return void this.write(writer)
    const looking = this.servers.filter(({ role }) => role === 'LOOKING')
    if (looking.length > 0 && prng.below(8) === 0) return this.randomElection(looking)
    const steps = this.steps()
    if (steps.length > 0) prng.pick(steps)()
    else this.clock += TICK / 2
  }

  private randomElection(looking: readonly Server[]): void {
    const { prng } = this
    const leading = this.servers.filter(({ role }) => role === 'LEADING')
    if (leading.length > 0 && prng.below(4) > 0) return this.follow(prng.pick(looking), prng.pick(leading))
    const some = looking.filter(() => prng.below(4) > 0)
    const voters = some.filter(({ isObserver }) => !isObserver)
    if (voters.length === 0) return
    if (prng.below(10) === 0)
      this.elect(
        voters[0] as Server,
        some.filter((server) => server !== voters[0]),
      )
    else if (voters.length * 2 > this.options.voters || prng.below(5) === 0) this.electBestOf(some)
  }

  private randomFault(): void {
    const { prng } = this
    const server = prng.pick(this.servers)
    switch (prng.below(4)) {
      case 0:
        if (server.role === 'DOWN') this.start(server)
        else this.crash(server, prng.below(server.unflushed.length + 1))
        break
      case 1:
        if (server.role === 'DOWN') this.start(server)
        break
      default:
        if (this.links.length > 0) this.cut(prng.pick(this.links))
    }
  }

  /**
   * Ends all faults and lets the ensemble recover; every server must serve, with one history, and take a write. Whoever has
   * promised an epoch that came to nothing cannot join the leader of an earlier one, in ZooKeeper as here: those, and nobody
   * else, may have to wait for the next election, for which all servers are restarted.
   */
  heal(): void {
    for (const server of this.servers) if (server.role === 'DOWN') this.start(server)
    this.recover()
    const excluded = this.servers.filter(({ isServing }) => !isServing)
    if (excluded.length > 0) {
      const isReason = excluded.every(({ reasons }) => /was accepted before/.test(reasons.at(-1) ?? ''))
      this.demand(isReason, `not all serve: ${this.servers.map(({ id, role, reasons }) => `${id} ${role} (${reasons.at(-1)})`).join(', ')}`)
      for (const server of this.servers) this.crash(server)
      for (const server of this.servers) this.start(server)
      this.recover()
    }
    this.checkRecovered()
  }

  private recover(): void {
    for (let round = 0; round < 60; round++) {
      this.pass(TICK)
      if (this.servers.every(({ isServing }) => isServing)) return
      const leader = this.servers.find(({ role }) => role === 'LEADING')
      const looking = this.servers.filter(({ role }) => role === 'LOOKING')
      if (leader !== undefined) for (const server of looking) this.follow(server, leader)
      else if (looking.length === this.servers.length) this.electBestOf(looking)
    }
  }

  private checkRecovered(): void {
    const writer = this.servers.find((server) => this.canWrite(server))
    this.demand(writer !== undefined, `nobody serves: ${this.servers.map(({ id, role, reasons }) => `${id} ${role} (${reasons.at(-1)})`).join(', ')}`)
    if (writer === undefined) return
    const txn = this.write(writer)
    this.pass(TICK)
    for (const server of this.servers) {
      this.demand(sameHistory(server.memory, this.committed), `server ${server.id} has not come to the common history`)
      this.demand(sameHistory(server.disk.history, this.committed), `disk of server ${server.id} has not come to the common history`)
      this.demand(
        server.memory.some(({ bytes }) => bytes === txn.bytes),
        `server ${server.id} lacks the last write`,
      )
    }
  }
}

export function sameHistory(a: readonly EncodedTxn[], b: readonly EncodedTxn[]): boolean {
  return a.length === b.length && startsWith(a, b)
}

export function startsWith(history: readonly EncodedTxn[], prefix: readonly EncodedTxn[]): boolean {
  return prefix.length <= history.length && prefix.every((txn, i) => history[i]?.bytes === txn.bytes)
}
