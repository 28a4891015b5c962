/** What the clients of an ensemble do all day. */
import { type Millis, type Prng, utf8 } from '../../kernel/index.ts'
import { CreateMode } from '../../wire/index.ts'
import { type ClientRequest, type Operation, WRITES } from './history.ts'
import type { Workload } from './scripted-client.ts'

/** The znode that all clients write. */
export const SHARED = '/shared'
/** The prefix of the sequential znodes of all clients. */
export const SEQUENTIAL = '/queue-'

/** The longest burst, in requests, when nothing is said. */
const BURST_MAX = 20

/** How a client spends its time: bursts of requests with rests between them. Times in ms. */
export interface Pace {
  /** The longest pause between two requests of a burst. */
  readonly thinkMax: Millis
  /** The longest rest after a burst. */
  readonly restMax: Millis
  /** The longest burst, in requests. */
  readonly burstMax?: number
}

/**
 * Creates znodes of its own, persistent and ephemeral, deletes some, takes sequence numbers, writes and reads one znode that
 * all clients share, and watches that one, the root, and what other clients may create. It does so in bursts: many requests at once fill the queues, and the rests cost no computing time,
 * so that a seed is spent on states and faults rather than on repetition. When told to {@link finish} it asks no more; some
 * then close their session.
 */
export class MixedWorkload implements Workload {
  /** How many writes were acknowledged. */
  writes = 0
  private readonly name: string
  private readonly random: Prng
  private pace: Pace
  private readonly own: string[] = []
  private readonly ephemerals: string[] = []
  private count = 0
  /** How many requests of the present burst are still to come. */
  private burst = 0
  private ending: 'no' | 'idle' | 'close' | 'closing' = 'no'

  constructor(name: string, random: Prng, pace: Pace) {
    this.name = name
    this.random = random
    this.pace = pace
  }

  /** From now on long rests: while an ensemble is waited for, load shows nothing new. */
  calm(): void {
    this.pace = { ...this.pace, restMax: 10_000 }
  }

  /** No more load. `close`: and close the session. */
  finish(close: boolean): void {
    this.ending = close ? 'close' : 'idle'
  }

  next(): { request: ClientRequest; after: Millis } | null {
    if (this.ending === 'close') {
      this.ending = 'closing'
      return { request: { kind: 'closeSession' }, after: 0 }
    }
    if (this.ending !== 'no') return null
    return { request: this.draw(), after: this.pause() }
  }

  ended({ request, outcome }: Operation): void {
    if (outcome === 'ok' && WRITES.has(request.kind)) this.writes++
    const isOwn = request.kind === 'create' && request.mode === CreateMode.PERSISTENT && request.path !== SHARED
    if (isOwn && outcome === 'ok') this.own.push(request.path)
    if (request.kind === 'create' && request.mode === CreateMode.EPHEMERAL && outcome === 'ok') this.ephemerals.push(request.path)
    if (request.kind === 'closeSession' && outcome === 'unknown') this.ending = 'close'
  }

  private pause(): Millis {
    if (this.burst-- > 0) return this.random.below(this.pace.thinkMax + 1)
    this.burst = this.random.below(this.pace.burstMax ?? BURST_MAX)
    return this.random.below(this.pace.restMax + 1)
  }

  private draw(): ClientRequest {
    const data = utf8(`${this.name} ${++this.count}`)
    const dice = this.random.below(100)
    if (this.count === 1) return { kind: 'create', path: SHARED, data, mode: CreateMode.PERSISTENT }
    if (dice < 22) return { kind: 'create', path: `/${this.name}-${this.count}`, data, mode: CreateMode.PERSISTENT }
    if (dice < 30) return { kind: 'create', path: `/${this.name}-${this.count}-e`, data, mode: CreateMode.EPHEMERAL }
    if (dice < 36) return { kind: 'create', path: SEQUENTIAL, data, mode: CreateMode.PERSISTENT_SEQUENTIAL }
    if (dice < 54) return { kind: 'setData', path: SHARED, data, version: -1 }
    if (dice < 60 && this.own.length > 0) return { kind: 'setData', path: this.random.pick(this.own), data, version: -1 }
    if (dice < 67 && this.own.length > 3) return { kind: 'delete', path: this.takeOwn(), version: -1 }
    if (dice < 72 && this.own.length > 0) return { kind: 'exists', path: this.random.pick(this.own) }
    if (dice < 76 && this.ephemerals.length > 0) return { kind: 'exists', path: this.random.pick(this.ephemerals) }
    if (dice < 80) return { kind: 'exists', path: this.foreign(), watch: true }
    if (dice < 83) return { kind: 'getChildren2', path: '/', watch: true }
    if (dice < 87) return { kind: 'sync', path: SHARED }
    return { kind: 'getData', path: SHARED, watch: dice < 92 }
  }

  /** A znode that another client has created, or will, or not. */
  private foreign(): string {
    const number = 1 + this.random.below(this.count + BURST_MAX)
    return `/c${1 + this.random.below(4)}-${number}${this.random.below(3) === 0 ? '-e' : ''}`
  }

  private takeOwn(): string {
    return this.own.splice(this.random.below(this.own.length), 1)[0] as string
  }
}

/** Asks a fixed list of questions, one after the other. */
export class ListedWorkload implements Workload {
  /** Whether every question has been answered. */
  finished = false
  private readonly requests: ClientRequest[]
  private readonly asked: ClientRequest[] = []

  constructor(requests: readonly ClientRequest[]) {
    this.requests = [...requests].reverse()
    this.finished = requests.length === 0
  }

  next(): { request: ClientRequest; after: Millis } | null {
    const request = this.requests.pop()
    if (request === undefined) return null
    this.asked.push(request)
    return { request, after: 0 }
  }

  /** What a broken connection left without an answer is asked again. */
  ended({ request, outcome }: Operation): void {
    this.asked.splice(this.asked.indexOf(request), 1)
    if (outcome === 'unknown') this.requests.push(request)
    this.finished = this.asked.length === 0 && this.requests.length === 0
  }
}
