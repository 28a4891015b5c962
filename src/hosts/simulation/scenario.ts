/**
 * Scenarios: a schedule told in a small language of verbs, one per line, and played on the ensemble. `#` begins a comment.
 *
 *     servers 3                     how many vote; before the first `start`
 *     seed 7                        what chance does in the rest
 *     setting commitLogCount 3      a number among the settings of all servers
 *     variant NAME by CHECKER …     the exhibit of the museum that this scenario is about, and who must catch it
 *     start NAME … | all            starts servers
 *     await whole | leader          waits until all that run serve in one epoch; until somebody leads
 *     name A = leader               `leader` or `follower`: from now on this server is called A
 *     client c at A                 a client that knows only this server
 *     write c /path text            creates or sets a znode and waits for the answer
 *     send c /path text             the same without waiting
 *     read c /path                  syncs, reads, and tells what it read
 *     ask c /path                   the same without waiting, and without telling
 *     crash A power | kill          ends a server; `crash A power at disk 3`: after so many more disk operations
 *     block A > B … | unblock A > B what A sends to B waits
 *     part A | join A               cuts a server off from the other servers, breaking its connections; ends that
 *     slow A 100                    A's disk takes 100 times as long as it should; 1 is normal again
 *     fail A                        the next operation of A's disk fails
 *     full A | room A               A's disk has no room for more; has room again
 *     run 500                       lets so many milliseconds pass
 *
 * In the end everything is healed, all servers are restarted once more from their disks, and the checkers judge. The transcript
 * tells what happened at each line, so that it reads as a story; tests compare it word by word.
 */
import { fromUtf8, utf8 } from '../../kernel/index.ts'
import { CreateMode, KeeperErrorCode } from '../../wire/index.ts'
import { allCheckers } from './checkers/index.ts'
import { type CreateServer, Ensemble, ensembleOptions } from './ensemble.ts'
import type { ClientRequest, Operation } from './history.ts'
import { conclude, violations, watch } from './run.ts'
import type { ScriptedClient, Workload } from './scripted-client.ts'

/** How long a line may wait for what it waits for, in ms. */
const PATIENCE = 60_000

/** A scenario as it was read. */
export interface Scenario {
  readonly servers: number
  readonly seed: bigint
  /** Settings of all servers. */
  readonly settings: Readonly<Record<string, number>>
  /** The exhibit that it is about, and the checkers that must catch it. */
  readonly variant: { readonly name: string; readonly checkers: readonly string[] } | null
  readonly lines: readonly (readonly string[])[]
}

/** What became of a scenario. */
export interface Played {
  readonly transcript: readonly string[]
  /** The checkers whose promise was broken. */
  readonly broken: readonly string[]
}

/** A scenario that cannot be read or played; the message names the line. */
export class ScenarioError extends Error {
  override name = 'ScenarioError'
}

/** Reads a scenario. */
export function parseScenario(text: string): Scenario {
  let scenario: Scenario = { servers: 3, seed: 1n, settings: {}, variant: null, lines: [] }
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*/, '').split(/\s+/).filter(Boolean)
    const [verb, first = '', by, ...checkers] = words
    if (verb === undefined) continue
    if (verb === 'servers') scenario = { ...scenario, servers: Number(first) }
    else if (verb === 'seed') scenario = { ...scenario, seed: BigInt(first) }
    else if (verb === 'setting') scenario = { ...scenario, settings: { ...scenario.settings, [first]: Number(by) } }
    else if (verb === 'variant' && by === 'by') scenario = { ...scenario, variant: { name: first, checkers } }
    else scenario = { ...scenario, lines: [...scenario.lines, words] }
  }
  return scenario
}

/** Plays a scenario on servers of this kind. */
export function playScenario(scenario: Scenario, createServer: CreateServer): Played {
  const player = new Player(scenario, createServer)
  for (const line of scenario.lines) player.play(line)
  return player.end()
}

/** Does what it is told, in order, and leaves again to the client what a broken connection left without an answer. */
class ToldWorkload implements Workload {
  private readonly requests: ClientRequest[] = []

  tell(request: ClientRequest): void {
    this.requests.push(request)
  }

  next(): { request: ClientRequest; after: number } | null {
    const request = this.requests.shift()
    return request === undefined ? null : { request, after: 0 }
  }

  ended(): void {}
}

interface ToldClient {
  readonly workload: ToldWorkload
  readonly client: () => ScriptedClient | null
}

class Player {
  private readonly ensemble: Ensemble
  private readonly checkers = allCheckers()
  private readonly names = new Map<string, string>()
  private readonly clients = new Map<string, ToldClient>()
  private readonly transcript: string[] = []

  constructor({ servers, seed, settings }: Scenario, createServer: CreateServer) {
    this.ensemble = new Ensemble(ensembleOptions(seed, { servers, settings, clients: 0 }), createServer)
    watch(this.ensemble, this.checkers)
  }

  play(words: readonly string[]): void {
    const [verb = '', ...rest] = words
    const told = this.carryOut(verb, rest)
    const at = (this.ensemble.world.now / 1000).toFixed(1).padStart(6)
    this.transcript.push(`${at}  ${words.join(' ')}${told === '' ? '' : `  → ${told}`}`)
  }

  end(): Played {
    const result = conclude(this.ensemble, this.checkers, [])
    const broken = violations(result)
    for (const { checker, sentence } of broken) this.transcript.push(`broken: ${checker}: ${sentence}`)
    if (broken.length === 0) this.transcript.push('all promises are kept')
    return { transcript: this.transcript, broken: broken.map(({ checker }) => checker) }
  }

