/**
 * Ensembles on stage, one after the other, with real clients whose calls the director makes one by one. Clients are made of
 * promises, so everything that lets time pass is awaited. How an ensemble comes together is a scene of the name `opening`, for
 * tellings to leave out.
 */
import { createClient, isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { type CreateServer, Ensemble, type EnsembleOptions, ensembleOptions, hostAt, Programs } from '../../src/hosts/simulation/index.ts'
import type { Millis } from '../../src/kernel/index.ts'
import { createPeer, Peer } from '../../src/peer/index.ts'
import { type Link, Stage } from './stage.ts'

/** How long a moment may be waited for. */
const PATIENCE: Millis = 60_000

export type ClientOptions = Omit<Parameters<typeof createClient>[1], 'servers'>

interface Stead {
  readonly ensemble: Ensemble
  readonly programs: Programs
  /** When it opened, in the time of the whole story. */
  readonly openedAt: Millis
}

export class Theatre extends Stage {
  private stead: Stead | null = null
  private readonly seed: bigint

  constructor(seed: bigint, options: Readonly<Record<string, unknown>>) {
    super(seed, options, () => this.now)
    this.seed = seed
  }

  /** The time of the story. */
  get now(): Millis {
    return this.stead === null ? 0 : this.stead.openedAt + this.ensemble.world.now
  }

  get ensemble(): Ensemble {
    return (this.stead as Stead).ensemble
  }

  /** Closes the ensemble that there is, and opens another one: all its servers serve. */
  async open(changes: Partial<Omit<EnsembleOptions, 'seed'>> = {}, createServer: CreateServer = createPeer): Promise<void> {
    const openedAt = this.now
    const ensemble = new Ensemble(ensembleOptions(this.seed, { clients: 0, ...changes }), createServer)
    this.stead = { ensemble, programs: new Programs(ensemble), openedAt }
    this.say('heading', 'opening', 'THE ENSEMBLE COMES TOGETHER')
    ensemble.world.onStep = (step) => this.record(step)
    for (const { name } of ensemble.members) ensemble.world.start(name)
    await this.until('all serve', () => ensemble.isWhole())
  }

  /** Makes a client on a host of its own, and waits until it has its session. */
  async client(name: string, servers: readonly string[], options: ClientOptions = {}): Promise<ZooKeeper> {
    const zk = await this.newClient(name, servers, options)
    await this.outcome(zk.connected())
    return zk
  }

  /** The same without waiting for anything. */
  async newClient(name: string, servers: readonly string[], options: ClientOptions = {}): Promise<ZooKeeper> {
    const { programs } = this.stead as Stead
    const addresses = servers.map((server) => this.ensemble.member(server)?.address)
    const made: ZooKeeper[] = []
    programs.add(name, async (host) => {
      made.push(createClient(host, { ...options, servers: addresses.map((address) => `${address?.host}:${address?.port}`).join() }))
    })
    await this.until(`there is ${name}`, () => made.length > 0)
    return made[0] as ZooKeeper
  }

  /** Lets a program run as a process of its own. Each later `world.start` begins it anew. */
  run(name: string, program: (connect: (options?: ClientOptions) => ZooKeeper, life: number) => Promise<void>): void {
    const { programs, ensemble } = this.stead as Stead
    programs.add(name, (host, life) => program((options = {}) => createClient(host, { ...options, servers: ensemble.connectString }), life))
  }

  /** Waits for the end of a call: `ok`, or the name of the error. */
  async outcome(call: Promise<unknown>): Promise<string> {
    const begun = this.begun(call)
    await this.until('a call has ended', () => begun.outcome !== null)
    return begun.outcome ?? ''
  }

  /** A call that nobody waits for: `outcome` is null until it has ended. */
  begun(call: Promise<unknown>): { readonly outcome: string | null } {
    const begun: { outcome: string | null } = { outcome: null }
    call.then(
      () => {
        begun.outcome = 'ok'
      },
      (error: unknown) => {
        begun.outcome = isKeeperError(error) ? error.code : String(error)
      },
    )
    return begun
  }

  /** Waits for the answer of a call, which must not fail. */
  async answer<T>(call: Promise<T>): Promise<T> {
    await this.outcome(call)
    return call
  }

  /** Lets the world run until something is so. Throws when it never happens: then the story cannot be told. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const { programs, ensemble } = this.stead as Stead
    if (await programs.runWhile(() => !condition(), PATIENCE)) return
    const endings = ensemble.world.endings.map(({ host, message }) => `\n${host} ended: ${message}`)
    throw new Error(`seed ${this.seed}: waited in vain until ${what}${endings.join('')}`)
  }

  /** Lets some time pass. */
  async wait(time: Millis): Promise<void> {
    await (this.stead as Stead).programs.runUntil(this.ensemble.world.now + time)
  }

  /** Nothing that is sent along these links arrives any more; nobody is told. */
  override cut(links: readonly Link[], name: string, text: string): void {
    for (const [from, to] of links) this.ensemble.world.network.block(from, to)
    super.cut(links, name, text)
  }

  /** All links work again. */
  override mend(name: string, text: string): void {
    this.ensemble.world.network.heal()
    super.mend(name, text)
  }

  /** The server that a client is connected to, or tries to be. */
  serverOf(zk: ZooKeeper): string {
    return hostAt(zk.state().server?.host ?? '')
  }

  /** The server of this name, laid open. */
  peer(name: string): Peer {
    const server = this.ensemble.member(name)?.server
    if (!(server instanceof Peer)) throw new Error(`${name} does not run`)
    return server
  }

  get leader(): string {
    return this.ensemble.leader()?.name ?? ''
  }

  get followers(): string[] {
    return this.ensemble.members.map(({ name }) => name).filter((name) => name !== this.leader)
  }
}
