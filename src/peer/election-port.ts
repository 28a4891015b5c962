import {
  type CnxEffect,
  type CnxEvent,
  type ConnectionsState,
  createConnections,
  createElection,
  type ElectionEffect,
  type ElectionEvent,
  type ElectionState,
  haveDelivered,
  stepConnections,
  stepElection,
  type Vote,
} from '../election/index.ts'
import { JuteError } from '../jute/index.ts'
import { assert, type Epoch, type Now, type Sid, type Zxid } from '../kernel/index.ts'
import type { EnsembleConfiguration } from '../quorum/index.ts'
import {
  decodeNotification,
  encodeInitialMessage,
  encodeNotification,
  MAX_NOTIFICATION_LENGTH,
  readInitialMessage,
  type ServerState,
} from '../wire/index.ts'
import type { ConnectionId, PeerEffect } from './boundary.ts'
import { framed, Incoming } from './frames.ts'
import type { PeerSettings } from './settings.ts'

/** How long an attempt to connect may take, in ms. Source: `zookeeper.cnxTimeout`. */
const CONNECT_TIMEOUT = 5000

/** What the election port needs of the server behind it. */
export interface ElectionService {
  /** Opens a connection and sees to it that what happens on it comes back here. */
  openElectionConnection(host: string, port: number, timeout: number): ConnectionId
  /** The election is over. */
  elected(state: Exclude<ServerState, 'LOOKING'>, vote: Vote, now: Now): void
}

interface ElectionCnxn {
  readonly incoming: Incoming
  /** Whoever accepts waits for the initial message of whoever called. */
  introduced: boolean
}

/**
 * The election port: bytes to notifications and back, and the two machines behind it, the election and its connections.
 * Source: `QuorumCnxManager`, `FastLeaderElection.Messenger`.
 */
export class ElectionPort {
  readonly election: ElectionState
  private readonly cnx: ConnectionsState
  private readonly configuration: EnsembleConfiguration
  private readonly service: ElectionService
  private readonly out: PeerEffect[]
  private readonly connections = new Map<ConnectionId, ElectionCnxn>()
  /** Connections being opened, by the server that is called. */
  private readonly opening = new Map<ConnectionId, Sid>()

  constructor(service: ElectionService, settings: PeerSettings, configuration: EnsembleConfiguration, out: PeerEffect[]) {
    const { myid, tickTime, syncLimit } = settings
    const me = configuration.servers.get(myid)
    assert(me !== undefined, `server ${myid} is not in the configuration`)
    this.service = service
    this.configuration = configuration
    this.out = out
    this.election = createElection({ myid, learnerType: me.type, configuration })
    const addresses = me.addresses.map(({ host, electionPort }) => `${host}:${electionPort}`)
    this.cnx = createConnections({ myid, addresses, handshakeTimeout: tickTime * syncLimit })
  }

  /** Begins an election. */
  look(leader: Sid, zxid: Zxid, peerEpoch: Epoch, now: Now): void {
    this.elect({ kind: 'lookForLeader', leader, zxid, peerEpoch }, now)
  }

  /** The leader of this server is established. */
  established(epoch: Epoch, now: Now): void {
    this.elect({ kind: 'established', epoch }, now)
  }

  timeout(timer: 'notification' | 'finalizeWait' | 'handshake', now: Now): void {
    if (timer === 'handshake') this.connect({ kind: 'timeout', timer }, now)
    else this.elect({ kind: 'timeout', timer, delivered: haveDelivered(this.cnx) }, now)
  }

  accepted(connection: ConnectionId, now: Now): void {
    this.connections.set(connection, { incoming: new Incoming(), introduced: false })
    this.connect({ kind: 'accepted', connection }, now)
  }

  connected(connection: ConnectionId, now: Now): void {
    const sid = this.opening.get(connection)
    if (sid === undefined) return
    this.opening.delete(connection)
    this.connections.set(connection, { incoming: new Incoming(), introduced: true })
    this.connect({ kind: 'connected', sid, connection }, now)
  }

