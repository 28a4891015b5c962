/** QuorumCnxManager as a machine: one connection per pair of servers, owned by the larger sid. */
import type { Machine, Millis, Now, Sid } from '../kernel/index.ts'
import { assert, note, unreachable } from '../kernel/index.ts'
import type { InitialMessage, Notification } from '../wire/index.ts'
import { challenge } from './challenge.ts'
import type { CnxEffect, CnxEvent, ElectionConnection } from './events.ts'

/** What the connections of one server need to know. */
export interface ConnectionsOptions {
  readonly myid: Sid
  /** Where this server can be called back: its own election addresses, `host:port`. */
  readonly addresses: readonly string[]
  /** How long an accepted connection may stay silent; Java takes tickTime × syncLimit. */
  readonly handshakeTimeout: Millis
}

/** What is kept for another server from the first notification or connection on. */
export interface Link {
  connection: ElectionConnection | null
  /** A `connect` is under way. */
  connecting: boolean
  /** The send queue: it holds one notification, and a newer one takes its place. */
  waiting: Notification | null
  /** What this server was told last, to be told again on a new connection. */
  lastSent: Notification | null
}

/** Plain data; `stepConnections` changes it. */
export interface ConnectionsState extends ConnectionsOptions {
  readonly links: Map<Sid, Link>
  /** Connections in use, and who is at the other end. */
  readonly introduced: Map<ElectionConnection, Sid>
  /** Accepted connections that have not said who they are, and until when (`elapsed`) they may wait. */
  readonly silent: Map<ElectionConnection, Millis>
}

/** A server without connections. */
export function createConnections(options: ConnectionsOptions): ConnectionsState {
  return { ...options, links: new Map(), introduced: new Map(), silent: new Map() }
}

/**
 * Whether notifications get out: for at least one server none is waiting. False when nothing was ever sent.
 * Source: `QuorumCnxManager.haveDelivered`.
 */
export function haveDelivered({ links }: ConnectionsState): boolean {
  for (const { waiting } of links.values()) if (waiting === null) return true
  return false
}

/** The machine of {@link stepConnections}. */
export const connectionsMachine: Machine<ConnectionsState, CnxEvent, CnxEffect> = { step: stepConnections }

/** Takes one event; changes `state`; returns what is to be done. Source: `QuorumCnxManager`. */
export function stepConnections(state: ConnectionsState, event: CnxEvent, now: Now): readonly CnxEffect[] {
  const effects: CnxEffect[] = []
  switch (event.kind) {
    case 'toSend':
      onToSend(state, event.sid, event.notification, effects)
      break
    case 'connectAll':
      for (const sid of state.links.keys()) connectOne(state, sid, [], effects)
      break
    case 'accepted':
      state.silent.set(event.connection, now.elapsed + state.handshakeTimeout)
      setHandshakeTimer(state, now, effects)
      break
    case 'introduced':
      onIntroduced(state, event.connection, event.message, now, effects)
      break
    case 'connected':
      onConnected(state, event.sid, event.connection, effects)
      break
    case 'connectFailed':
      onConnectFailed(state, event.sid, event.reason, effects)
      break
    case 'received':
      onReceived(state, event.connection, event.notification, effects)
      break
    case 'closed':
      onClosed(state, event.connection, now, effects)
      break
    case 'timeout':
      onHandshakeTimeout(state, now, effects)
      break
    case 'halt':
      onHalt(state, effects)
      break
    default:
      unreachable(event)
  }
  return effects
}

function onToSend(state: ConnectionsState, sid: Sid, notification: Notification, effects: CnxEffect[]): void {
  assert(sid !== state.myid, 'a server casts its own vote at once and sends it nothing')
  const link = linkTo(state, sid)
  link.waiting = notification
  if (link.connection === null) connectOne(state, sid, [], effects)
  else sendWaiting(link, link.connection, effects)
}

/** An accepted connection has said who it is: the challenge. Source: `QuorumCnxManager.handleConnection`. */
function onIntroduced(state: ConnectionsState, connection: ElectionConnection, message: InitialMessage, now: Now, effects: CnxEffect[]): void {
  const { sid } = message
  if (!state.silent.delete(connection)) return
  setHandshakeTimer(state, now, effects)
  const malformed = message.addresses.find((address) => hostOf(address) === null)
  if (malformed !== undefined) {
    effects.push({ kind: 'close', connection, reason: `server ${sid} names no address: ${malformed}` })
    return
  }
  switch (challenge(state.myid, sid)) {
    case 'itself':
      effects.push({ kind: 'close', connection, reason: `somebody claims to be server ${sid}, which is this server` })
      break
    case 'smaller':
      finish(state, sid, `server ${sid} has called: it no longer uses this connection`, effects)
      effects.push({ kind: 'close', connection, reason: `server ${sid} is called back by the larger server ${state.myid}` })
      effects.push(note('called-back', `server ${state.myid} calls the smaller server ${sid} back`, 'QuorumCnxManager.handleConnection'))
      connectOne(state, sid, message.addresses.filter(isNoWildcard), effects)
      break
    case 'larger':
      use(state, sid, connection, effects)
      break
  }
}

