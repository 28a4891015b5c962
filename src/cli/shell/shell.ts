/** The shell without its terminal: lines or words in, text and an exit code out. */
import {
  type ConnectionState,
  createClient,
  isKeeperError,
  type KeeperStateName,
  type TlsOptions,
  type WatchedEvent,
  type ZooKeeper,
} from '../../index.ts'
import type { Command, CommandContext } from './command.ts'
import { commands, explain, shellCommands, usageText } from './commands.ts'
import { toJson } from './json.ts'
import { parseOptions, splitWords, UsageError } from './words.ts'

/** Exit codes. Source: `ExitCode`, `CliException`. */
export const EXIT_OK = 0
export const EXIT_FAILED = 1
export const EXIT_NOT_FOUND = 127

export interface ShellSettings {
  readonly server: string
  /** The session timeout to ask for, in ms. */
  readonly timeout: number
  readonly readOnly: boolean
  /** The longest frame, in bytes; undefined for the usual. */
  readonly maxFrameLength: number | undefined
  /** How to connect over TLS; undefined for plain TCP. */
  readonly tls: TlsOptions | undefined
  /** Whether results are printed as JSON, one line per command. */
  readonly json: boolean
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

export class Shell {
  /** Of the last command. */
  exitCode = EXIT_OK
  /** Whether `quit` has been said. */
  quit = false
  private readonly settings: ShellSettings
  private server: string
  private zk: ZooKeeper
  /** The client whose end is wanted; that of any other is an expiry. */
  private closing: ZooKeeper | undefined
  private printsWatches = true
  private readonly lines: string[] = []
  /** Whether the command under way has had an answer. */
  private answered = false
  private readonly printed = new WeakSet<WatchedEvent>()

  /** Throws an Error with one clear sentence when `settings.server` is no connect string. */
  constructor(settings: ShellSettings) {
    this.settings = settings
    this.server = settings.server
    this.zk = this.open()
  }

  private open(): ZooKeeper {
    const { timeout, readOnly, maxFrameLength, tls } = this.settings
    const zk = createClient({ servers: this.server, timeout, canBeReadOnly: readOnly, maxFrameLength, tls })
    void this.printStates(zk)
    return zk
  }

  /** The session's own events, as the default watcher of zkCli.sh sees them: changes, and nothing before the first connection. */
  private async printStates(zk: ZooKeeper): Promise<void> {
    let last: KeeperStateName = 'Disconnected'
    for await (const { connection } of zk.states()) {
      const state = connection === 'CLOSED' && zk !== this.closing ? 'Expired' : keeperStates[connection]
      if (state !== last) this.printEvent({ type: 'None', state, path: null, zxid: -1n })
      last = state
    }
  }

  /** Waits for a session, at most its timeout. Answers whether there is one. */
  async waitForConnection(): Promise<boolean> {
    const signal = AbortSignal.timeout(this.settings.timeout)
    return this.zk.connected({ signal }).then(
      () => true,
      () => false,
    )
  }

  /** Ends the session; `quietly` without a word about it. */
  async close(quietly = false): Promise<void> {
    this.closing = this.zk
    if (quietly) this.printsWatches = false
    await this.zk.close()
    // The word about it comes from a loop of its own: let it be the first to speak.
    await new Promise((done) => setImmediate(done))
  }

  /** What stands before the cursor. */
  prompt(): string {
    return `[zk: ${this.server}(${this.zk.state().connection}) ${this.lines.length}] `
  }

  /** One line that was typed. An empty one is nothing. */
  async executeLine(line: string): Promise<void> {
    if (line === '') return
    const at = this.lines.push(line) - 1
    await this.execute(splitWords(line), at)
  }

  /** One command, in words. Afterwards `exitCode` is its own. */
  async execute(words: readonly string[], at = this.lines.length): Promise<void> {
    this.answered = false
    try {
      await this.process(words, at)
      if (!this.answered && this.settings.json) this.answer({})
      this.exitCode = EXIT_OK
    } catch (error) {
      if (this.settings.json) this.answer({ error: { code: isKeeperError(error) ? error.code : null, message: explain(error) } })
      this.exitCode = error instanceof CommandNotFound ? EXIT_NOT_FOUND : EXIT_FAILED
      this.settings.err(explain(error))
    }
  }

  /** The result of a command, as lines or as JSON. */
  private answer(fields: object, ...lines: readonly string[]): void {
    const { json, out } = this.settings
    this.answered = true
    for (const line of json ? [toJson(fields)] : lines) out(line)
  }

