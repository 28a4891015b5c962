/** The stage on which recipes are tried: an ensemble of the simulated world, programs with clients, and everything that goes wrong. */
import { createClient, isKeeperError, untilAnswered, type ZooKeeper } from '../../src/client/index.ts'
import { Ensemble, ensembleOptions, Programs } from '../../src/hosts/simulation/index.ts'
import { type Millis, Prng } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'

/** How long things go wrong, and how long everybody may then take to finish. */
const TROUBLE: Millis = 6000
const PATIENCE: Millis = 90_000

/** What is tried, and what must hold. */
export interface Trial {
  readonly name: string
  /** The promise, in one sentence. */
  readonly promise: string
  /** Puts the actors on the stage; what is returned looks at what they have done in the end, when nothing is wrong any more. */
  readonly play: (stage: Stage) => (zk: ZooKeeper) => Promise<void> | void
}

/** What an actor does with one client; called again with another when its session has ended. Returns when it has nothing more to do. */
export type Act = (zk: ZooKeeper, actor: Actor) => Promise<void>

export interface Actor {
  readonly name: string
  /** Counts the sessions of this actor, over all lives of its process. */
  readonly session: number
  readonly random: Prng
}

export interface Outcome {
  readonly complaints: readonly string[]
  /** How often what has happened, for those who ask whether the trial has tried anything. */
  readonly counts: ReadonlyMap<string, number>
}

export class Stage {
  readonly random: Prng
  readonly ensemble: Ensemble
  readonly complaints: string[] = []
  readonly counts = new Map<string, number>()
  /** No more new work: things have stopped going wrong. */
  closing = false
  private readonly programs: Programs
  private readonly timeout: Millis
  private readonly waitedFor = new Set<string>()
  private readonly names: string[] = []
  private readonly sessions = new Map<string, number>()

  constructor(seed: bigint, servers: number) {
    this.random = new Prng(seed ^ 0x57a6en)
    this.timeout = 1000 + this.random.below(2000)
    this.ensemble = new Ensemble(ensembleOptions(seed, { servers, clients: 0 }), createPeer)
    this.programs = new Programs(this.ensemble)
  }

  get now(): Millis {
    return this.ensemble.world.now
  }

  complain(what: string): void {
    this.complaints.push(`${this.now.toFixed(1)} ms: ${what}`)
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by)
  }

  /** Puts an actor on the stage. `waitedFor`: the trial ends only when it has nothing more to do; the others act as long as the stage stands. */
  actor(name: string, act: Act, waitedFor = true): void {
    const random = this.random.split()
    this.names.push(name)
    if (waitedFor) this.waitedFor.add(name)
    this.programs.add(name, async (host) => {
      for (let over = false; !over; ) {
        const session = (this.sessions.get(name) ?? 0) + 1
        this.sessions.set(name, session)
        const zk = createClient(host, { servers: this.ensemble.connectString, timeout: this.timeout })
        over = await act(zk, { name, session, random }).then(
          () => waitedFor,
          (error: unknown) => this.hasFailed(zk, name, error),
        )
        await zk.close()
      }
      this.waitedFor.delete(name)
    })
  }

  /** A recipe may fail only because its session is over. What it has lost before it is told so may look like a missing node. */
  private async hasFailed(zk: ZooKeeper, name: string, error: unknown): Promise<boolean> {
    this.count('sessions lost')
    if (isKeeperError(error, 'SESSIONEXPIRED')) return false
    const alive = await untilAnswered(zk, () => zk.sync('/')).then(
      () => true,
      () => false,
    )
    if (alive || !isKeeperError(error, 'NONODE')) this.complain(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    return alive
  }

  /** Plays to the end and lets the trial judge. */
  async run(trial: Trial, faults = true): Promise<Outcome> {
    const { ensemble, programs } = this
    const { world } = ensemble
    ensemble.start()
    await programs.runWhile(() => !ensemble.isWhole(), PATIENCE)
    const judge = trial.play(this)
    if (faults) this.planFaults()
    await programs.runUntil(world.now + TROUBLE)
    this.heal()
    this.closing = true
    const finished = await programs.runWhile(() => this.waitedFor.size > 0, PATIENCE)
    if (!finished) this.complain(`${[...this.waitedFor].join()} did not come to an end`)
    for (const { host, thrown, code, message } of world.endings) if (thrown || code !== 0) this.complain(`${host} ended: ${message}`)
    if (finished) await this.judge(judge)
    return { complaints: this.complaints, counts: this.counts }
  }

  private async judge(judge: (zk: ZooKeeper) => Promise<void> | void): Promise<void> {
    this.actor('judge', async (zk) => {
      await untilAnswered(zk, () => zk.sync('/'))
      await judge(zk)
    })
    if (!(await this.programs.runWhile(() => this.waitedFor.size > 0, PATIENCE))) this.complain('the judge did not come to an end')
  }

  /** Draws what goes wrong: connections break, servers crash, the leader is cut off, programs are cut off, pause, die. */
  private planFaults(): void {
    const { random } = this
    const { world } = this.ensemble
    const end = world.now + TROUBLE
    for (let at = world.now + 100 + random.below(800); at < end; at += 50 + random.below(1500)) {
      const lasts = 50 + random.below(random.below(3) === 0 ? 2.5 * this.timeout : 800)
      const kind = random.below(10)
      const [who, which] = [random.pick(this.names), random.pick(this.ensemble.members).name]
      world.plan(at, () => {
        const undo = this.begin(kind, who, which)
        world.plan(Math.min(at + lasts, end), undo)
      })
    }
  }

  private begin(kind: number, who: string, which: string): () => void {
    const { world, members } = this.ensemble
    const { network } = world
    if (kind < 4) {
      this.count('connections broken')
      for (const { name } of members) network.breakConnections(name, who)
      return () => {}
    }
    if (kind < 5) {
      this.count('programs cut off')
      for (const { name } of members) for (const [from, to] of [[name, who] as const, [who, name] as const]) network.block(from, to)
      return () => network.heal()
    }
    if (kind < 6) {
      this.count('programs paused')
      world.pause(who)
      return () => world.resume(who)
    }
    if (kind < 7) {
      this.count('programs crashed')
      world.crash(who, 'kill')
      return () => world.start(who)
    }
    const victim = kind < 9 ? (this.ensemble.leader()?.name ?? which) : which
    this.count('servers crashed')
    world.crash(victim, kind % 2 === 0 ? 'kill' : 'power')
    return () => world.start(victim)
  }

  private heal(): void {
    const { world, members } = this.ensemble
    world.network.heal()
    for (const name of [...members.map((member) => member.name), ...this.names]) {
      world.resume(name)
      world.start(name)
    }
  }
}

/** Plays one trial with one seed. Every fourth ensemble is of one server. */
export function attempt(trial: Trial, seed: bigint, faults = true): Promise<Outcome> {
  return new Stage(seed, seed % 4n === 0n ? 1 : 3).run(trial, faults)
}
