/**
 * A little world for the machines of Paxos: servers that play all three roles, letters between them that arrive in any order
 * or never, and a disk for each role. Who directs it says what happens next; what is left open is drawn from the seed.
 */
import { type Note, Prng, type Sid } from '../../src/kernel/index.ts'
import {
  type AcceptorState,
  createAcceptor,
  createLeader,
  createLearner,
  createProposer,
  formatBallot,
  type LeaderEvent,
  type LeaderState,
  type LearnerState,
  type PaxosEffect,
  type PaxosMessage,
  type PaxosRecord,
  type Proposal,
  type ProposerState,
  type Slot,
  stepAcceptor,
  stepLeader,
  stepLearner,
  stepProposer,
  type Value,
} from '../../src/paxos/index.ts'
import { majority, type QuorumVerifier } from '../../src/quorum/index.ts'
import type { Mistake } from './paxos-mistakes.ts'
import type { Link, StageMessage } from './stage.ts'

export interface PaxosWorldOptions {
  readonly seed: bigint
  readonly servers: number
  /** One decree, or a log of them with so many on their way at once. */
  readonly window: 'one decree' | number
  /** Whether what is written is durable only when {@link PaxosWorld.flush} says so; otherwise it is at once. */
  readonly slowDisks?: boolean
  /** What is wrong with it, if anything. */
  readonly mistake?: Mistake
}

export type RoleName = 'acceptor' | 'proposer' | 'learner'

/** A role's log: what was written, and how much of it outlives a power cut. */
interface Log {
  records: PaxosRecord[]
  durable: number
}

export interface PaxosServer {
  readonly name: string
  readonly sid: Sid
  isUp: boolean
  acceptor: AcceptorState
  proposer: ProposerState | LeaderState
  learner: LearnerState
  readonly logs: { readonly acceptor: Log; readonly proposer: Log }
  /** Whether its proposer wants to be woken. */
  isImpatient: boolean
  /** What its state machine was given, in order. */
  delivered: Value[]
}

/** A value that stands as a decree, for somebody. */
interface Proclaimed {
  readonly slot: Slot
  readonly value: Value
}

interface Acceptance extends Proclaimed {
  readonly acceptors: ReadonlySet<Sid>
}

/** A message on its way. */
export interface Letter {
  readonly from: string
  readonly to: string
  readonly message: PaxosMessage
}

/** One step of one role, as a stage records it. */
export interface PaxosStep {
  readonly host: string
  readonly machine: RoleName
  readonly event: LeaderEvent
  readonly effects: readonly (Exclude<PaxosEffect, { kind: 'send' } | Note> | Note | StageMessage)[]
}

export class PaxosWorld {
  readonly servers: readonly PaxosServer[]
  /** In the order in which they were sent. */
  letters: Letter[]
  /** Called after each step. */
  onStep: ((step: PaxosStep) => void) | null = null
  readonly random: Prng
  private readonly options: PaxosWorldOptions
  readonly verifier: QuorumVerifier
  /** Who has ever accepted what, by decree, ballot and value: known to nobody in the world. */
  private readonly acceptances: Map<string, Acceptance>
  /** What learners have ever taken for chosen. */
  private readonly believed: Proclaimed[]
  private readonly cuts = new Set<string>()

  /** @param original a world of which this one is to be a copy that goes its own way */
  constructor(options: PaxosWorldOptions, original?: PaxosWorld) {
    this.options = options
    this.random = original?.random.clone() ?? new Prng(options.seed)
    const sids = Array.from({ length: options.servers }, (_, i) => BigInt(i + 1))
    this.verifier = original?.verifier ?? (options.mistake?.verifier ?? majority)(sids)
    this.servers = original?.servers.map(copyOf) ?? sids.map((sid) => this.settled(sid))
    this.letters = [...(original?.letters ?? [])]
    this.acceptances = new Map(original?.acceptances)
    this.believed = [...(original?.believed ?? [])]
    for (const link of original?.cuts ?? []) this.cuts.add(link)
  }

  server(name: string): PaxosServer {
    return this.servers.find((server) => server.name === name) as PaxosServer
  }

  /** Tells a server's proposer something from outside. */
  ask(name: string, event: LeaderEvent): void {
    const server = this.server(name)
    if (event.kind === 'timeout') server.isImpatient = false
    this.step(server, 'proposer', event)
  }

