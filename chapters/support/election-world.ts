/**
 * A world for elections alone: servers made of the two machines, a network of ordered streams with seeded delays, crashes, and
 * a sketch of what comes after an election, just enough to send servers back to LOOKING when a leadership fails. The
 * notifications travel as bytes.
 */
import type { CnxEvent, ConnectionsState, ElectionEffect, ElectionEvent, ElectionOptions, ElectionState } from '../../src/election/index.ts'
import { createConnections, createElection, haveDelivered, stepConnections, stepElection } from '../../src/election/index.ts'
import { assert, NO_SID, Prng } from '../../src/kernel/index.ts'
import type { EnsembleConfiguration } from '../../src/quorum/index.ts'
import type { Notification, ServerState } from '../../src/wire/index.ts'
import { decodeNotification, encodeNotification } from '../../src/wire/index.ts'
import { Agenda } from './agenda.ts'
import { asMessage, type ElectionStep } from './election-steps.ts'

/** Ms that a leader may take to gather its quorum, and a learner to find its leader. */
const INIT_LIMIT = 1000

export interface ElectingServer {
  readonly sid: bigint
  alive: boolean
  /** Where its log ends; -1 means that the data was lost. */
  zxid: bigint
  currentEpoch: bigint
  election: ElectionState
  connections: ConnectionsState
  /** The running number that makes older deadlines of a timer void. */
  timers: Map<string, number>
  /** Since when it has its present role. */
  since: number
  established: boolean
}

/** One end of a connection: where what is written at it comes out. */
interface End {
  readonly server: ElectingServer
  readonly id: number
  open: boolean
  /** When the last thing written here arrives. */
  lastArrival: number
}

/** A notification that was put on the wire. */
export interface Sent {
  readonly at: number
  readonly from: bigint
  readonly to: bigint
  readonly notification: Notification
}

export interface WorldOptions {
  readonly seed: bigint
  readonly configuration: EnsembleConfiguration
  /** Shortest and longest delay of a message, in ms. */
  readonly delay?: readonly [number, number]
  /** How often a server looks whether its leadership still stands, in ms: so late it notices that its leader is gone. 50 unless said otherwise. */
  readonly glance?: number
  /** Other waits than the usual ones. */
  readonly waits?: Pick<ElectionOptions, 'minNotificationInterval' | 'maxNotificationInterval' | 'finalizeWait'>
  /** What is wrong with it, if anything: what a server hears instead of each notification. */
  readonly mistake?: Mistake
}

type Heard = ElectionEvent & { readonly kind: 'notification' }

/** Tells a server something else than what it was told. */
export type Mistake = (heard: Heard, server: ElectionState) => readonly Heard[]

export class ElectionWorld {
  readonly servers = new Map<bigint, ElectingServer>()
  readonly sent: Sent[] = []
  readonly notes = new Set<string>()
  /** Connections attempts as [at, from, to]. */
  readonly attempts: [number, bigint, bigint][] = []
  /** Called after each step. */
  onStep: ((step: ElectionStep) => void) | null = null
  /** Called after each step of an election, with the state that was there before. */
  onElectionStep: ((server: ElectingServer, before: ElectionState, event: ElectionEvent, effects: readonly ElectionEffect[]) => void) | null = null
  private readonly options: WorldOptions
  private readonly random: Prng
  private readonly agenda = new Agenda()
  private readonly pairs = new Map<number, { mine: End; theirs: End }>()
  private readonly cuts = new Set<string>()
  private counter = 0

  constructor(options: WorldOptions) {
    this.options = options
    this.random = new Prng(options.seed)
    for (const sid of options.configuration.servers.keys())
      this.servers.set(sid, { sid, alive: false, zxid: 0n, currentEpoch: 0n, ...this.machines(sid) })
  }

  server(sid: bigint): ElectingServer {
    return this.servers.get(sid) as ElectingServer
  }

  role(sid: bigint): ServerState {
    return this.server(sid).election.role
  }

  /** The process comes up with what its disk holds. */
  start(sid: bigint): void {
    const server = this.server(sid)
    assert(!server.alive, `server ${sid} runs already`)
    Object.assign(server, this.machines(sid), { alive: true })
    this.onStep?.({ host: hostOf(server), machine: 'election', event: { kind: 'start' }, effects: [] })
    this.look(server)
    this.glance(server, server.connections)
  }

  /** The process is gone; the others see their connections break. */
  crash(sid: bigint): void {
    const server = this.server(sid)
    server.alive = false
    for (const { mine, theirs } of [...this.pairs.values()]) if (mine.server === server) this.breakUp(mine, theirs)
  }

  /** No new connections between the two, and the present one breaks. */
  cut(a: bigint, b: bigint): void {
    this.cuts.add(`${a} ${b}`).add(`${b} ${a}`)
    for (const { mine, theirs } of [...this.pairs.values()]) {
      if (!this.reaches(mine.server.sid, theirs.server.sid)) this.breakUp(mine, theirs)
    }
  }

