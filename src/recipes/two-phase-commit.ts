/**
 * Two-phase commit: all of the participants do it, or none. What makes it famous is its weakness, that everybody waits for ever
 * when the coordinator dies between the votes and the decision. Here the votes and the decision are znodes, created once:
 * whoever comes later finds the same votes, and the first decision that was created is the decision.
 */
import { type CallOptions, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { fromUtf8, utf8 } from '../kernel/index.ts'
import { type Decision, type Vote, verdict } from './rules/verdict.ts'
import { ensurePath, unless, untilFired } from './support.ts'

/** One decision, at one path. */
export class TwoPhaseCommit {
  private readonly zk: ZooKeeper
  private readonly path: string
  private readonly participants: readonly string[]

  /** @param path a path of its own for each transaction */
  constructor(zk: ZooKeeper, path: string, participants: readonly string[]) {
    this.zk = zk
    this.path = path
    this.participants = participants
  }

  /** First phase: says, once and for all, whether a participant can do it. Returns what it has said, perhaps in an earlier life. */
  async vote(participant: string, vote: Vote, options: CallOptions = {}): Promise<Vote> {
    await ensurePath(this.zk, `${this.path}/votes`, options)
    return (await this.createOrRead(`${this.path}/votes/${participant}`, vote, options)) as Vote
  }

  /**
   * Second phase: decides, or learns what was decided. The coordinator calls it; anybody may, when it does not.
   * @param impatient whether missing votes count as no; otherwise they are waited for
   */
  async decide(impatient: boolean, options: CallOptions = {}): Promise<Decision> {
    await ensurePath(this.zk, `${this.path}/votes`, options)
    for (;;) {
      const { children, watch } = await untilAnswered(this.zk, () => this.zk.getChildren(`${this.path}/votes`, { ...options, watch: true }), options)
      const votes = new Map<string, Vote>()
      for (const name of children) votes.set(name, (await this.read(`${this.path}/votes/${name}`, options)) as Vote)
      const decision = verdict(this.participants, votes, impatient)
      if (decision !== undefined) return (await this.createOrRead(`${this.path}/decision`, decision, options)) as Decision
      await untilFired([watch], options)
    }
  }

  /** Waits for the decision. */
  async decision(options: CallOptions = {}): Promise<Decision> {
    const path = `${this.path}/decision`
    for (;;) {
      const { stat, watch } = await untilAnswered(this.zk, () => this.zk.exists(path, { ...options, watch: true }), options)
      if (stat !== null) return (await this.read(path, options)) as Decision
      await untilFired([watch], options)
    }
  }

  /** What is written is written: the first one counts, and to create it twice is as good as once. */
  private async createOrRead(path: string, text: string, options: CallOptions): Promise<string> {
    const created = await untilAnswered(this.zk, () => unless('NODEEXISTS', this.zk.create(path, { ...options, data: utf8(text) })), options)
    return created === undefined ? this.read(path, options) : text
  }

  private async read(path: string, options: CallOptions): Promise<string> {
    const { data } = await untilAnswered(this.zk, () => this.zk.getData(path, options), options)
    return fromUtf8(data ?? new Uint8Array(0))
  }
}
