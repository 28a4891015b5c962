/** The small world: three servers of `small-server.ts`, the connections between them, and a budget of what may go wrong. */
import type { Sid } from '../../../kernel/index.ts'
import { configurationOf, type EnsembleConfiguration } from '../../../quorum/index.ts'
import type { EncodedTxn } from '../../../zab/index.ts'
import type { RoleBugs } from '../museum/role-bug.ts'
import { Catalogue } from './catalogue.ts'
import { type Bounds, connectionOf, Draft, type Link, type SmallWorldMove, type SmallWorldState } from './draft.ts'
import { judge, NOTHING_YET } from './record.ts'
import type { Breach, Model, Taken } from './search.ts'
import { stepServer } from './server-step.ts'
import { type Input, newServer, type Output, type SmallServer, TO_LEADER } from './small-server.ts'
import { tellMove } from './tell.ts'

/** A step that was taken once, in numbers. */
interface Remembered {
  readonly next: number
  readonly outputs: readonly Output[]
  readonly marks: readonly string[]
  readonly breach: Breach | null
}

const SIDS = [1n, 2n, 3n] as readonly Sid[]

export class SmallWorld implements Model<SmallWorldState, SmallWorldMove> {
  initial: SmallWorldState
  private readonly configuration: EnsembleConfiguration = configurationOf(SIDS.map(quorumServer))
  private readonly bugs: RoleBugs
  private readonly catalogue = new Catalogue()
  /** For each server's state the steps that were taken from it. */
  private readonly steps: Map<string, Remembered>[] = []

  constructor(bounds: Bounds, bugs: RoleBugs = {}) {
    this.bugs = bugs
    const down = SIDS.map((sid) => this.numberOf(newServer(sid)))
    const servers = down.map((number) => this.stepped(number, { kind: 'start' }).next)
    this.initial = { servers, links: [], record: NOTHING_YET, left: bounds }
  }

  /** Lets this world begin with an established epoch, led by s3, in which so many writes are committed everywhere. */
  establish(writes: number): this {
    const { left } = this.initial
    let state: SmallWorldState = { ...this.initial, left: { writes: left.writes + writes, crashes: 0, cuts: 0, elections: 1 } }
    state = this.take(state, { kind: 'step', server: 2, input: { kind: 'lead' } }).state
    for (const server of [0, 1]) state = this.take(state, { kind: 'step', server, input: { kind: 'follow', leader: 3n as Sid } }).state
    const next = () => this.moves(state).find(isCalm) ?? this.moves(state).find((move) => state.left.writes > left.writes && isProposal(move))
    for (let move = next(); move !== undefined; move = next()) state = this.take(state, move).state
    this.initial = { ...state, left }
    return this
  }

  moves(state: SmallWorldState): SmallWorldMove[] {
    const moves: SmallWorldMove[] = []
    for (const link of state.links) {
      if (link.toLearner.length > 0) moves.push({ kind: 'deliver', link, to: 'learner' })
      if (link.toLeader.length > 0) moves.push({ kind: 'deliver', link, to: 'leader' })
      if (link.learnerEnd && (!link.leaderEnd || link.broken)) moves.push({ kind: 'notice', link, to: 'learner' })
      if (link.leaderEnd && (!link.learnerEnd || link.broken)) moves.push({ kind: 'notice', link, to: 'leader' })
      if (state.left.cuts > 0 && link.learnerEnd && link.leaderEnd && !link.broken) moves.push({ kind: 'cut', link })
    }
    for (let server = 0; server < SIDS.length; server++) this.movesOf(state, server, moves)
    return moves
  }

  take(state: SmallWorldState, move: SmallWorldMove): Taken<SmallWorldState> {
    const draft = new Draft(state)
    switch (move.kind) {
      case 'cut':
        draft.left = { ...draft.left, cuts: draft.left.cuts - 1 }
        draft.replace(move.link, { ...move.link, broken: true })
        break
      case 'connect': {
        const { server, leader } = move
        const link = draft.connect(server, leader)
        this.step(draft, leader, { kind: 'learnerConnected', connection: connectionOf(link) })
        this.step(draft, server, { kind: 'connected' })
        break
      }
      case 'deliver':
        this.deliver(draft, move.link, move.to)
        break
      case 'notice':
        draft.closeEnd(move.link, move.to)
        if (move.to === 'learner') this.step(draft, move.link.learner, { kind: 'disconnected' })
        else this.step(draft, move.link.leader, { kind: 'learnerClosed', connection: connectionOf(move.link) })
        break
      case 'step':
        draft.spend(move.input)
        this.step(draft, move.server, move.input)
        if (move.input.kind === 'crash') draft.closeAll(move.server)
    }
    return { state: draft.finish(), breach: draft.breach, marks: draft.marks }
  }

  keyOf(state: SmallWorldState): string {
    return this.catalogue.keyOf(state)
  }

  tell(state: SmallWorldState, move: SmallWorldMove): string {
    return tellMove(
      move,
      (server) => this.server(state, server),
      (item) => this.catalogue.item(item),
    )
  }

  /** How many states of one server there were. */
  get serverStates(): number {
    return this.catalogue.size
  }

  private server({ servers }: SmallWorldState, server: number): SmallServer {
    return this.catalogue.server(servers[server] as number)
  }