  /** Brings a letter to its reader. */
  deliver(letter: Letter): void {
    this.letters.splice(this.letters.indexOf(letter), 1)
    this.read(letter)
  }

  /** Brings a letter, which may arrive once more later on. */
  read({ from, to, message }: Letter): void {
    const reader = this.server(to)
    if (!reader.isUp) return
    this.step(reader, readerOf(message), { kind: 'message', from: this.server(from).sid, message })
  }

  /** Brings the oldest letter of this kind from one server to each of the others; they must have been written. */
  pass(kind: PaxosMessage['kind'], from: string, ...readers: readonly string[]): void {
    for (const to of readers) {
      const letter = this.letters.find((one) => one.from === from && one.to === to && one.message.kind === kind)
      if (letter === undefined) throw new Error(`no ${kind} is on its way from ${from} to ${to}`)
      this.deliver(letter)
    }
  }

  /** Delivers, in an order drawn from the seed, all letters that match, and those that are written meanwhile. */
  exchange(matches: (letter: Letter) => boolean = () => true): void {
    for (let ready = this.letters.filter(matches); ready.length > 0; ready = this.letters.filter(matches)) this.deliver(this.random.pick(ready))
  }

  /** These letters never arrive. */
  lose(matches: (letter: Letter) => boolean): void {
    this.letters = this.letters.filter((letter) => !matches(letter))
  }

  /** From now on, what is sent along these links is lost. */
  cut(links: readonly Link[]): void {
    for (const [from, to] of links) this.cuts.add(`${from}>${to}`)
  }

  mend(): void {
    this.cuts.clear()
  }

  /** What this role of a server has written is durable now. */
  flush({ name }: PaxosServer, role: 'acceptor' | 'proposer'): void {
    const server = this.server(name)
    const log = server.logs[role]
    log.durable = log.records.length
    this.step(server, role, { kind: 'flushed', count: log.durable })
  }

  /** The power fails: what was not durable is gone. Letters are on their way still. */
  crash(name: string): void {
    const server = this.server(name)
    server.isUp = false
    server.isImpatient = false
    for (const log of [server.logs.acceptor, server.logs.proposer]) {
      log.records = log.records.slice(0, log.durable).filter((record) => !this.options.mistake?.forgets?.(record))
      log.durable = log.records.length
    }
  }

  /** The server starts with what its disks hold. */
  start(name: string): void {
    const server = this.server(name)
    server.isUp = true
    Object.assign(server, this.rolesOf(server.sid, server.logs), { delivered: [] })
  }

  clone(): PaxosWorld {
    return new PaxosWorld(this.options, this)
  }

  /** Every value that was chosen as this decree, or that a learner took for chosen. More than one: all is lost. */
  chosen(slot: Slot): Set<Value> {
    const chosen = [...this.acceptances.values()].filter(({ acceptors }) => this.verifier.containsQuorum(acceptors))
    return new Set([...chosen, ...this.believed].filter((one) => one.slot === slot).map(({ value }) => value))
  }

  /** Who has ever accepted what, as text, each line once. */
  get accepted(): string[] {
    return [...this.acceptances].flatMap(([proposal, { acceptors }]) => [...acceptors].map((sid) => `${nameOf(sid)} ${proposal}`))
  }

  private step(server: PaxosServer, role: RoleName, event: LeaderEvent): void {
    const { mistake } = this.options
    const told = mistake?.before ? mistake.before(server, role, event) : event
    if (told === null) return
    const effects = this.effectsOf(server, role, told)
    const done = mistake?.after ? mistake.after(server, role, effects) : effects
    this.onStep?.({
      host: server.name,
      machine: role,
      event,
      effects: done.map((effect) => (effect.kind === 'send' ? this.asMessage(effect) : effect)),
    })
    for (const effect of done) this.carryOut(server, role, effect)
  }

  private effectsOf(server: PaxosServer, role: RoleName, event: LeaderEvent): readonly PaxosEffect[] {
    const now = { elapsed: 0, wall: 0 }
    if (role === 'proposer')
      return 'queue' in server.proposer ? stepLeader(server.proposer, event, now) : stepProposer(server.proposer, event as never, now)
    if (event.kind !== 'message' && event.kind !== 'flushed') return []
    return role === 'acceptor' ? stepAcceptor(server.acceptor, event, now) : stepLearner(server.learner, event, now)
  }