  /** All servers reach each other again. */
  heal(): void {
    this.cuts.clear()
  }

  /** Runs until `done`, at most until `limit`. Returns whether it came to that. */
  run(limit: number, done?: () => boolean): boolean {
    return this.agenda.run(limit, done)
  }

  get now(): number {
    return this.agenda.now
  }

  /** Whether one established leader has every living server. */
  get settled(): boolean {
    const alive = [...this.servers.values()].filter((server) => server.alive)
    return alive.filter(({ election }) => election.role === 'LEADING').length === 1 && alive.every(({ established }) => established)
  }

  /** Hands an event to a server's election and carries out what it says. */
  elect(server: ElectingServer, event: ElectionEvent): void {
    const before = { ...server.election }
    const effects = stepElection(server.election, event, { elapsed: this.now, wall: 0 })
    this.onElectionStep?.(server, before, event, effects)
    this.onStep?.({ host: hostOf(server), machine: 'election', event, effects: effects.filter(({ kind }) => kind !== 'sendNotification') })
    for (const effect of effects) {
      switch (effect.kind) {
        case 'sendNotification':
          this.connect(server, { kind: 'toSend', sid: effect.to, notification: effect.notification })
          break
        case 'connectAll':
          this.connect(server, effect)
          break
        case 'elected':
          server.since = this.now
          break
        case 'setTimer':
        case 'cancelTimer':
          this.timer(server, effect, () => {
            if (effect.timer === 'notification' || effect.timer === 'finalizeWait') {
              this.elect(server, { kind: 'timeout', timer: effect.timer, delivered: haveDelivered(server.connections) })
            }
          })
          break
        case 'note':
          this.notes.add(effect.name)
      }
    }
  }

  private connect(server: ElectingServer, event: CnxEvent): void {
    const effects = stepConnections(server.connections, event, { elapsed: this.now, wall: 0 })
    this.onStep?.({
      host: hostOf(server),
      machine: 'connections',
      event,
      effects: effects.map((effect) => asMessage(effect, (connection) => this.pairs.get(connection)?.theirs.server.sid)),
    })
    for (const effect of effects) {
      switch (effect.kind) {
        case 'connect':
          this.dial(server, effect.sid, effect.addresses)
          break
        case 'introduce':
          this.write(effect.connection, (end) => this.connect(end.server, { kind: 'introduced', connection: end.id, message: effect.message }))
          break
        case 'send':
          this.send(server, effect.connection, effect.notification)
          break
        case 'close':
          this.hangUp(effect.connection)
          break
        case 'deliver':
          this.hear(server, { kind: 'notification', from: effect.from, notification: effect.notification })
          break
        case 'setTimer':
        case 'cancelTimer':
          this.timer(server, effect, () => this.connect(server, { kind: 'timeout', timer: 'handshake' }))
          break
        case 'note':
          this.notes.add(effect.name)
      }
    }
  }

  private hear(server: ElectingServer, heard: Heard): void {
    const { mistake } = this.options
    for (const event of mistake?.(heard, server.election) ?? [heard]) this.elect(server, event)
  }

  private machines(sid: bigint) {
    const { configuration, waits } = this.options
    const learnerType = configuration.servers.get(sid)?.type ?? 'participant'
    return {
      election: createElection({ myid: sid, learnerType, configuration, ...waits }),
      connections: createConnections({ myid: sid, addresses: [`server${sid}:3888`], handshakeTimeout: 10_000 }),
      timers: new Map<string, number>(),
      since: this.now,
      established: false,
    }
  }

  private look(server: ElectingServer): void {
    const observer = server.election.learnerType === 'observer'
    server.established = false
    const { sid, zxid, currentEpoch } = server
    const candidacy = observer
      ? { leader: NO_SID, zxid: NO_SID as bigint, peerEpoch: NO_SID as bigint }
      : { leader: sid, zxid, peerEpoch: currentEpoch }
    this.elect(server, { kind: 'lookForLeader', ...candidacy })
  }

  /** What stands for Zab: a leader that gathers a quorum which is not ahead of it reigns; everybody else gives up in time. */
  private glance(server: ElectingServer, life: ConnectionsState): void {
    if (!server.alive || server.connections !== life) return
    this.at(this.now + (this.options.glance ?? 50), () => this.glance(server, life))
    const { role, currentVote } = server.election
    if (role === 'LOOKING' || currentVote === null) return
    const leader = role === 'LEADING' ? server : this.server(currentVote.leader)
    const attached = this.attached(leader)
    const quorum = leader.election.configuration.verifier.containsQuorum(new Set(attached.map(({ sid }) => sid)))
    if (quorum && attached.includes(server)) {
      if (!server.established) this.establish(server, leader, attached)
    } else if (server.established || this.now - server.since >= INIT_LIMIT) {
      this.look(server)
    }
  }

