/** Drives one machine with the boundary of a server: turns what happens on sockets, files and timers into events and carries out the effects. */
import { type Now, unreachable } from '../../kernel/index.ts'
import type { WordAnswer } from '../../operations/index.ts'
import type { AdminAction, PeerEffect, PeerEvent, PeerTimer } from '../../peer/index.ts'
import { readClock } from './clock.ts'
import type { NodeDisk } from './disk.ts'
import type { Log } from './log.ts'
import { Network } from './network.ts'
import { Timers } from './timers.ts'
import { NO_TLS, type ServerTls } from './tls.ts'

/** A server as this host sees it; `Peer` is one. */
export interface ServerMachine {
  /** Takes in one event. Returns what the host must do, in this order. */
  step(event: PeerEvent, now: Now): readonly PeerEffect[]
}

/** What a host needs besides the machine. */
export interface NodeHostOptions {
  readonly disk: NodeDisk
  readonly log: Log
  /** Answers a four-letter word; `argument` is what came behind it. */
  readonly adminCommand: (word: string, argument: Uint8Array, now: Now) => WordAnswer
  /** `clientPortListenBacklog`; -1 leaves it to the system. */
  readonly clientPortListenBacklog: number
  /** Which connections are over TLS; none when left out. */
  readonly tls?: ServerTls
  /** Called once, at the end of the server's life: by its own `exit` effect, or with code 1 when a step threw. */
  readonly onExit: (code: number, message: string) => void
}

/**
 * **A turn** is one round of Node's event loop. The loop first collects all sockets that are ready, then calls us for each;
 * what `setImmediate` was given runs after them. So the first event of a round asks for the end of the turn, and there the
 * machine is told that everything ready has been delivered (`turn`: it writes its log in one go), and each socket gets all
 * that was sent to it as one write. Timers come last: what has arrived goes before the conclusion that nothing has.
 *
 * Effects are carried out at once and in order, and whatever they cause comes back as a later event, never within the step.
 */
export class NodeHost {
  readonly #machine: ServerMachine
  readonly #options: NodeHostOptions
  readonly #network: Network
  readonly #timers: Timers<PeerTimer>
  readonly #events: PeerEvent[] = []
  #stepping = false
  #turnAsked = false
  #ended = false

  constructor(machine: ServerMachine, options: NodeHostOptions) {
    this.#machine = machine
    this.#options = options
    this.#network = new Network((event) => this.#deliver(event), options.log, options.clientPortListenBacklog, options.tls ?? NO_TLS)
    this.#timers = new Timers<PeerTimer>(
      () => readClock().elapsed,
      () => this.#askForTurn(),
    )
  }

  /** Begins the server's life. */
  start(): void {
    this.#deliver({ kind: 'start' })
  }

  /** Ends the server at once, as `kill -9` does: nothing more is sent or written. No `onExit` follows. */
  async kill(): Promise<void> {
    this.#ended = true
    this.#timers.clear()
    this.#network.destroyAll()
    await this.#options.disk.abandon()
  }

  /** Cuts this server off from the other servers, or heals the cut; its clients still reach it. See `Network.setPartitioned`. */
  setPartitioned(partitioned: boolean): void {
    this.#network.setPartitioned(partitioned)
  }

  /** Asks the server to end in good order; `onExit` follows. */
  stop(): void {
    this.#deliver({ kind: 'stop' })
  }

  /** What an operator asks for by a four-letter word or over HTTP. */
  administer(action: AdminAction): void {
    this.#deliver({ kind: 'administer', action })
  }

  /** Steps the machine, unless it is stepping: then the event waits for its turn. */
  #deliver(event: PeerEvent): void {
    if (this.#ended) return
    if (this.#stepping) {
      this.#events.push(event)
      return
    }
    this.#stepping = true
    let askForTurn = false
    for (let next: PeerEvent | undefined = event; next !== undefined; next = this.#events.shift()) {
      this.#step(next)
      if (next.kind !== 'turn') askForTurn = true
    }
    this.#stepping = false
    if (askForTurn) this.#askForTurn()
  }

  #step(event: PeerEvent): void {
    if (this.#ended) return
    const now = readClock()
    try {
      for (const effect of this.#machine.step(event, now)) this.#carryOut(effect, now)
    } catch (error) {
      // A broken assumption of ours: nothing that the machine would do from here on can be trusted.
      this.#end(1, `unexpected error while handling '${event.kind}': ${(error as Error).stack ?? error}`)
    }
  }

  #askForTurn(): void {
    if (this.#turnAsked || this.#ended) return
    this.#turnAsked = true
    setImmediate(() => this.#endTurn())
  }

  #endTurn(): void {
    for (const timer of this.#timers.takeDue()) this.#deliver({ kind: 'timeout', timer })
    this.#turnAsked = false
    this.#deliver({ kind: 'turn' })
    this.#network.flush()
  }

  #carryOut(effect: PeerEffect, now: Now): void {
    switch (effect.kind) {
      case 'send':
        return this.#network.send(effect.connection, effect.bytes)
      case 'disk':
        return this.#options.disk.perform(effect.operation, (result) => {
          if (effect.token !== 0 || result.kind === 'failed') this.#deliver({ kind: 'disk', token: effect.token, result })
        })
      case 'setTimer':
        return this.#timers.set(effect.timer, effect.delay)
      case 'cancelTimer':
        return this.#timers.cancel(effect.timer)
      case 'listen':
        return this.#network.listen(effect.port, effect.host, effect.number)
      case 'unlisten':
        return this.#network.unlisten(effect.port)
      case 'connect':
        return this.#network.connect(effect.connection, effect.host, effect.port, effect.timeout)
      case 'close':
        return this.#network.close(effect.connection)
      case 'pause':
      case 'resume':
        return this.#network.setPaused(effect.connection, effect.kind === 'pause')
      case 'adminCommand': {
        const { text, action } = this.#options.adminCommand(effect.word, effect.argument, now)
        if (action !== undefined) this.administer(action)
        this.#network.send(effect.connection, Buffer.from(text))
        this.#network.close(effect.connection)
        return this.#deliver({ kind: 'closed', connection: effect.connection, reason: 'answered' })
      }
      case 'log':
        return this.#options.log(effect.level, effect.message)
      case 'exit':
        return this.#end(effect.code, effect.message)
      case 'note':
        return
      default:
        return unreachable(effect)
    }
  }

  #end(code: number, message: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#timers.clear()
    this.#network.closeAll()
    this.#options.onExit(code, message)
  }
}