  private async process(words: readonly string[], at: number): Promise<void> {
    const [name, ...rest] = words
    if (name === undefined) throw new UsageError('No command entered')
    const command = commands.get(name)
    if (command !== undefined) return this.talk(name, command, rest)
    if (!shellCommands.has(name)) {
      this.settings.err(usageText())
      throw new CommandNotFound(`Command not found: Command not found ${name}`)
    }
    if (name === 'help') this.settings.err(usageText())
    if (name === 'history') this.printHistory(at)
    if (name === 'printwatches') this.switchWatches(rest[0])
    if (name === 'redo') await this.redo(rest[0], at)
    if (name === 'connect') await this.connect(rest[0] ?? this.server)
    const quits = name === 'quit' || name === 'exit'
    if (quits || name === 'close') await this.close()
    this.quit ||= quits
  }

  /** A command for the server. */
  private async talk(name: string, command: Command, words: readonly string[]): Promise<void> {
    if (this.zk.state().session === 'LOST') {
      this.answer({ connected: false }, 'Not connected')
      return
    }
    const options = parseOptions(words, command.letters, command.words)
    const usage = new UsageError(`${name} ${command.usage}`)
    if (options.args.length < command.needs && !options.flags.has('?')) throw usage
    const context: CommandContext = {
      zk: this.zk,
      options,
      arg(index) {
        const value = options.args[index]
        if (value === undefined) throw usage
        return value
      },
      answer: (fields, ...lines) => this.answer(fields, ...lines),
      err: this.settings.err,
      onWatch: (watch) => void watch.then((event) => event.type !== 'None' && this.printEvent(event)),
      onEvents: (events) => void this.printEvents(events),
    }
    await command.run(context)
  }

  private async printEvents(events: AsyncIterable<WatchedEvent>): Promise<void> {
    try {
      for await (const event of events) if (event.type !== 'None') this.printEvent(event)
    } catch (error) {
      this.settings.err(explain(error))
    }
  }

  /** However many watches hear of one event, it is printed once: zkCli.sh has only one watcher. */
  private printEvent(event: WatchedEvent): void {
    if (this.printed.has(event)) return
    this.printed.add(event)
    if (!this.printsWatches) return
    const { json, out } = this.settings
    out(json ? toJson({ event }) : `\nWATCHER::\n\nWatchedEvent state:${event.state} type:${event.type} path:${event.path}`)
  }

  /** This line and the ten before it. */
  private printHistory(at: number): void {
    const history = Array.from({ length: Math.min(at, 10) + 1 }, (_, i) => Math.max(at - 10, 0) + i).map((i) => `${i} - ${this.lines[i] ?? null}`)
    this.answer({ history }, ...history)
  }

  private switchWatches(word: string | undefined): void {
    if (word === undefined) this.answer({ printwatches: this.printsWatches }, `printwatches is ${this.printsWatches ? 'on' : 'off'}`)
    else this.printsWatches = word === 'on'
  }

  private async redo(word: string | undefined, at: number): Promise<void> {
    if (word === undefined) return
    const index = Number(word)
    if (!(Number.isInteger(index) && index >= 0 && index < at)) throw new UsageError('Command index out of range')
    const line = this.lines[index] as string
    const words = splitWords(line)
    if (words[0] === 'redo') throw new UsageError('No redoing redos')
    this.lines[at] = line
    await this.process(words, at)
  }

  private async connect(server: string): Promise<void> {
    await this.close()
    this.server = server
    this.zk = this.open()
  }

  /** What a word may become: names of commands, or paths when it begins with a slash. Source: `JLineZNodeCompleter`. */
  async complete(line: string): Promise<readonly [readonly string[], string]> {
    const word = line.slice(line.lastIndexOf(' ') + 1)
    if (!word.startsWith('/')) return [[...commands.keys(), ...shellCommands.keys()].filter((name) => name.startsWith(word)), word]
    const slash = word.lastIndexOf('/')
    try {
      const { children } = await this.zk.getChildren(slash === 0 ? '/' : word.slice(0, slash))
      const paths = children.map((child) => word.slice(0, slash + 1) + child)
      return [paths.filter((path) => path.startsWith(word)).sort((a, b) => (a < b ? -1 : 1)), word]
    } catch {
      return [[], word]
    }
  }
}

const keeperStates: Readonly<Record<ConnectionState, KeeperStateName>> = {
  CONNECTING: 'Disconnected',
  CONNECTED: 'SyncConnected',
  CONNECTEDREADONLY: 'ConnectedReadOnly',
  AUTH_FAILED: 'AuthFailed',
  CLOSED: 'Closed',
}

class CommandNotFound extends Error {
  override name = 'CommandNotFound'
}
