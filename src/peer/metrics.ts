/**
 * What a server counts. Counting is cheap (an addition), so it is always on; names are ZooKeeper's, so that the dashboards
 * made for it work. Nothing that a server does depends on these numbers. Source: `ServerMetrics`.
 */
import { Prng } from '../kernel/index.ts'
import { type WatchEvent, type WatchedChange, Watches } from '../watches/index.ts'

/** Goes up only, until it is reset. Source: `SimpleCounter`. */
export class Counter {
  value = 0

  /** Counts up. */
  add(amount = 1): void {
    this.value += amount
  }

  /** Back to 0. */
  reset(): void {
    this.value = 0
  }
}

/** Smallest, greatest, mean and number of values, all 0 before the first. Source: `AvgMinMaxCounter`. */
export class Summary {
  count = 0
  total = 0
  min = 0
  max = 0

  /** Takes in one value, in the unit of its name. */
  add(value: number): void {
    if (this.count === 0 || value < this.min) this.min = value
    if (this.count === 0 || value > this.max) this.max = value
    this.total += value
    this.count++
  }

  /** Back to 0. */
  reset(): void {
    this.count = 0
    this.total = 0
    this.min = 0
    this.max = 0
  }
}

/** How many values a distribution keeps. */
const SAMPLES = 4096

/**
 * A summary that also knows its distribution, by a sample in which every value so far is equally likely to be (algorithm R).
 * Source: `AvgMinMaxPercentileCounter`.
 */
export class Distribution extends Summary {
  private samples: number[] = []
  private readonly random = new Prng(0n)

  override add(value: number): void {
    super.add(value)
    if (this.samples.length < SAMPLES) {
      this.samples.push(value)
      return
    }
    const place = this.random.below(this.count)
    if (place < SAMPLES) this.samples[place] = value
  }

  override reset(): void {
    super.reset()
    this.samples = []
  }

  /** The values that these shares of all values do not exceed, interpolated and rounded; 0 before the first. Source: `UniformSnapshot.getValue`. */
  percentiles(shares: readonly number[]): number[] {
    const sorted = [...this.samples].sort((a, b) => a - b)
    return shares.map((share) => {
      const position = share * (sorted.length + 1)
      const below = sorted[Math.max(0, Math.floor(position) - 1)] ?? 0
      const above = sorted[Math.min(sorted.length - 1, Math.floor(position))] ?? 0
      return Math.round(below + (position - Math.floor(position)) * (above - below))
    })
  }
}

/** A server's counters and summaries. */
export class Metrics {
  /** By ZooKeeper's names. */
  readonly counters = new Map<string, Counter>()
  readonly summaries = new Map<string, Distribution>()
  /** Those of which more percentiles are told. */
  readonly distributions = new Map<string, Distribution>()

  // Clients.
  readonly connectionRequests = this.counter('connection_request_count')
  readonly connectionsRejected = this.counter('connection_rejected')
  readonly connectionsDropped = this.counter('connection_drop_count')
  readonly sessionlessConnectionsExpired = this.counter('sessionless_connections_expired')
  readonly staleSessionsExpired = this.counter('stale_sessions_expired')
  readonly bytesReceived = this.counter('bytes_received_count')
  readonly largeRequestsRejected = this.counter('large_requests_rejected')
  readonly responseBytes = this.counter('response_bytes')
  readonly watchBytes = this.counter('watch_bytes')
  /** From a request's arrival to its answer, in ms. */
  readonly readLatency = this.distribution('readlatency')
  readonly updateLatency = this.distribution('updatelatency')
  /** Watches that one change fired. */
  readonly nodeCreatedWatches = this.summary('node_created_watch_count')
  readonly nodeDeletedWatches = this.summary('node_deleted_watch_count')
  readonly nodeChangedWatches = this.summary('node_changed_watch_count')
  readonly nodeChildrenWatches = this.summary('node_children_watch_count')

