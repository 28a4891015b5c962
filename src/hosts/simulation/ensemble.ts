/**
 * The ensemble world: servers that are the peer of `src/peer` as it stands, and clients that load them. Nothing here knows
 * the protocol; who leads is learnt from what the servers let themselves be observed doing.
 */
import type { Epoch, Millis, Zxid } from '../../kernel/index.ts'
import { Prng } from '../../kernel/index.ts'
import { DEFAULT_CLIENT_SETTINGS, type Observation, type Observer, type PeerSettings, type ServingRole } from '../../peer/index.ts'
import { configurationOf, type EnsembleConfiguration, type QuorumServer } from '../../quorum/index.ts'
import type { HostedMachine } from './boundary.ts'
import type { FaultOptions } from './fault.ts'
import { History } from './history.ts'
import { ScriptedClient, type ServerAddress, type Workload } from './scripted-client.ts'
import { MixedWorkload, type Pace } from './workload.ts'
import { World } from './world.ts'
import { QUIET, type WorldOptions } from './world-options.ts'

/** Every knob of a run. Plain data: a run can be repeated from it, and it stands in the first line of the trace. */
export interface EnsembleOptions extends WorldOptions {
  /** Voting members, and members without a vote. */
  readonly servers: number
  readonly observers: number
  readonly clients: number
  /** How long faults are injected and load is made. */
  readonly duration: Millis
  /** How clients spend their time. */
  readonly pace: Pace
  /** How many requests a client may have on its way at once, at most; each draws its own number. */
  readonly depthMax: number
  readonly sessionTimeout: Millis
  readonly faults: FaultOptions
  /** What the servers are told in addition; see {@link defaultSettings}. */
  readonly settings: Partial<Omit<PeerSettings, 'myid' | 'ensemble' | 'seed'>>
}

/** A usual run: three servers, three clients, a minute of everything that may go wrong. */
export function ensembleOptions(seed: bigint, changes: Partial<Omit<EnsembleOptions, 'seed'>> = {}): EnsembleOptions {
  return {
    ...QUIET,
    seed,
    servers: 3,
    observers: 0,
    clients: 3,
    duration: 60_000,
    pace: { thinkMax: 20, restMax: 4000 },
    depthMax: 4,
    sessionTimeout: 6000,
    faults: { kinds: [], interval: 4000 },
    settings: {},
    ...changes,
  }
}

/** A server that a world can watch: a `Peer`. */
export interface ObservedServer extends HostedMachine {
  observer: Observer | null
}

/** Makes a server. A variant with a planted bug is another one of these. */
export type CreateServer = (settings: PeerSettings) => ObservedServer

/** An observation with its place and time; `started` and `ended` are seen by the world. */
export interface Observed {
  readonly at: Millis
  readonly host: string
  readonly fact: Observation | { readonly kind: 'started' } | { readonly kind: 'ended' }
}

/** One member, and what is known of it. */
export interface Member {
  readonly name: string
  readonly address: ServerAddress
  readonly settings: PeerSettings
  /** Set while it serves. */
  serving: { readonly role: ServingRole; readonly epoch: Epoch; readonly since: Millis } | null
  /** The last transaction that was applied. */
  lastZxid: Zxid
  server: ObservedServer | null
}

/** A client that makes load. */
export interface Load {
  readonly name: string
  /** Null before it has started. */
  readonly client: () => ScriptedClient | null
  readonly workload: MixedWorkload
}

const SERVER_PREFIX = '10.0.0.'
const CLIENT_PREFIX = 'client-'
const CLIENT_PORT = 2181
const QUORUM_PORT = 2888
const ELECTION_PORT = 3888

/** An ensemble with its clients in a seeded world: servers are started, faults happen, and time passes when it is told to. */
export class Ensemble {
  readonly world: World
  readonly options: EnsembleOptions
  readonly history = new History()
  readonly members: readonly Member[]
  /** The clients that make the load, with their workloads. */
  readonly load: Load[] = []
  /** Called with everything that is observed. */
  onObserved: ((observed: Observed) => void) | null = null
  /** For whoever else belongs to this world. */
  readonly random: Prng
  /** For drawing faults: a run with a given schedule is otherwise the same as the one that drew it. */
  readonly faultRandom: Prng
  private readonly clientRandom: Prng

  constructor(options: EnsembleOptions, createServer: CreateServer) {
    this.options = options
    const random = new Prng(options.seed ^ 0x5eed_0f_c11e_4757n)
    this.random = random.split()
    this.clientRandom = random.split()
    this.world = new World(options)
    this.world.onLife = (host, change) => this.onLife(host, change)
    this.members = membersOf(options, random.split())
    this.faultRandom = random.split()
    for (const member of this.members) this.settle(member, createServer)
  }

  /** Starts every server and the clients that make the load. */
  start(): void {
    for (const { name } of this.members) this.world.plan(this.random.below(100), () => this.world.start(name))
    for (let i = 1; i <= this.options.clients; i++) {
      const name = `c${i}`
      const workload = new MixedWorkload(name, this.clientRandom.split(), this.options.pace)
      const depth = 1 + this.clientRandom.below(this.options.depthMax)
      this.load.push({ name, workload, client: this.addClient(name, workload, undefined, depth) })
    }
  }

