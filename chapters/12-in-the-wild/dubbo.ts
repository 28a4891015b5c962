/** Dubbo: providers are ephemerals below their service; consumers keep the list, and watch it. */
import { isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { ensurePath, type Place, ServiceRegistry } from '../../src/recipes/index.ts'
import type { Direct, Outcome, Role, Trial } from './trial.ts'

export interface Rules {
  readonly mode: 'EPHEMERAL' | 'PERSISTENT'
  /** Whether a provider whose session has ended registers with the next one. */
  readonly again: boolean
  /** Whether a consumer looks again after each event, or after the first one only. */
  readonly watchesOn: boolean
}

export const RULES: Rules = { mode: 'EPHEMERAL', again: true, watchesOn: true }

export const STEPS = ['listens', 'is registered', 'has served for a while']

const SERVICE = 'tickets'
/** A consumer calls so often, in ms. */
const PACE = 100

/** A service, whoever provides it, and one who uses it. */
class Service {
  private readonly trial: Trial
  private readonly rules: Rules
  private readonly listening = new Set<string>()
  /** What the consumer knows. */
  private list: readonly string[] = []
  /** Calls that nobody took, and calls for which nobody was left to ask. */
  private vain = 0
  private failed = 0

  constructor(trial: Trial, rules: Rules) {
    this.trial = trial
    this.rules = rules
  }

  /** p2 provides, and the consumer knows it. */
  async begin(zk: ZooKeeper): Promise<void> {
    await ensurePath(zk, `${this.trial.root}/${SERVICE}`)
    this.provide('p2')
    this.trial.start('c', this.consumer())
    await this.trial.until('the consumer knows p2', () => this.list.includes('p2'))
  }

  provide(name: string, mayFail = false): void {
    this.trial.start(name, this.provider(name), mayFail)
  }

  /** The consumer asks one after the other until somebody answers, and begins with another one each time. */
  async call(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const order = i % 2 === 0 ? this.list : [...this.list].reverse()
      const at = order.findIndex((name) => this.answers(name))
      if (at < 0) this.failed++
      this.vain += at < 0 ? order.length : at
      await this.trial.wait(PACE)
    }
  }

  outcome(): Outcome {
    const there = ['p1', 'p2', 'p3'].filter((name) => this.answers(name))
    const known = [...this.list].sort((a, b) => (a < b ? -1 : 1))
    const isRight = there.join() === known.join()
    return {
      text: `${isRight ? '' : 'WRONG: '}${known.join(', ')}; in vain: ${this.vain}, failed: ${this.failed}`,
      holds: isRight && this.failed === 0,
    }
  }

  private answers(name: string): boolean {
    return this.listening.has(name) && this.trial.isRunning(name)
  }

  private provider(name: string): Role {
    return async (own, step, connect) => {
      this.listening.add(name)
      await step('listens')
      for (let zk = own; ; zk = connect()) {
        const place = await this.register(zk, name)
        await step('is registered')
        await own.sleep(500)
        await step('has served for a while')
        if (place === null || !this.rules.again) return
        while (!place.lost.aborted) await own.sleep(PACE)
      }
    }
  }

  private async register(zk: ZooKeeper, name: string): Promise<Place | null> {
    const { root } = this.trial
    if (this.rules.mode === 'EPHEMERAL') return new ServiceRegistry(zk, root).register(SERVICE, name, name)
    await zk.create(`${root}/${SERVICE}/${name}`, { data: name })
    return null
  }

  private consumer(): Role {
    return async (own, _, connect) => {
      for (let zk = own; ; zk = connect()) {
        try {
          await this.follow(zk)
          return
        } catch (error) {
          if (!isKeeperError(error, 'SESSIONEXPIRED')) throw error
        }
      }
    }
  }

  private async follow(zk: ZooKeeper): Promise<void> {
    for await (const instances of new ServiceRegistry(zk, this.trial.root).instances(SERVICE)) {
      const isFirst = this.list.length === 0
      this.list = instances.map(({ data }) => fromUtf8(data ?? new Uint8Array(0)))
      if (!isFirst && !this.rules.watchesOn) return
    }
  }
}

/** p1 provides as well, and fails at a step; later p1, if it only stood still, goes on, and p3 comes. */
export function providerFails(rules: Rules = RULES): Direct {
  return async (trial, zk) => {
    const service = new Service(trial, rules)
    await service.begin(zk)
    service.provide('p1', true)
    await service.call(60)
    service.provide('p3')
    trial.resume('p1')
    await service.call(30)
    return service.outcome()
  }
}

/** The whole registry fails for a while. */
export function registryFails(fail: () => void, mend: () => void): Direct {
  return async (trial, zk) => {
    const service = new Service(trial, RULES)
    await service.begin(zk)
    service.provide('p1')
    await service.call(10)
    fail()
    await service.call(50)
    mend()
    service.provide('p3')
    await service.call(50)
    return service.outcome()
  }
}