  private carryOut(server: PaxosServer, role: RoleName, effect: PaxosEffect): void {
    switch (effect.kind) {
      case 'send': {
        if (effect.message.kind === 'accepted') this.witness(server.sid, effect.message)
        const to = nameOf(effect.to)
        if (!this.cuts.has(`${server.name}>${to}`)) this.letters.push({ from: server.name, to, message: effect.message })
        return
      }
      case 'append':
        if (role === 'learner') return
        server.logs[role].records.push(effect.record)
        if (!this.options.slowDisks) this.flush(server, role)
        return
      case 'chosen':
        this.believed.push(effect)
        return this.step(server, 'proposer', effect)
      case 'deliver':
        server.delivered.push(effect.value)
        return
      case 'setTimer':
      case 'cancelTimer':
        server.isImpatient = effect.kind === 'setTimer'
        return
      case 'note':
        return
    }
  }

  private witness(sid: Sid, { slot, ballot, value }: PaxosMessage & { kind: 'accepted' }): void {
    const proposal = told(slot, { ballot, value })
    const acceptors = new Set(this.acceptances.get(proposal)?.acceptors).add(sid)
    this.acceptances.set(proposal, { slot, value, acceptors })
  }

  private settled(sid: Sid): PaxosServer {
    const logs = { acceptor: { records: [], durable: 0 }, proposer: { records: [], durable: 0 } }
    return { name: nameOf(sid), sid, isUp: true, ...this.rolesOf(sid, logs), logs, isImpatient: false, delivered: [] }
  }

  private rolesOf(myid: Sid, logs: PaxosServer['logs']): Pick<PaxosServer, 'acceptor' | 'proposer' | 'learner'> {
    const { verifier } = this
    const { window } = this.options
    const options = { myid, verifier, retryAfter: 1000 }
    return {
      acceptor: createAcceptor({ myid, learners: [...verifier.votingMembers] }, logs.acceptor.records),
      proposer:
        window === 'one decree' ? createProposer(options, logs.proposer.records) : createLeader({ ...options, window }, logs.proposer.records),
      learner: createLearner({ myid, verifier }),
    }
  }

  private asMessage({ to, message }: PaxosEffect & { kind: 'send' }): StageMessage {
    return { kind: 'message', to: nameOf(to), name: message.kind, text: textOf(message) }
  }
}

/** The host of this server. */
export function nameOf(sid: Sid): string {
  return `s${sid}`
}

function readerOf({ kind }: PaxosMessage): RoleName {
  if (kind === 'accepted') return 'learner'
  return kind === 'prepare' || kind === 'accept' ? 'acceptor' : 'proposer'
}

function textOf(message: PaxosMessage): string {
  const ballot = formatBallot(message.ballot)
  switch (message.kind) {
    case 'prepare':
      return `prepare ${ballot}`
    case 'promise':
      return `promise ${ballot}; accepted: ${[...message.accepted].map(([slot, proposal]) => told(slot, proposal)).join(', ') || 'nothing'}`
    case 'accept':
    case 'accepted':
      return `${message.kind} ${told(message.slot, message)}`
    case 'reject':
      return `reject ${ballot}: promised ${formatBallot(message.promised)}`
  }
}

function told(slot: Slot, { ballot, value }: Proposal): string {
  return `${slot} = ${value} (${formatBallot(ballot)})`
}

function copyOf({ acceptor, proposer, learner, logs, ...rest }: PaxosServer): PaxosServer {
  const log = ({ records, durable }: Log): Log => ({ records: [...records], durable })
  return {
    ...rest,
    delivered: [...rest.delivered],
    logs: { acceptor: log(logs.acceptor), proposer: log(logs.proposer) },
    acceptor: { ...acceptor, accepted: new Map(acceptor.accepted), unsaid: [...acceptor.unsaid] },
    proposer: {
      ...proposer,
      promises: new Map(proposer.promises),
      ...('queue' in proposer ? { chosen: new Set(proposer.chosen), queue: [...proposer.queue] } : {}),
    },
    learner: {
      ...learner,
      acceptances: new Map([...learner.acceptances].map(([key, tracker]) => [key, tracker.clone()])),
      chosen: new Map(learner.chosen),
    },
  }
}