  /** Adds a client and starts it. Returns how to get at it. `servers`: whom it may connect to, if not to all. */
  addClient(name: string, workload: Workload, servers = this.members.map(({ address }) => address), depth = 1): () => ScriptedClient | null {
    const random = this.clientRandom.split()
    const { history, world } = this
    const { sessionTimeout } = this.options
    let client: ScriptedClient | null = null
    world.add({
      name,
      address: clientAddress(name),
      machine: 'client',
      boot: () => {
        client = new ScriptedClient({ name, servers, sessionTimeout, depth, random, workload, history, trueTime: () => world.now })
        return client
      },
    })
    world.start(name)
    return () => client
  }

  /** All servers, as clients are told of them. */
  get connectString(): string {
    return this.members.map(({ address }) => `${address.host}:${address.port}`).join()
  }

  /** The server of this name; undefined when there is none. */
  member(name: string): Member | undefined {
    return this.members.find((member) => member.name === name)
  }

  /** The server that leads; of two that believe so, the one with the later epoch. Null: nobody. */
  leader(): Member | null {
    let leader: Member | null = null
    for (const member of this.members) {
      if (member.serving?.role !== 'leader') continue
      if (leader?.serving == null || member.serving.epoch > leader.serving.epoch) leader = member
    }
    return leader
  }

  /** Whether every server serves, all in one epoch. */
  isWhole(): boolean {
    const epoch = this.members[0]?.serving?.epoch
    return epoch !== undefined && this.members.every(({ serving }) => serving?.epoch === epoch)
  }

  private settle(member: Member, createServer: CreateServer): void {
    const { world } = this
    world.add({
      name: member.name,
      address: member.address.host,
      machine: 'peer',
      boot: (life) => {
        // Every life draws other numbers, as a process with a fresh source of randomness does.
        const server = createServer({ ...member.settings, seed: member.settings.seed + BigInt(life) })
        server.observer = (fact) => this.observed({ at: world.now, host: member.name, fact }, member)
        member.server = server
        return server
      },
    })
  }

  private onLife(host: string, change: 'started' | 'ended'): void {
    const member = this.member(host)
    if (member === undefined) return
    if (change === 'ended') {
      member.serving = null
      member.server = null
    }
    this.onObserved?.({ at: this.world.now, host, fact: { kind: change } })
  }

  private observed(observed: Observed, member: Member): void {
    const { fact } = observed
    if (fact.kind === 'serving') member.serving = { role: fact.role, epoch: fact.epoch, since: observed.at }
    else if (fact.kind === 'stoppedServing') member.serving = null
    if (fact.kind === 'serving' || fact.kind === 'applied' || fact.kind === 'restored') member.lastZxid = fact.zxid
    this.onObserved?.(observed)
  }
}

/** What a simulated server is told unless the options say otherwise: short waits, and small limits so that all are reached. */
export function defaultSettings(): Omit<PeerSettings, 'myid' | 'ensemble' | 'seed'> {
  return {
    ...DEFAULT_CLIENT_SETTINGS,
    extendedTypesEnabled: true,
    tickTime: 500,
    initLimit: 10,
    syncLimit: 4,
    minSessionTimeout: 1000,
    maxSessionTimeout: 20_000,
    clientPort: CLIENT_PORT,
    clientPortAddress: '0.0.0.0',
    maxClientCnxns: 0,
    snapCount: 200,
    preAllocSize: 16_384,
    commitLogCount: 100,
    snapshotSizeFactor: 0.33,
    juteMaxBuffer: 0xfffff,
    forceSync: true,
    fsyncWarningThreshold: 1000,
    quorumListenOnAllIPs: false,
  }
}

/** Where the client of this name lives, in every ensemble world. */
export function clientAddress(name: string): string {
  return CLIENT_PREFIX + name
}

/** The name of the host with this address, in every ensemble world. */
export function hostAt(address: string): string {
  if (address.startsWith(SERVER_PREFIX)) return `s${address.slice(SERVER_PREFIX.length)}`
  return address.startsWith(CLIENT_PREFIX) ? address.slice(CLIENT_PREFIX.length) : address
}

function membersOf(options: EnsembleOptions, random: Prng): Member[] {
  const count = options.servers + options.observers
  const ids = Array.from({ length: count }, (_, i) => i + 1)
  const ensemble = count === 1 ? null : configurationOf(ids.map((id) => quorumServer(id, id > options.servers)))
  return ids.map((id) => {
    const address = { name: `s${id}`, host: addressOf(id), port: CLIENT_PORT }
    return { name: address.name, address, settings: settingsOf(id, ensemble, options, random), serving: null, lastZxid: 0n, server: null }
  })
}

function settingsOf(id: number, ensemble: EnsembleConfiguration | null, { settings }: EnsembleOptions, random: Prng): PeerSettings {
  return { ...defaultSettings(), ...settings, myid: BigInt(id), ensemble, seed: BigInt(random.next()) << 20n }
}

function quorumServer(id: number, observer: boolean): QuorumServer {
  const host = addressOf(id)
  return {
    id: BigInt(id),
    addresses: [{ host, quorumPort: QUORUM_PORT, electionPort: ELECTION_PORT }],
    type: observer ? 'observer' : 'participant',
    clientAddress: { host: '0.0.0.0', port: CLIENT_PORT },
    secureClientAddress: null,
  }
}

function addressOf(id: number): string {
  return SERVER_PREFIX + id
}
