import { assert, type Epoch, type Millis, type Now, type Sid } from '../kernel/index.ts'
import type { EnsembleConfiguration, QuorumAddress } from '../quorum/index.ts'
import type { ConnectionId, PeerEffect, PeerEvent, Port } from './boundary.ts'
import type { ClientPort } from './client-port.ts'
import type { ElectionPort } from './election-port.ts'
import type { Ensemble } from './ensemble.ts'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import type { Role } from './service.ts'
import type { PeerSettings } from './settings.ts'

/** Whoever plays the role that the quorum port belongs to. */
export interface RolePlayer {
  readonly role: Role | null
}

/** The ports of a server and the connections on them: each event goes to whoever the connection belongs to. */
export class Ports implements Ensemble {
  private readonly player: RolePlayer
  private readonly settings: PeerSettings
  private readonly clients: ClientPort
  private readonly elections: ElectionPort | null
  private readonly out: PeerEffect[]
  /** The port of each connection; a connection to the leader's quorum port is not listed, its role knows it. */
  private readonly ports = new Map<ConnectionId, Port>()
  private lastOpened: ConnectionId = 0
  private isOpen = false

  constructor(player: RolePlayer, settings: PeerSettings, clients: ClientPort, elections: ElectionPort | null, out: PeerEffect[]) {
    this.player = player
    this.settings = settings
    this.clients = clients
    this.elections = elections
    this.out = out
  }

  /** Opens all ports but the quorum port. False when they are open already. */
  open(): boolean {
    if (this.isOpen) return false
    this.isOpen = true
    const { clientPort, clientPortAddress, secureClientPort, secureClientPortAddress } = this.settings
    const own = this.addressOf(this.settings.myid)
    if (own !== undefined) this.listen('election', this.hostOf(own), own.electionPort)
    if (clientPort !== null) this.listen('client', clientPortAddress, clientPort)
    if (secureClientPort !== null) this.listen('secureClient', secureClientPortAddress, secureClientPort)
    return true
  }

  get configuration(): EnsembleConfiguration {
    assert(this.settings.ensemble !== null, 'a standalone server has no ensemble')
    return this.settings.ensemble
  }

  openQuorumPort(): void {
    const own = this.addressOf(this.settings.myid)
    assert(own !== undefined, 'a leader is in the configuration')
    this.listen('quorum', this.hostOf(own), own.quorumPort)
  }

  closeQuorumPort(): void {
    this.out.push({ kind: 'unlisten', port: 'quorum' })
  }

  callQuorumPort(sid: Sid, timeout: Millis): ConnectionId | null {
    const address = this.addressOf(sid)
    return address === undefined ? null : this.call(address.host, address.quorumPort, timeout)
  }

  established(epoch: Epoch, now: Now): void {
    this.elections?.established(epoch, now)
  }

  callElectionPort(host: string, port: number, timeout: Millis): ConnectionId {
    const connection = this.call(host, port, timeout)
    this.ports.set(connection, 'election')
    return connection
  }

  /** The number of a port, for messages. */
  numberOf(port: Port): number | null | undefined {
    const { clientPort: client, secureClientPort: secureClient, myid } = this.settings
    const own = this.addressOf(myid)
    return { client, secureClient, quorum: own?.quorumPort, election: own?.electionPort }[port]
  }

  accepted(event: PeerEvent & { kind: 'accepted' }, now: Now): void {
    const { connection } = event
    const { role } = this.player
    // Behind its handshake a connection over TLS is like any other.
    const port = event.port === 'secureClient' ? 'client' : event.port
    if (port === 'quorum' && !(role instanceof Leading)) {
      this.out.push({ kind: 'close', connection, reason: 'not leading' })
      return
    }
    this.ports.set(connection, port)
    if (port === 'client') this.clients.accepted(connection, event.remoteAddress, event.remotePort, event.subject ?? null, now)
    else if (port === 'election') this.elections?.accepted(connection, now)
    else if (role instanceof Leading) role.accepted(connection, now)
  }

  connected(connection: ConnectionId, now: Now): void {
    const { role } = this.player
    if (this.ports.get(connection) === 'election') this.elections?.connected(connection, now)
    else if (role instanceof Following && role.owns(connection)) role.connected(now)
    else this.out.push({ kind: 'close', connection, reason: 'no longer wanted' })
  }

  data(connection: ConnectionId, bytes: Uint8Array, now: Now): void {
    const port = this.ports.get(connection)
    const { role } = this.player
    if (port === 'client') this.clients.data(connection, bytes, now)
    else if (port === 'election') this.elections?.data(connection, bytes, now)
    else if (role instanceof Leading) role.data(connection, bytes, now)
    else if (role instanceof Following && role.owns(connection)) role.data(bytes, now)
  }

  closed(connection: ConnectionId, reason: string, now: Now): void {
    const port = this.ports.get(connection)
    const { role } = this.player
    this.ports.delete(connection)
    if (port === 'client') this.clients.closed(connection)
    else if (port === 'election') this.elections?.closed(connection, reason, now)
    else if (role instanceof Leading) role.closed(connection, now)
    else if (role instanceof Following && role.owns(connection)) role.closed(reason, now)
  }

  /** Of connections that this server closes no event follows. */
  forget(effects: readonly PeerEffect[]): void {
    for (const effect of effects) if (effect.kind === 'close') this.ports.delete(effect.connection)
  }

  private listen(port: Port, host: string, number: number): void {
    this.out.push({ kind: 'listen', port, host, number })
  }

  private call(host: string, port: number, timeout: Millis): ConnectionId {
    const connection = --this.lastOpened
    this.out.push({ kind: 'connect', connection, host, port, timeout })
    return connection
  }

  private addressOf(sid: Sid): QuorumAddress | undefined {
    return this.settings.ensemble?.servers.get(sid)?.addresses[0]
  }

  private hostOf(own: QuorumAddress): string {
    return this.settings.quorumListenOnAllIPs ? '' : own.host
  }
}