  private movesOf(state: SmallWorldState, server: number, moves: SmallWorldMove[]): void {
    const { left } = state
    const { role, unflushed, tasks, leading, following } = this.server(state, server)
    const step = (input: Input) => moves.push({ kind: 'step', server, input })
    if (unflushed.length > 0) step({ kind: 'flush' })
    if (tasks.length > 0) step({ kind: 'operate' })
    if (role === 'DOWN') step({ kind: 'start' })
    else if (left.crashes > 0) step({ kind: 'crash' })
    if (role === 'LOOKING') {
      if (left.elections > 0) step({ kind: 'lead' })
      for (const [other, sid] of SIDS.entries()) if (this.server(state, other).role === 'LEADING') step({ kind: 'follow', leader: sid })
    } else if (following?.stage === 'CONNECTING') {
      const leader = SIDS.indexOf(following.leader)
      if (this.server(state, leader).role === 'LEADING') moves.push({ kind: 'connect', server, leader })
      else step({ kind: 'unreachable' })
    } else if (leading !== null) {
      if (leading.zabState === 'BROADCAST' && left.writes > 0) step({ kind: 'propose', write: left.writes })
      if (leading.zabState !== 'BROADCAST' || !hasQuorum(state, server)) step({ kind: 'giveUp' })
    }
  }

  private deliver(draft: Draft, link: Link, to: 'learner' | 'leader'): void {
    const queue = to === 'learner' ? link.toLearner : link.toLeader
    const item = this.catalogue.item(queue[0] as number)
    draft.replace(link, to === 'learner' ? { ...link, toLearner: queue.slice(1) } : { ...link, toLeader: queue.slice(1) })
    if (to === 'learner') this.step(draft, link.learner, { kind: 'item', connection: TO_LEADER, item })
    else this.step(draft, link.leader, { kind: 'item', connection: connectionOf(link), item })
  }

  private step(draft: Draft, server: number, input: Input): void {
    const { next, outputs, marks, breach } = this.stepped(draft.servers[server] as number, input)
    draft.servers[server] = next
    draft.marks.push(...marks)
    draft.breach ??= breach
    for (const output of outputs) {
      if (output.kind === 'send') draft.send(server, output.connection, this.catalogue.numberOfItem(output.item))
      else if (output.kind === 'close') draft.close(server, output.connection)
      else this.judge(draft, server, output)
    }
  }

  private judge(draft: Draft, server: number, output: Exclude<Output, { readonly kind: 'send' | 'close' }>): void {
    if (draft.breach !== null) return
    const has = ({ disk }: SmallServer, txn: EncodedTxn) => disk.history.some(({ bytes }) => bytes === txn.bytes)
    const isOnQuorum = (txn: EncodedTxn) => 2 * draft.servers.filter((number) => has(this.catalogue.server(number), txn)).length > SIDS.length
    if (output.kind === 'reigns') draft.marks.push(...this.inheritance(draft, output.history))
    const judged = judge(draft.record, { output, sid: SIDS[server] as Sid, isOnQuorum })
    if ('promise' in judged) draft.breach = judged
    else if (judged !== draft.record) draft.record = this.catalogue.record(judged)
  }

  /** What becomes of proposals whose leader is gone. */
  private inheritance({ record, servers }: Draft, history: readonly EncodedTxn[]): string[] {
    const marks: string[] = []
    if (history.length > record.committed.length) marks.push('leader-replaced-and-its-proposal-survives')
    const isLost = ({ zxid, bytes }: EncodedTxn) => zxid > 0n && !history.some((txn) => txn.bytes === bytes)
    if (servers.some((number) => this.catalogue.server(number).disk.history.some(isLost))) marks.push('leader-replaced-and-its-proposal-is-dropped')
    return marks
  }

  private stepped(number: number, input: Input): Remembered {
    const steps = this.steps[number] as Map<string, Remembered>
    const key = this.keyOfInput(input)
    let remembered = steps.get(key)
    if (remembered === undefined) {
      const { server, outputs, marks, breach } = stepServer(this.catalogue.server(number), input, this.configuration, this.bugs)
      remembered = { next: this.numberOf(server), outputs, marks, breach }
      steps.set(key, remembered)
    }
    return remembered
  }

  private keyOfInput(input: Input): string {
    switch (input.kind) {
      case 'item':
        return `${input.connection} ${this.catalogue.numberOfItem(input.item)}`
      case 'follow':
        return `follow ${input.leader}`
      case 'propose':
        return `propose ${input.write}`
      case 'learnerConnected':
      case 'learnerClosed':
        return `${input.kind} ${input.connection}`
      default:
        return input.kind
    }
  }

  private numberOf(server: SmallServer): number {
    const number = this.catalogue.numberOfServer(server)
    if (number === this.steps.length) this.steps.push(new Map())
    return number
  }
}

/** Neither chance nor bad luck. */
function isCalm(move: SmallWorldMove): boolean {
  return (
    move.kind === 'deliver' || move.kind === 'connect' || (move.kind === 'step' && (move.input.kind === 'flush' || move.input.kind === 'operate'))
  )
}

function isProposal(move: SmallWorldMove): boolean {
  return move.kind === 'step' && move.input.kind === 'propose'
}

/** Whether a leader is connected to enough learners to go on. */
function hasQuorum({ links }: SmallWorldState, leader: number): boolean {
  const connected = new Set(links.filter((link) => link.leader === leader && link.leaderEnd).map(({ learner }) => learner))
  return 2 * (connected.size + 1) > SIDS.length
}

function quorumServer(id: Sid) {
  const addresses = [{ host: `s${id}`, quorumPort: 2888, electionPort: 3888 }]
  return { id, addresses, type: 'participant' as const, clientAddress: null, secureClientAddress: null }
}
