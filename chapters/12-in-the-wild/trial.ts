/**
 * What a protocol is tried with: processes on hosts of one ensemble, one of which fails after a certain step. Many trials run side by
 * side in one world, each with names and paths of its own.
 */
import type { ZooKeeper } from '../../src/client/index.ts'
import type { Millis } from '../../src/kernel/index.ts'
import { ensurePath } from '../../src/recipes/index.ts'
import type { Theatre } from '../support/theatre.ts'

/** How somebody fails: for good, or so that it does not notice and comes back. */
export type Failure = 'crash' | 'pause'

/** After which of its steps who fails. */
export interface Mishap {
  readonly step: string
  readonly failure: Failure
}

/** What came of it. */
export interface Outcome {
  readonly text: string
  /** Whether what the protocol promises has held. */
  readonly holds: boolean
}

/** So long lives a session whose client is not heard of. */
const TIMEOUT: Millis = 2000
/** How often a director looks whether it is time. */
const GLANCE: Millis = 20
const PATIENCE: Millis = 20_000

/** A process: what it does between its steps, and what it calls them. */
export type Role = (zk: ZooKeeper, step: (name: string) => Promise<void>, connect: () => ZooKeeper) => Promise<void>

/** Something that was to happen does not. */
class InVain extends Error {}

export class Trial {
  /** Where its znodes are. */
  readonly root: string
  /** Who has failed as planned. */
  failed: string | null = null
  private readonly theatre: Theatre
  private readonly tag: string
  private readonly mishap: Mishap | null
  private director: ZooKeeper | null = null
  private readonly standing = new Set<string>()

  /** @param tag what makes its names its own; empty for a trial that is told */
  constructor(theatre: Theatre, tag: string, mishap: Mishap | null) {
    this.theatre = theatre
    this.tag = tag
    this.mishap = mishap
    this.root = `/${tag || 'story'}`
  }

  /** Plays it: the director is a process too, so that time passes while it waits. Its outcome is there when the world has run long enough. */
  play(direct: (trial: Trial, zk: ZooKeeper) => Promise<Outcome>): { outcome: Outcome | null } {
    const result: { outcome: Outcome | null } = { outcome: null }
    this.theatre.run(this.hostOf('director'), async (connect) => {
      this.director = connect()
      await ensurePath(this.director, this.root)
      result.outcome = await direct(this, this.director).catch((error: unknown) => {
        if (!(error instanceof InVain)) throw error
        return { text: error.message, holds: false }
      })
    })
    return result
  }

  /** Starts a process. If it is the one that `mayFail`, it does, after the step that is planned. */
  start(name: string, role: Role, mayFail = false): void {
    this.theatre.run(this.hostOf(name), async (connect) => {
      const client = () => connect({ timeout: TIMEOUT })
      const zk = client()
      await zk.connected()
      await role(zk, async (step) => (mayFail ? this.step(name, step, zk) : undefined), client)
    })
  }

  /** Waits until something is so. */
  async until(what: string, condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += GLANCE) {
      if (waited > PATIENCE) throw new InVain(`IN VAIN: ${what}`)
      await this.wait(GLANCE)
    }
  }

  wait(time: Millis): Promise<void> {
    return (this.director as ZooKeeper).sleep(time)
  }

  /** Ends a process in this moment, as `kill -9` does. */
  crash(name: string): void {
    this.tell(`${name} is ended: kill -9.`)
    this.standing.delete(name)
    this.theatre.ensemble.world.crash(this.hostOf(name), 'kill')
  }

  /** Holds a process: it does not notice. */
  pause(name: string): void {
    this.tell(`${name} stands still.`)
    this.standing.add(name)
    this.theatre.ensemble.world.pause(this.hostOf(name))
  }

  resume(name: string): void {
    if (!this.standing.delete(name)) return
    this.tell(`${name} goes on.`)
    this.theatre.ensemble.world.resume(this.hostOf(name))
  }

  /** Whether somebody who calls it would be answered. */
  isRunning(name: string): boolean {
    return !this.standing.has(name) && this.theatre.ensemble.world.isUp(this.hostOf(name))
  }

  /** A process has taken a step, and fails if this is the one. */
  private async step(name: string, step: string, zk: ZooKeeper): Promise<void> {
    if (this.failed !== null || this.mishap?.step !== step) return
    this.failed = name
    if (this.mishap.failure === 'crash') this.crash(name)
    else this.pause(name)
    await zk.sleep(1)
  }

  /** Only a trial without a tag is told. */
  private tell(text: string): void {
    if (this.tag === '') this.theatre.say('fault', 'fault', text)
  }

  private hostOf(name: string): string {
    return this.tag === '' ? name : `${name}.${this.tag}`
  }
}

/** A way to play a trial. */
export type Direct = (trial: Trial, zk: ZooKeeper) => Promise<Outcome>

/** Nobody fails; somebody crashes after each step; somebody stands still after each step. */
export function everyMishap(steps: readonly string[]): (Mishap | null)[] {
  return [null, ...steps.flatMap((step) => (['crash', 'pause'] as const).map((failure) => ({ step, failure })))]
}
