/**
 * The demo of chapter 11: the night shift. Even numbers, a network that breaks in two, restarts in the right order, and a server
 * that is left alone. `npx tsx chapters/11-operations.ts --help`; with `--live` real servers are asked how they are.
 */
import type { Millis } from '../src/kernel/index.ts'
import { majority } from '../src/quorum/index.ts'
import { broken } from './11-operations/broken.ts'
import { ask } from './11-operations/question.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Link } from './support/stage.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

const TOLD = new Set(['create2', 'getData', 'reply', 'PROPOSAL', 'ACK', 'COMMIT', 'DIFF', 'TRUNC', 'SNAP', 'CONNECT', 'CONNECTED'])
const NOTES = new Set(['looking', 'elected', 'leader-serves'])

async function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new NightShift(seed).play()
}

function telling(): Telling {
  const hosts = ['app', 'web', 's1', 's2', 's3', 's4', 's5']
  return { hosts, tells: ({ name }) => TOLD.has(name), notes: NOTES, omits: new Set(['opening', 'quiet']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'quiet', 'even', 'heals', 'restart', 'read-only']) }
}

class NightShift {
  private readonly theatre: Theatre
  private broken = false

  constructor(seed: bigint) {
    this.theatre = new Theatre(seed, { chapter: '11-operations' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    const { theatre } = this
    theatre.say(
      'aside',
      'introduction',
      'Night at the theatre. The shows are over, tickets are sold around the clock, and one person looks after the servers.',
    )
    await this.evenNumbers()
    await this.splitBrain()
    await this.restarts()
    await this.leftAlone()
    return theatre.lines
  }

  /** Four servers, and a network that breaks between two and two. */
  private async evenNumbers(): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'even', 'EVEN NUMBERS: is four more than three?')
    const rows = [1, 2, 3, 4, 5, 6, 7].map((size) => [size, quorumOf(size), size - quorumOf(size)].map(String))
    theatre.show(columns([['servers', 'quorum', 'may fail'], ...rows]))
    await this.open({ servers: 4 })
    theatre.say('heading', 'even', 'FOUR SERVERS, and a broken switch between two and two')
    await this.split(['s1', 's2'], ['s3', 's4'])
    await theatre.until('nobody serves', () => this.serving().length === 0)
    theatre.show(this.roles())
    theatre.say(
      'aside',
      'verdict',
      'Every server runs, every disk is whole, and nobody serves: two of four are no majority. With three servers, one side would have had two.',
    )
  }

  private async splitBrain(): Promise<void> {
    const { theatre } = this
    await this.open({ servers: 5 })
    const old = theatre.leader
    const [mate = '', ...rest] = theatre.followers
    const app = await theatre.client('app', [old], { timeout: 20_000 })
    await theatre.wait(500)
    theatre.say('heading', 'split', 'SPLIT BRAIN: two leaders, one history')
    await this.split(['app', old, mate], ['web', ...rest])
    theatre.say('aside', 'split', `The leader ${old} is left with ${mate}. It does not know. The app sells seat 1 there, to Ada.`)
    const sold = theatre.begun(app.create('/seat-1', { data: 'Ada' }))
    await theatre.until('the others have a leader', () => rest.includes(theatre.leader))
    theatre.say('aside', 'split', `${theatre.leader} leads the other three now. The web shop opens there, and sells seat 1 to Ben.`)
    const web = await theatre.client('web', rest, { timeout: 20_000 })
    const other = await theatre.outcome(web.create('/seat-1', { data: 'Ben' }))
    await theatre.until('the old leader is none', () => theatre.ensemble.member(old)?.serving == null)
    theatre.say('heading', 'heals', 'THE NETWORK HEALS')
    theatre.mend('fault', 'The network is whole again.')
    await theatre.until('all serve', () => theatre.ensemble.isWhole())
    await theatre.until('the app has its answer', () => sold.outcome !== null)
    const { data } = await theatre.answer(web.getData('/seat-1'))
    theatre.say('heading', 'split', 'AND WHO SITS ON SEAT 1?')
    theatre.say(
      'aside',
      'verdict',
      `The app was told ${sold.outcome}: it does not know, and has to look. web was told ${other}. On all servers seat 1 belongs to ${text(data)}.`,
    )
  }

  /** All servers are restarted, once in each order, while somebody writes. */
  private async restarts(): Promise<void> {
    const rows: string[][] = []
    for (const order of ['whoever leads first', 'the leader last'] as const) {
      await this.open({ servers: 3 })
      this.theatre.say('heading', 'quiet', order)
      const { elections, longest } = await this.restartAll(order === 'the leader last')
      rows.push([order, String(elections), `${(longest / 1000).toFixed(1)} s`])
    }
    this.theatre.say('heading', 'restart', 'A ROLLING RESTART: the order matters')
    this.theatre.show(columns([['restart', 'elections', 'longest time without a leader'], ...rows]))
  }