/** This server's own call was taken: it says who it is, and keeps the connection only if it is the larger one. Source: `startConnection`. */
function onConnected(state: ConnectionsState, sid: Sid, connection: ElectionConnection, effects: CnxEffect[]): void {
  linkTo(state, sid).connecting = false
  effects.push({ kind: 'introduce', connection, message: { sid: state.myid, addresses: state.addresses } })
  if (challenge(state.myid, sid) === 'larger') {
    effects.push({ kind: 'close', connection, reason: `the larger server ${sid} is to call back` })
    effects.push(note('challenge-lost', `server ${state.myid} waits for the larger server ${sid} to call back`, 'QuorumCnxManager.startConnection'))
  } else {
    use(state, sid, connection, effects)
  }
}

/** Forgets the attempt; the next notification or retry makes another. */
function onConnectFailed(state: ConnectionsState, sid: Sid, reason: string, effects: CnxEffect[]): void {
  linkTo(state, sid).connecting = false
  effects.push(note('election-connect-failed', `server ${state.myid} cannot reach server ${sid}: ${reason}`, 'QuorumCnxManager.initiateConnection'))
}

function onReceived(state: ConnectionsState, connection: ElectionConnection, notification: Notification, effects: CnxEffect[]): void {
  const from = state.introduced.get(connection)
  if (from !== undefined) effects.push({ kind: 'deliver', from, notification })
}

/** Nothing is done about a broken connection until there is something to say on it. */
function onClosed(state: ConnectionsState, connection: ElectionConnection, now: Now, effects: CnxEffect[]): void {
  if (state.silent.delete(connection)) setHandshakeTimer(state, now, effects)
  const sid = state.introduced.get(connection)
  if (sid === undefined) return
  state.introduced.delete(connection)
  linkTo(state, sid).connection = null
}

function onHandshakeTimeout(state: ConnectionsState, now: Now, effects: CnxEffect[]): void {
  for (const [connection, deadline] of state.silent) {
    if (deadline > now.elapsed) continue
    state.silent.delete(connection)
    effects.push({ kind: 'close', connection, reason: `silent for ${state.handshakeTimeout} ms` })
  }
  setHandshakeTimer(state, now, effects)
}

function onHalt(state: ConnectionsState, effects: CnxEffect[]): void {
  for (const connection of [...state.silent.keys(), ...state.introduced.keys()]) effects.push({ kind: 'close', connection, reason: 'halted' })
  effects.push({ kind: 'cancelTimer', timer: 'handshake' })
  state.links.clear()
  state.introduced.clear()
  state.silent.clear()
}

/** Calls a server unless it is being called or connected already. Source: `QuorumCnxManager.connectOne`. */
function connectOne(state: ConnectionsState, sid: Sid, addresses: readonly string[], effects: CnxEffect[]): void {
  const link = linkTo(state, sid)
  if (link.connection !== null || link.connecting) return
  link.connecting = true
  effects.push({ kind: 'connect', sid, addresses })
}

/**
 * From now on this connection carries everything between the two servers; an older one is finished. With nothing waiting,
 * the last notification is sent again: it may have been lost with the old connection. Source: `SendWorker.run`.
 */
function use(state: ConnectionsState, sid: Sid, connection: ElectionConnection, effects: CnxEffect[]): void {
  finish(state, sid, `replaced by a new connection of server ${sid}`, effects)
  const link = linkTo(state, sid)
  link.connection = connection
  state.introduced.set(connection, sid)
  link.waiting ??= link.lastSent
  sendWaiting(link, connection, effects)
}

function sendWaiting(link: Link, connection: ElectionConnection, effects: CnxEffect[]): void {
  if (link.waiting === null) return
  effects.push({ kind: 'send', connection, notification: link.waiting })
  link.lastSent = link.waiting
  link.waiting = null
}

function finish(state: ConnectionsState, sid: Sid, reason: string, effects: CnxEffect[]): void {
  const link = linkTo(state, sid)
  if (link.connection === null) return
  effects.push({ kind: 'close', connection: link.connection, reason })
  state.introduced.delete(link.connection)
  link.connection = null
}

function linkTo(state: ConnectionsState, sid: Sid): Link {
  let link = state.links.get(sid)
  if (link === undefined) {
    link = { connection: null, connecting: false, waiting: null, lastSent: null }
    state.links.set(sid, link)
  }
  return link
}

/** One timer serves all silent connections: it is set to the first that runs out, which is the oldest. */
function setHandshakeTimer(state: ConnectionsState, now: Now, effects: CnxEffect[]): void {
  const [first] = state.silent.values()
  if (first === undefined) effects.push({ kind: 'cancelTimer', timer: 'handshake' })
  else effects.push({ kind: 'setTimer', timer: 'handshake', delay: Math.max(0, first - now.elapsed) })
}

function hostOf(address: string): string | null {
  return /^(.+):\d{1,5}$/.exec(address)?.[1] ?? null
}

function isNoWildcard(address: string): boolean {
  return !['0.0.0.0', '::', '[::]', '[0:0:0:0:0:0:0:0]'].includes(hostOf(address) as string)
}