  // The disk, in ms.
  readonly fsyncTime = this.summary('fsynctime')
  readonly batchSize = this.summary('sync_processor_batch_size')
  readonly snapshotTime = this.summary('snapshottime')
  readonly databaseInitTime = this.summary('dbinittime')
  readonly unrecoverableErrors = this.counter('unrecoverable_error_count')

  // What never happens here, told because alarms ask for it: nothing is throttled, no reply is stale, no ensemble is authenticated.
  readonly zeros = [
    ...['throttled_ops', 'request_throttle_wait_count', 'stale_requests', 'stale_requests_dropped', 'stale_replies'],
    ...['digest_mismatches_count', 'quit_leading_due_to_disloyal_voter', 'insecure_admin_count', 'tls_handshake_exceeded'],
    ...['ensemble_auth_success', 'ensemble_auth_fail', 'ensemble_auth_skip'],
  ].map((name) => this.counter(name))
  readonly throttleQueueTime = this.distribution('request_throttle_queue_time_ms')

  // The ensemble. Times in ms; latencies are measured from the time that the leader wrote into the transaction.
  readonly looking = this.counter('looking_count')
  readonly electionTime = this.summary('election_time')
  readonly unavailableTime = this.summary('unavailable_time')
  readonly followerSyncTime = this.summary('follower_sync_time')
  readonly observerSyncTime = this.summary('observer_sync_time')
  readonly diffs = this.counter('diff_count')
  readonly snaps = this.counter('snap_count')
  readonly proposals = this.counter('proposal_count')
  readonly commits = this.counter('commit_count')
  readonly learnerProposals = this.counter('learner_proposal_received_count')
  readonly learnerCommits = this.counter('learner_commit_received_count')
  readonly revalidations = this.counter('revalidate_count')
  readonly connectionRevalidations = this.counter('connection_revalidate_count')
  readonly quorumAckLatency = this.distribution('quorum_ack_latency')
  readonly proposalLatency = this.distribution('proposal_latency')
  readonly propagationLatency = this.distribution('propagation_latency')

  /** Everything back to 0: the four-letter word `srst`. */
  reset(): void {
    for (const metrics of [this.counters, this.summaries, this.distributions]) for (const metric of metrics.values()) metric.reset()
  }

  private counter(name: string): Counter {
    const counter = new Counter()
    this.counters.set(name, counter)
    return counter
  }

  private summary(name: string): Distribution {
    const summary = new Distribution()
    this.summaries.set(name, summary)
    return summary
  }

  private distribution(name: string): Distribution {
    const distribution = new Distribution()
    this.distributions.set(name, distribution)
    return distribution
  }
}

/** Where the header of an encoded transaction has its time: behind clientId, cxid and zxid. */
const TIME_OFFSET = 20

/**
 * How long ago the leader prepared a transaction, in ms; 0 when its clock is ahead of this server's.
 * @param bytes the encoded transaction
 * @param wall this server's time of day
 */
export function ageOf(bytes: Uint8Array, wall: number): number {
  let time = 0
  for (let i = TIME_OFFSET; i < TIME_OFFSET + 8; i++) time = time * 256 + (bytes[i] as number)
  return Math.max(0, wall - time)
}

/** The watches of a server, counting what fires. Source: `WatchManager.triggerWatch`. */
export class CountedWatches extends Watches {
  private readonly metrics: Metrics

  constructor(metrics: Metrics) {
    super()
    this.metrics = metrics
  }

  override fire(change: WatchedChange): readonly WatchEvent[] {
    const events = super.fire(change)
    if (events.length === 0) return events
    let ofNode = 0
    for (const { type } of events) if (type === change.type) ofNode++
    if (ofNode > 0) this.summaryOf(change.type).add(ofNode)
    if (ofNode < events.length) this.metrics.nodeChildrenWatches.add(events.length - ofNode)
    return events
  }

  private summaryOf(type: WatchedChange['type']): Summary {
    if (type === 'NodeCreated') return this.metrics.nodeCreatedWatches
    return type === 'NodeDeleted' ? this.metrics.nodeDeletedWatches : this.metrics.nodeChangedWatches
  }
}
