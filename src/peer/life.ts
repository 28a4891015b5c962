import type { Vote } from '../election/index.ts'
import { assert, formatId, type Millis, NO_SID, type Now, type Prng, utf8 } from '../kernel/index.ts'
import { formatConfiguration } from '../quorum/index.ts'
import type { Recovered } from '../storage/index.ts'
import type { ServerState } from '../wire/index.ts'
import type { EncodedTxn } from '../zab/index.ts'
import type { ClientPort } from './client-port.ts'
import type { ElectionPort } from './election-port.ts'
import { epochsOf } from './epochs.ts'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import type { Ports } from './ports.ts'
import { ReadOnly } from './read-only.ts'
import type { Role, Server } from './service.ts'
import { Standalone } from './standalone.ts'

/** Whoever lives this life: a server that roles are given to. */
export interface Actor extends Server {
  role: Role | null
  readonly clients: ClientPort
}

/** An observer waits up to this many ms before it looks for a leader again. Source: `zookeeper.observer.election.DelayMs`. */
const OBSERVER_DELAY = 200

/**
 * The life of a server, from one role to the next: it reads its disk, looks for a leader, plays the role that the election
 * gives it, and when that is over waits until its log is durable, before it looks again. Source: `QuorumPeer.run`.
 */
export class Life {
  phase: /** Nothing has happened yet. */
    | 'new'
    /** Reading the disk, at start or because memory was ahead of it. */
    | 'recovering'
    /** A role is over; waiting until everything logged is durable. */
    | 'draining'
    | 'LOOKING'
    /** Leading, following, observing, or alone. */
    | 'role'
    /** Told to stop; waiting until everything logged is durable. */
    | 'stopping'
    | 'ended' = 'new'
  /** When the present role began to serve, on the clock of `Now.elapsed`. */
  servingSince: Millis = 0
  private lookingSince: Millis = 0
  /** Since when this server serves no longer; null before it has ever served, and while it does. */
  private unavailableSince: Millis | null = null
  /** What has to be applied, or read again, once the log is durable. */
  private afterDraining: { readonly logged: readonly EncodedTxn[]; readonly reload: boolean } = { logged: [], reload: false }
  private readonly server: Actor
  private readonly ports: Ports
  private readonly electionPort: ElectionPort | null
  private readonly random: Prng

  /** @param electionPort null for a server that stands alone */
  constructor(server: Actor, ports: Ports, electionPort: ElectionPort | null, random: Prng) {
    this.server = server
    this.ports = ports
    this.electionPort = electionPort
    this.random = random
  }

  start(now: Now): void {
    this.phase = 'recovering'
    this.server.store.recover(now)
  }

  /** The database is what the disk holds. */
  recovered(result: Recovered, now: Now): void {
    const { server } = this
    server.committedLog.clear()
    for (const txn of result.recent) server.committedLog.add(txn)
    if (server.role instanceof Following) return server.role.truncated(now)
    if (this.phase !== 'recovering') return
    if (server.settings.ensemble === null) return this.standAlone(now)
    const epochs = epochsOf(result)
    if ('failure' in epochs) return this.exit(1, epochs.failure)
    server.store.acceptedEpoch = epochs.accepted
    server.store.currentEpoch = epochs.current
    this.writeConfigNode()
    this.openPorts()
    this.look(now)
  }

  private openPorts(): void {
    if (this.ports.open()) this.setTick()
  }

  /** Twice in a tick this server looks after its clients and its role. */
  setTick(): void {
    const { out, settings } = this.server
    out.push({ kind: 'setTimer', timer: 'tick', delay: settings.tickTime / 2 })
  }

  /** Source: `ZooKeeperServerMain`; like Java, begins with a snapshot of what was recovered. */
  private standAlone(now: Now): void {
    const { server } = this
    this.openPorts()
    this.phase = 'role'
    server.store.takeSnapshot(now)
    server.role = new Standalone(server, server.clients, now)
    this.startServing(now)
  }

  /** Looks for a leader; `elected` follows. */
  look(now: Now): void {
    const { settings, store, database, metrics } = this.server
    assert(this.electionPort !== null && store.idle, 'an election needs fellows and a durable log')
    this.phase = 'LOOKING'
    this.lookingSince = now.elapsed
    if (this.servingSince > 0) this.unavailableSince ??= now.elapsed
    metrics.looking.add()
    this.log('info', 'LOOKING')
    this.setReadOnlyTimer()
    if (this.isObserver) this.electionPort.look(NO_SID, NO_SID as bigint, NO_SID as bigint, now)
    else this.electionPort.look(settings.myid, database.lastProcessedZxid, store.currentEpoch, now)
  }