  closed(connection: ConnectionId, reason: string, now: Now): void {
    const sid = this.opening.get(connection)
    this.opening.delete(connection)
    if (sid !== undefined) this.connect({ kind: 'connectFailed', sid, reason }, now)
    else if (this.connections.delete(connection)) this.connect({ kind: 'closed', connection }, now)
  }

  data(connection: ConnectionId, bytes: Uint8Array, now: Now): void {
    const cnxn = this.connections.get(connection)
    if (cnxn === undefined) return
    cnxn.incoming.push(bytes)
    try {
      while (this.connections.has(connection) && this.takeOne(connection, cnxn, now));
    } catch (error) {
      if (!(error instanceof JuteError)) throw error
      this.out.push({ kind: 'log', level: 'warn', message: `Closing election connection: ${error.message}` })
      this.out.push({ kind: 'close', connection, reason: error.message })
      this.closed(connection, error.message, now)
    }
  }

  /** Takes one message; false when the next has not arrived whole. */
  private takeOne(connection: ConnectionId, cnxn: ElectionCnxn, now: Now): boolean {
    if (!cnxn.introduced) {
      const message = cnxn.incoming.value(readInitialMessage)
      if (message === null) return false
      cnxn.introduced = true
      this.connect({ kind: 'introduced', connection, message }, now)
      return true
    }
    const body = cnxn.incoming.frame(MAX_NOTIFICATION_LENGTH)
    if (body === null) return false
    const notification = decodeNotification(body)
    if (notification !== null) this.connect({ kind: 'received', connection, notification }, now)
    return true
  }

  private elect(event: ElectionEvent, now: Now): void {
    for (const effect of stepElection(this.election, event, now)) this.onElectionEffect(effect, now)
  }

  private onElectionEffect(effect: ElectionEffect, now: Now): void {
    switch (effect.kind) {
      case 'sendNotification':
        return this.connect({ kind: 'toSend', sid: effect.to, notification: effect.notification }, now)
      case 'connectAll':
        return this.connect(effect, now)
      case 'elected':
        return this.service.elected(effect.state, effect.vote, now)
      default:
        this.out.push(effect)
    }
  }

  private connect(event: CnxEvent, now: Now): void {
    for (const effect of stepConnections(this.cnx, event, now)) this.onCnxEffect(effect, now)
  }

  private onCnxEffect(effect: CnxEffect, now: Now): void {
    switch (effect.kind) {
      case 'connect':
        return this.open(effect.sid, effect.addresses, now)
      case 'introduce':
        this.out.push({ kind: 'send', connection: effect.connection, bytes: encodeInitialMessage(effect.message) })
        return
      case 'send':
        this.out.push({ kind: 'send', connection: effect.connection, bytes: framed(encodeNotification(effect.notification)) })
        return
      case 'close':
        this.connections.delete(effect.connection)
        this.out.push(effect)
        return
      case 'deliver':
        return this.elect({ kind: 'notification', from: effect.from, notification: effect.notification }, now)
      default:
        this.out.push(effect)
    }
  }

  /** Calls a server where it said it can be called back, else where the configuration says. */
  private open(sid: Sid, addresses: readonly string[], now: Now): void {
    const address = parseAddress(addresses[0]) ?? this.configuredAddress(sid)
    if (address === undefined) {
      this.connect({ kind: 'connectFailed', sid, reason: `server ${sid} is not in the configuration` }, now)
      return
    }
    this.opening.set(this.service.openElectionConnection(address.host, address.port, CONNECT_TIMEOUT), sid)
  }

  private configuredAddress(sid: Sid): { host: string; port: number } | undefined {
    const address = this.configuration.servers.get(sid)?.addresses[0]
    return address && { host: address.host, port: address.electionPort }
  }
}

function parseAddress(text: string | undefined): { host: string; port: number } | undefined {
  const colon = text?.lastIndexOf(':') ?? -1
  if (text === undefined || colon === -1) return undefined
  const port = Number(text.slice(colon + 1))
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '')
  return Number.isInteger(port) && port > 0 && port < 65536 && host !== '' ? { host, port } : undefined
}
