/** Runs the machine on a host: carries out its effects, and turns its answers into promises and events. */
import { type Millis, unreachable } from '../kernel/index.ts'
import type { ClientEffect, ClientEvent, ClientTimer, Outcome, Token, WatchedEvent } from './boundary.ts'
import { clientCnxn } from './cnxn.ts'
import { KeeperError } from './errors.ts'
import { withResolvers } from './event-queue.ts'
import type { ClientConnection, ClientHost } from './host.ts'
import type { ClientRequest, OperationName, ReplyOf, RequestOf } from './operations.ts'
import { stripChroot } from './paths.ts'
import { type Cnxn, type CnxnOptions, newCnxn } from './state.ts'

/** One who listens to watch events. Told of the session only when it says so or when the session ends. */
export interface WatchListener {
  readonly persistent: boolean
  deliver(event: WatchedEvent): void
}

interface Waiter {
  readonly path: string | null
  settle(outcome: Outcome): void
}

const ENDINGS = new Set(['Expired', 'Closed', 'AuthFailed'])

/** Whether an event says that the session is over for good. */
export function isEnding(event: WatchedEvent): boolean {
  return event.type === 'None' && ENDINGS.has(event.state)
}

export class Driver {
  readonly cnxn: Cnxn
  private readonly host: ClientHost
  private readonly chroot: string
  private readonly onSessionEvent: (event: WatchedEvent) => void
  private readonly connections = new Map<number, ClientConnection>()
  private readonly timers = new Map<ClientTimer, () => void>()
  private readonly waiters = new Map<Token, Waiter>()
  private readonly listeners = new Map<Token, WatchListener>()
  private lastToken: Token = 0
  private readonly events: ClientEvent[] = []
  private driving = false

  /** @param chroot taken off the paths of events, so that all listeners share one translated event */
  constructor(host: ClientHost, chroot: string, options: CnxnOptions, onSessionEvent: (event: WatchedEvent) => void) {
    this.host = host
    this.chroot = chroot
    this.cnxn = newCnxn(options)
    this.onSessionEvent = onSessionEvent
    this.drive({ kind: 'start' })
  }

  /**
   * Gives the machine one event and carries out what follows. What an effect causes in turn (a watch that overflows removes
   * itself) waits until all effects before it are done, or bytes would leave in the wrong order.
   */
  drive(event: ClientEvent): void {
    this.events.push(event)
    if (this.driving) return
    this.driving = true
    for (let next = this.events.shift(); next !== undefined; next = this.events.shift()) {
      for (const effect of clientCnxn.step(this.cnxn, next, this.host.now())) this.carryOut(effect)
    }
    this.driving = false
  }

  /** A name for a promise or a watch that has not been used yet. */
  newToken(): Token {
    this.lastToken += 1
    return this.lastToken
  }

  /**
   * Sends one operation. The listener hears the watch that the operation sets, from the moment the server has set it.
   * Rejects with a KeeperError, or with the signal's reason.
   */
  call<Name extends OperationName>(
    op: Name,
    record: RequestOf<Name>,
    path: string | null,
    signal?: AbortSignal,
    listener?: WatchListener,
  ): Promise<ReplyOf<Name>> {
    const token = this.newToken()
    // The pair of op and record is right by the signature; the union of all pairs is more than the compiler can follow.
    const request = { op, record } as unknown as ClientRequest
    if (listener !== undefined) this.listeners.set(token, listener)
    const answer = this.await(token, path, signal, () => this.drive({ kind: 'request', token, request })) as Promise<ReplyOf<Name>>
    if (listener !== undefined) answer.catch((error: unknown) => this.keepListener(op, error) || this.listeners.delete(token))
    return answer
  }

  /** A failed request has set no watch, but for exists on a missing node. */
  private keepListener(op: OperationName, error: unknown): boolean {
    return op === 'exists' && error instanceof KeeperError && error.code === 'NONODE'
  }

  /** Waits for the outcome of what `start` begins under `token`. */
  await(token: Token, path: string | null, signal: AbortSignal | undefined, start: () => void): Promise<unknown> {
    if (signal?.aborted) {
      this.listeners.delete(token)
      return Promise.reject(signal.reason)
    }
    const { promise, resolve, reject } = withResolvers<unknown>()
    const abandon = () => {
      this.waiters.delete(token)
      this.drive({ kind: 'abandon', token })
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abandon, { once: true })
    this.waiters.set(token, {
      path,
      settle(outcome) {
        signal?.removeEventListener('abort', abandon)
        if (outcome.ok) resolve(outcome.reply)
        else reject(new KeeperError(outcome.code, path, outcome.maybeApplied, outcome.detail))
      },
    })
    start()
    return promise
  }

  /** A persistent listener has had enough. */
  unwatch(listener: WatchListener): void {
    for (const [token, other] of this.listeners) {
      if (other !== listener) continue
      this.listeners.delete(token)
      this.drive({ kind: 'unwatch', watch: token })
    }
  }

  private carryOut(effect: ClientEffect): void {
    switch (effect.kind) {
      case 'connect':
        return this.connect(effect.connection, effect.host, effect.port)
      case 'send':
        return this.connections.get(effect.connection)?.send(effect.bytes)
      case 'close':
        this.connections.get(effect.connection)?.close()
        this.connections.delete(effect.connection)
        return
      case 'setTimer':
        return this.setTimer(effect.timer, effect.delay)
      case 'cancelTimer':
        return this.cancelTimer(effect.timer)
      case 'settle': {
        const waiter = this.waiters.get(effect.token)
        this.waiters.delete(effect.token)
        return waiter?.settle(effect.outcome)
      }
      case 'watchEvent':
        return this.deliver(effect.watches, effect.event)
      case 'sessionEvent':
        return this.deliverSessionEvent(effect.event)
      case 'note':
        return this.host.note?.(effect)
      default:
        return unreachable(effect)
    }
  }

  private connect(connection: number, host: string, port: number): void {
    const handle = this.host.connect(host, port, {
      connected: () => this.drive({ kind: 'connected', connection }),
      data: (bytes) => this.drive({ kind: 'data', connection, bytes }),
      closed: (reason) => {
        this.connections.delete(connection)
        this.drive({ kind: 'closed', connection, reason })
      },
    })
    this.connections.set(connection, handle)
  }

  private setTimer(timer: ClientTimer, delay: Millis): void {
    this.cancelTimer(timer)
    const cancel = this.host.setTimer(delay, () => {
      this.timers.delete(timer)
      this.drive({ kind: 'timeout', timer })
    })
    this.timers.set(timer, cancel)
  }

  private cancelTimer(timer: ClientTimer): void {
    this.timers.get(timer)?.()
    this.timers.delete(timer)
  }

  /** A one-shot listener hears one event; a removal is the last that any of them hears. */
  private deliver(watches: readonly Token[], { path, ...rest }: WatchedEvent): void {
    const event: WatchedEvent = { ...rest, path: path === null ? null : stripChroot(this.chroot, path) }
    for (const token of watches) {
      const listener = this.listeners.get(token)
      if (listener === undefined) continue
      if (!listener.persistent || event.type === 'PersistentWatchRemoved') this.listeners.delete(token)
      listener.deliver(event)
    }
  }

  private deliverSessionEvent(event: WatchedEvent): void {
    const over = isEnding(event)
    for (const [token, listener] of [...this.listeners]) {
      if (!over && !listener.persistent) continue
      if (over) this.listeners.delete(token)
      listener.deliver(event)
    }
    this.onSessionEvent(event)
  }
}