  /** An election has ended for this server: its role begins. */
  elected(state: Exclude<ServerState, 'LOOKING'>, vote: Vote, now: Now): void {
    const { server, ports } = this
    this.endReadOnly()
    this.phase = 'role'
    server.metrics.electionTime.add(now.elapsed - this.lookingSince)
    this.log('info', state === 'LEADING' ? 'LEADING' : `${state} server ${vote.leader}`)
    server.observe({ kind: 'elected', leader: vote.leader })
    const role =
      state === 'LEADING' ? new Leading(server, server.clients, ports, now) : new Following(server, server.clients, ports, vote.leader, state)
    server.role = role
    role.begin(now)
  }

  /** Source: `QuorumPeer.run`, case LOOKING. */
  private setReadOnlyTimer(): void {
    const { readOnlyModeEnabled, tickTime } = this.server.settings
    if (readOnlyModeEnabled) this.server.out.push({ kind: 'setTimer', timer: 'readOnly', delay: Math.max(2000, tickTime) })
  }

  private endReadOnly(): void {
    if (!this.server.settings.readOnlyModeEnabled) return
    this.server.out.push({ kind: 'cancelTimer', timer: 'readOnly' })
    this.endRole('an election has ended')
  }

  /** The election takes long: meanwhile clients may read. */
  serveReadOnly(now: Now): void {
    const { server } = this
    if (this.phase !== 'LOOKING' || server.role !== null) return
    server.role = new ReadOnly(server, server.clients, now)
    this.startServing(now)
  }

  /** The role serves clients from now on. */
  startServing(now: Now): void {
    const { role, store, database, metrics } = this.server
    assert(role !== null, 'only a role serves')
    this.servingSince = now.elapsed
    if (this.unavailableSince !== null) metrics.unavailableTime.add(now.elapsed - this.unavailableSince)
    this.unavailableSince = null
    this.writeConfigNode()
    const { mode } = role
    const { currentEpoch } = store
    const zxid = database.lastProcessedZxid
    if (mode !== 'read-only') this.server.observe({ kind: 'serving', role: mode, epoch: currentEpoch, zxid })
    this.log('info', `Serving as ${mode}, epoch ${currentEpoch}, zxid ${formatId(zxid)}`)
  }

  /** The role is over; see {@link Server.leaveRole}. */
  leaveRole(reason: string, logged: readonly EncodedTxn[], reload: boolean): void {
    const { role } = this.server
    if (role === null) return
    this.log('warn', `${role.mode} no longer: ${reason}`)
    this.endRole(reason)
    this.afterDraining = { logged, reload }
    this.phase = 'draining'
  }

  private endRole(reason: string): void {
    const { server } = this
    const { role } = server
    if (role === null) return
    server.role = null
    role.end()
    if (role.serving && role.mode !== 'read-only') server.observe({ kind: 'stoppedServing' })
    server.clients.closeAll(reason)
  }

  /** The turn is over: goes on if all that it waited for was a durable log. */
  turn(now: Now): void {
    if (!this.server.store.idle) return
    if (this.phase === 'draining') this.drained(now)
    else if (this.phase === 'stopping') this.exit(0, 'Stopped')
  }

  /**
   * Everything logged is durable. What was logged without being committed goes into the tree: the next vote must tell what the
   * disk holds, neither more nor less (ZOOKEEPER-2845). Source: `ZKDatabase.fastForwardDataBase`.
   */
  private drained(now: Now): void {
    const { logged, reload } = this.afterDraining
    this.afterDraining = { logged: [], reload: false }
    if (reload) return this.start(now)
    for (const txn of logged) this.server.apply(txn)
    if (!this.isObserver) return this.look(now)
    this.phase = 'LOOKING'
    this.server.out.push({ kind: 'setTimer', timer: 'observerDelay', delay: this.random.below(OBSERVER_DELAY) })
  }

  /** The log is given the time it needs; clients find another server. */
  stop(): void {
    this.log('info', 'Stopping')
    this.endRole('the server stops')
    this.server.clients.closeAll('the server stops')
    this.phase = 'stopping'
  }

  /** The end. @param code of the process: 0 after a clean stop, else as in Java's `ExitCode` */
  exit(code: number, message: string): void {
    this.phase = 'ended'
    this.server.out.push({ kind: 'exit', code, message })
  }

  private get isObserver(): boolean {
    const { ensemble, myid } = this.server.settings
    return ensemble?.servers.get(myid)?.type !== 'participant'
  }

  /** `/zookeeper/config` tells clients who is in the ensemble. It is written by each server for itself, not by transactions. */
  private writeConfigNode(): void {
    const { settings, database } = this.server
    if (settings.ensemble === null) return
    database.tree.setConfigData(utf8(formatConfiguration(settings.ensemble)), settings.ensemble.version, 0n)
  }

  private log(level: 'info' | 'warn', message: string): void {
    this.server.out.push({ kind: 'log', level, message })
  }
}