  private async restartAll(leaderLast: boolean): Promise<{ elections: number; longest: Millis }> {
    const { theatre } = this
    const { world, members } = theatre.ensemble
    const due = new Set(members.map(({ name }) => name))
    const epoch = () => theatre.ensemble.leader()?.serving?.epoch ?? 0n
    const first = epoch()
    let longest = 0
    while (due.size > 0) {
      const others = [...due].filter((name) => name !== theatre.leader)
      const name = (leaderLast ? others[0] : due.has(theatre.leader) ? theatre.leader : undefined) ?? others[0] ?? theatre.leader
      due.delete(name)
      const since = world.now
      world.crash(name, 'kill')
      await theatre.until('somebody leads', () => theatre.leader !== '' && theatre.leader !== name)
      longest = Math.max(longest, world.now - since)
      world.start(name)
      await theatre.until('all serve', () => theatre.ensemble.isWhole())
      await theatre.wait(500)
    }
    return { elections: Number(epoch() - first), longest }
  }

  /** A server without a quorum, in read-only mode, and a client that is content with it. */
  private async leftAlone(): Promise<void> {
    const { theatre } = this
    await this.open({ servers: 3, settings: { readOnlyModeEnabled: true, localSessionsEnabled: true, localSessionsUpgradingEnabled: true } })
    const alone = theatre.followers[0] ?? ''
    const web = await theatre.client('web', [theatre.leader])
    await theatre.answer(web.create('/seat-1', { data: 'Ada' }))
    await theatre.wait(500)
    theatre.say('heading', 'read-only', 'LEFT ALONE: a server without a quorum, and read-only mode')
    await this.split(
      [alone, 'app'],
      theatre.ensemble.members.map(({ name }) => name).filter((name) => name !== alone),
    )
    await theatre.until('the server serves reads alone', () => theatre.peer(alone).readOnly)
    const app = await theatre.client('app', [alone], { canBeReadOnly: true })
    const { data } = await theatre.answer(app.getData('/seat-1'))
    const write = await theatre.outcome(app.create('/seat-2', { data: 'Ben' }))
    theatre.say(
      'aside',
      'verdict',
      `${alone} alone: seat 1 belongs to ${text(data)} (so it was, when the network broke); selling seat 2 is refused with ${write}.`,
    )
  }

  /** Another ensemble, on a network that is whole. */
  private async open(changes: Parameters<Theatre['open']>[0]): Promise<void> {
    this.theatre.say('heading', 'quiet', 'MEANWHILE')
    if (this.broken) this.theatre.mend('fault', 'The network is whole again.')
    this.broken = false
    await this.theatre.open(changes)
  }

  private async split(one: readonly string[], other: readonly string[]): Promise<void> {
    const links = one.flatMap((a) =>
      other.flatMap((b): Link[] => [
        [a, b],
        [b, a],
      ]),
    )
    this.broken = true
    this.theatre.cut(links, 'fault', `The network breaks: ${listed(one)} here, ${listed(other)} there.`)
  }

  private serving(): string[] {
    return this.theatre.ensemble.members.filter(({ serving }) => serving !== null).map(({ name }) => name)
  }

  private roles(): string[] {
    return columns([['server', 'serves as'], ...this.theatre.ensemble.members.map(({ name, serving }) => [name, serving?.role ?? '-'])])
  }
}

function quorumOf(size: number): number {
  const servers = Array.from({ length: size }, (_, i) => BigInt(i + 1))
  const verifier = majority(servers)
  return servers.findIndex((_, i) => verifier.containsQuorum(new Set(servers.slice(0, i + 1)))) + 1
}

function text(data: Uint8Array | null): string {
  return new TextDecoder().decode(data ?? new Uint8Array(0))
}

function listed(names: readonly string[]): string {
  return names.join(', ').replace(/, (?=[^,]*$)/, ' and ')
}

const options = chapterOptions(
  '11-operations',
  'Operations: even numbers, split brain, rolling restarts, a server left alone.',
  { live: 'start three real servers, kill two, and ask the last one how it is' },
  [],
  null,
  broken,
)
// Real servers need much that a simulated story does not: it is loaded only for them.
if (options.variants.has('live')) await (await import('./11-operations/live.ts')).playLive()
else perform({ play, telling, drawing, ask }, options)