  private carryOut(verb: string, words: readonly string[]): string {
    const { world } = this.ensemble
    const [first = '', second = '', ...more] = words
    switch (verb) {
      case 'start':
        for (const name of first === 'all' ? this.serverNames() : words.map((word) => this.server(word))) world.start(name)
        return ''
      case 'await':
        return this.await(first)
      case 'name':
        return this.giveName(first, more[0] ?? '')
      case 'client':
        return this.addClient(first, words.slice(2))
      case 'write':
        return this.tell(first, second, more.join(' '), true)
      case 'send':
        return this.tell(first, second, more.join(' '), false)
      case 'read':
        return this.read(first, second)
      case 'ask':
        for (const kind of ['sync', 'getData'] as const) this.ask(first, { kind, path: second }, false)
        return ''
      case 'crash':
        return this.crash(this.server(first), second, more)
      case 'block':
      case 'unblock':
        for (const to of more) world.network[verb](this.server(first), this.server(to))
        return ''
      case 'part':
      case 'join':
        return this.part(this.server(first), verb === 'part')
      case 'slow':
        world.diskOf(this.server(first)).slowness = Number(second)
        return ''
      case 'fail':
        world.diskOf(this.server(first)).failNext = true
        return ''
      case 'full':
      case 'room':
        world.diskOf(this.server(first)).full = verb === 'full'
        return ''
      case 'run':
        world.runUntil(world.now + Number(first))
        return ''
      default:
        throw new ScenarioError(`there is no verb ‘${verb}’`)
    }
  }

  private await(what: string): string {
    const { ensemble } = this
    const { world, members } = ensemble
    const up = () => members.filter(({ name }) => world.isUp(name))
    const epoch = () => ensemble.leader()?.serving?.epoch
    const isWhole = () => epoch() !== undefined && up().every(({ serving }) => serving?.epoch === epoch())
    const done = what === 'whole' ? isWhole : () => ensemble.leader() !== null
    if (!world.runWhile(() => !done(), PATIENCE)) return `in vain`
    return `${ensemble.leader()?.name} leads epoch ${epoch()}`
  }

  private giveName(name: string, role: string): string {
    const { members } = this.ensemble
    const taken = new Set(this.names.values())
    const found = members.find((member) => member.serving?.role === role && !taken.has(member.name))
    if (found === undefined) throw new ScenarioError(`nobody is a ${role} whom ${name} could stand for`)
    this.names.set(name, found.name)
    return found.name
  }

  private addClient(name: string, servers: readonly string[]): string {
    const addresses = servers.map((server) => this.ensemble.member(this.server(server))?.address).filter((address) => address !== undefined)
    const workload = new ToldWorkload()
    this.clients.set(name, { workload, client: this.ensemble.addClient(name, workload, addresses, 16) })
    return ''
  }

  /** Writes: the first write of a path creates it. */
  private tell(name: string, path: string, text: string, waits: boolean): string {
    const { history } = this.ensemble
    const data = utf8(text)
    const exists = history.operations.some(({ request, outcome }) => request.kind === 'create' && request.path === path && outcome === 'ok')
    const request = exists
      ? ({ kind: 'setData', path, data, version: -1 } as const)
      : ({ kind: 'create', path, data, mode: CreateMode.PERSISTENT } as const)
    const operation = this.ask(name, request, waits)
    return waits ? tellOutcome(operation) : ''
  }

  private read(name: string, path: string): string {
    this.ask(name, { kind: 'sync', path }, true)
    const operation = this.ask(name, { kind: 'getData', path }, true)
    const { data } = operation?.answer ?? {}
    return data ? `‘${fromUtf8(data)}’` : tellOutcome(operation)
  }

  private ask(name: string, request: ClientRequest, waits: boolean): Operation | undefined {
    const { world, history } = this.ensemble
    const client = this.clients.get(name)
    if (client === undefined) throw new ScenarioError(`there is no client ${name}`)
    client.workload.tell(request)
    const find = () => history.operations.findLast((operation) => operation.request === request)
    if (waits) world.runWhile(() => (find()?.outcome ?? 'pending') === 'pending', PATIENCE)
    return find()
  }

  private crash(server: string, outage: string, at: readonly string[]): string {
    const { world } = this.ensemble
    if (outage !== 'power' && outage !== 'kill') throw new ScenarioError(`a crash is by power or kill, not by ‘${outage}’`)
    if (at.length === 0) world.crash(server, outage)
    else world.crashAtDisk(server, Number(at.at(-1)), outage, () => {})
    return ''
  }

  private part(server: string, parts: boolean): string {
    const { network } = this.ensemble.world
    for (const other of this.serverNames()) {
      if (other === server) continue
      network[parts ? 'block' : 'unblock'](server, other)
      network[parts ? 'block' : 'unblock'](other, server)
      if (parts) network.breakConnections(server, other)
    }
    return ''
  }

  private serverNames(): string[] {
    return this.ensemble.members.map(({ name }) => name)
  }

  private server(word: string): string {
    const name = this.names.get(word) ?? word
    if (this.ensemble.member(name) === undefined) throw new ScenarioError(`there is no server ${word}`)
    return name
  }
}

function tellOutcome(operation: Operation | undefined): string {
  const { outcome = 'pending', error = 0, zxid = -1n } = operation ?? {}
  if (outcome === 'failed') return Object.entries(KeeperErrorCode).find(([, code]) => code === error)?.[0] ?? `error ${error}`
  return outcome === 'ok' ? `ok, zxid 0x${zxid.toString(16)}` : outcome
}