  private attached(leader: ElectingServer): ElectingServer[] {
    if (!leader.alive || leader.election.role !== 'LEADING') return []
    return [...this.servers.values()].filter(({ alive, sid, election, zxid, currentEpoch }) => {
      if (sid === leader.sid) return true
      const follows = alive && election.role !== 'LOOKING' && election.currentVote?.leader === leader.sid && this.reaches(sid, leader.sid)
      const ahead = currentEpoch > leader.currentEpoch || (currentEpoch === leader.currentEpoch && zxid > leader.zxid)
      return follows && (!ahead || leader.established)
    })
  }

  private establish(server: ElectingServer, leader: ElectingServer, attached: readonly ElectingServer[]): void {
    if (!leader.established) {
      leader.established = true
      leader.currentEpoch = attached.map(({ currentEpoch }) => currentEpoch).reduce((a, b) => (a > b ? a : b)) + 1n
      leader.zxid = leader.currentEpoch << 32n
      this.elect(leader, { kind: 'established', epoch: leader.currentEpoch })
    }
    if (server === leader) return
    server.established = true
    server.zxid = leader.zxid
    server.currentEpoch = leader.currentEpoch
    this.elect(server, { kind: 'established', epoch: leader.currentEpoch })
  }

  private reaches(a: bigint, b: bigint): boolean {
    return !this.cuts.has(`${a} ${b}`)
  }

  private dial(server: ElectingServer, sid: bigint, addresses: readonly string[]): void {
    this.attempts.push([this.now, server.sid, sid])
    const life = server.connections
    const other = this.servers.get(addresses.length === 0 ? sid : BigInt(/^server(\d+):/.exec(addresses[0] as string)?.[1] as string))
    this.at(this.now + this.delay(), () => {
      if (!server.alive || server.connections !== life) return
      if (other === undefined || !other.alive || !this.reaches(server.sid, other.sid)) {
        this.connect(server, { kind: 'connectFailed', sid, reason: 'refused' })
        return
      }
      const mine: End = { server, id: ++this.counter, open: true, lastArrival: this.now }
      const theirs: End = { server: other, id: ++this.counter, open: true, lastArrival: this.now }
      this.pairs.set(mine.id, { mine, theirs })
      this.pairs.set(theirs.id, { mine: theirs, theirs: mine })
      this.connect(other, { kind: 'accepted', connection: theirs.id })
      this.connect(server, { kind: 'connected', sid, connection: mine.id })
    })
  }

  /** Lets something arrive at the other end, after everything that was written before. */
  private write(connection: number, arrive: (end: End) => void): void {
    const pair = this.pairs.get(connection)
    if (pair === undefined || !pair.mine.open) return
    const { mine, theirs } = pair
    mine.lastArrival = Math.max(mine.lastArrival, this.now + this.delay())
    this.at(mine.lastArrival, () => {
      if (theirs.open) arrive(theirs)
    })
  }

  private send(server: ElectingServer, connection: number, notification: Notification): void {
    const to = this.pairs.get(connection)?.theirs.server.sid as bigint
    this.sent.push({ at: this.now, from: server.sid, to, notification })
    const bytes = encodeNotification(notification)
    this.write(connection, (end) =>
      this.connect(end.server, { kind: 'received', connection: end.id, notification: decodeNotification(bytes) as Notification }),
    )
  }

  private hangUp(connection: number): void {
    this.write(connection, (end) => {
      end.open = false
      this.connect(end.server, { kind: 'closed', connection: end.id })
    })
    const pair = this.pairs.get(connection)
    if (pair !== undefined) pair.mine.open = false
    this.pairs.delete(connection)
  }

  private breakUp(mine: End, theirs: End): void {
    for (const end of [mine, theirs]) {
      this.pairs.delete(end.id)
      if (end.open && end.server.alive) {
        this.at(this.now + this.delay(), () => {
          if (!end.open) return
          end.open = false
          this.connect(end.server, { kind: 'closed', connection: end.id })
        })
      } else {
        end.open = false
      }
    }
  }

  private timer(server: ElectingServer, effect: { kind: 'setTimer' | 'cancelTimer'; timer: string; delay?: number }, fire: () => void): void {
    const { timers } = server
    const number = ++this.counter
    timers.set(effect.timer, number)
    if (effect.kind === 'cancelTimer') return
    this.at(this.now + (effect.delay ?? 0), () => {
      if (server.alive && server.timers === timers && timers.get(effect.timer) === number) fire()
    })
  }

  private delay(): number {
    const [shortest, longest] = this.options.delay ?? [1, 60]
    return shortest + this.random.below(longest - shortest + 1)
  }

  private at(at: number, run: () => void): void {
    this.agenda.add(at, run)
  }
}

function hostOf({ sid }: ElectingServer): string {
  return `s${sid}`
}
