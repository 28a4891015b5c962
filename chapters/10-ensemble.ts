/**
 * The demo of chapter 10: two shops at different servers of one ensemble, and every station that a write passes.
 * `npx tsx chapters/10-ensemble.ts --help`
 */
import type { ZooKeeper } from '../src/client/index.ts'
import { type CreateServer, MUSEUM, type Observed, withBug } from '../src/hosts/simulation/index.ts'
import { formatId, fromUtf8 } from '../src/kernel/index.ts'
import { createPeer } from '../src/peer/index.ts'
import { broken } from './10-ensemble/broken.ts'
import { packetsOfAWrite } from './10-ensemble/packets.ts'
import { ask } from './10-ensemble/question.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

/** What is said about the theatre's business; what only keeps things alive is left out. */
const TOLD = new Set([
  ...['CONNECT', 'CONNECTED', 'create2', 'setData', 'exists', 'getData', 'reply'],
  ...['REQUEST', 'REVALIDATE', 'PROPOSAL', 'ACK', 'COMMIT', 'INFORM'],
])

/** Each is the wish of somebody who wants to be quicker than the rule, and a bug of the museum. */
const VARIANTS = {
  overtaking: 'read-overtakes-write',
  forgetful: 'outstanding-changes-ignored',
} as const

/** Voters and observers of the ensembles whose packets are counted. */
const SIZES = [
  [3, 0],
  [5, 0],
  [7, 0],
  [3, 2],
  [3, 4],
] as const

async function play({ seed, variants }: ChapterOptions): Promise<readonly string[]> {
  return new Evening(seed, variants).play()
}

function telling(): Telling {
  return { hosts: ['app', 'web', 's1', 's2', 's3', 's4'], tells: ({ name }) => TOLD.has(name), notes: new Set(), omits: new Set(['opening']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'read', 'race', 'move', 'cost']) }
}

class Evening {
  private readonly theatre: Theatre
  private readonly seed: bigint
  private readonly variants: ReadonlySet<string>
  /** Whether the servers say what they do with transactions. */
  private aloud = false

  constructor(seed: bigint, variants: ReadonlySet<string>) {
    this.seed = seed
    this.variants = variants
    this.theatre = new Theatre(seed, { chapter: '10-ensemble', variants: [...variants] })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    const { theatre } = this
    theatre.say(
      'aside',
      'introduction',
      'Two shops sell the seats of one theatre. Three servers vote, s1, s2 and s3; s4 is an observer: it has everything, and is not counted.',
    )
    await theatre.open({ observers: 1 }, this.servers())
    theatre.ensemble.onObserved = (observed) => this.observe(observed)
    const followers = theatre.followers.filter((name) => name !== 's4')
    const app = await this.clientAt('app', followers)
    const web = await this.clientAt('web', ['s4'])
    await this.walk(app)
    await this.readBehindWrite(app)
    await this.race(app, web)
    await this.move(app)
    this.cost()
    return theatre.lines
  }

  /** The servers of this evening: as they are, or with the bugs that were asked for. */
  private servers(): CreateServer {
    const bugs = Object.entries(VARIANTS).filter(([option]) => this.variants.has(option))
    const exhibits = MUSEUM.filter(({ name }) => bugs.some(([, bug]) => bug === name))
    return exhibits.reduce<CreateServer>((before, exhibit) => (exhibit ? withBug(exhibit) : before), createPeer)
  }

  private async clientAt(name: string, servers: readonly string[]): Promise<ZooKeeper> {
    const zk = await this.theatre.client(name, servers, { timeout: 6000 })
    await this.settled()
    return zk
  }

  private async walk(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'walk', `THE WALK: one sale, from ${theatre.serverOf(app)} to everybody and back`)
    this.aloud = true
    await theatre.answer(app.create('/seat-1', { data: 'Ada' }))
    await this.settled()
    this.aloud = false
  }

  private async readBehindWrite(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'read', 'A READ RIGHT BEHIND A WRITE')
    theatre.say('aside', 'read', 'The app sells seat 2 and asks for it in the same breath.')
    const sold = app.create('/seat-2', { data: 'Ben' })
    const seen = app.exists('/seat-2')
    const outcomes = [await theatre.outcome(sold), await theatre.outcome(seen)]
    await this.settled()
    theatre.say(
      'aside',
      'verdict',
      outcomes.every((outcome) => outcome === 'ok')
        ? `The app sees ${(await seen).stat === null ? 'nothing of ' : ''}what it has sold.`
        : `The app hangs up (${outcomes[0]}): an answer came out of turn, and it said that seat 2 is free. It does not know whether it has sold it.`,
    )
  }

  /** Both have read version 0 and want to write version 1. */
  private async race(app: ZooKeeper, web: ZooKeeper): Promise<void> {
    const { theatre } = this
    await this.backstage(() => theatre.answer(app.create('/sold', { data: '2' })))
    theatre.say('heading', 'race', 'TWO SHOPS AT ONCE')
    theatre.say('aside', 'race', '/sold counts the seats: 2, version 0. Both shops have read that, and each writes 3 if the version still is 0.')
    const writes = [app, web].map((zk) => zk.setData('/sold', '3', { version: 0 }))
    const outcomes: string[] = []
    for (const write of writes) outcomes.push(await theatre.outcome(write))
    await this.settled()
    const { data, stat } = await theatre.answer(web.getData('/sold'))
    const told = `app was told ${outcomes[0]}, web ${outcomes[1]}; /sold is ${fromUtf8(data ?? new Uint8Array(0))}, version ${stat.version}.`
    const wins = outcomes.filter((outcome) => outcome === 'ok').length
    theatre.say('aside', 'verdict', wins === 1 ? `${told} One of them has to read again.` : `${told} BOTH COUNTED THE SAME SEAT: a sale is lost.`)
  }

  private async move(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    await this.backstage(() => theatre.answer(app.create('/desk', { mode: 'EPHEMERAL' })))
    theatre.say('heading', 'move', 'A SERVER FAILS under a client')
    const before = theatre.serverOf(app)
    const { sessionId } = app.state()
    theatre.ensemble.world.crash(before, 'kill')
    theatre.say('fault', 'fault', `kill -9 of ${before}, to which the app is connected. It holds /desk, an ephemeral.`)
    await theatre.until('it is connected elsewhere', () => theatre.serverOf(app) !== before && app.state().connection === 'CONNECTED')
    const { stat } = await theatre.answer(app.exists('/desk'))
    const same = stat?.ephemeralOwner === sessionId && app.state().sessionId === sessionId
    theatre.say(
      'aside',
      'verdict',
      `At ${theatre.serverOf(app)} ${same ? 'it has the same session' : 'IT HAS ANOTHER SESSION'}, and /desk ${stat ? 'is still there' : 'IS GONE'}.`,
    )
  }

  private cost(): void {
    const { theatre } = this
    theatre.say('heading', 'cost', 'WHAT A WRITE COSTS: packets between the servers')
    const rows = SIZES.map(([voters, observers]) => {
      const { leader, follower } = packetsOfAWrite({ seed: this.seed, voters, observers })
      return [voters, observers, leader.total, follower.total, Math.floor((voters - 1) / 2), voters + observers].map(String)
    })
    theatre.show(columns([['voters', 'observers', 'at the leader', 'at a follower', 'may fail', 'serve reads'], ...rows]))
  }

  /** Does something that is not told. */
  private async backstage(act: () => Promise<unknown>): Promise<void> {
    this.theatre.say('heading', 'opening', 'MEANWHILE')
    await act()
    await this.settled()
  }

  private observe({ host, fact }: Observed): void {
    if (!this.aloud) return
    if (fact.kind === 'appended') this.theatre.think(host, 'appended', `logs ${formatId(fact.zxid)}`)
    if (fact.kind === 'flushed') this.theatre.think(host, 'flushed', `${formatId(fact.zxid)} is on its disk`)
    if (fact.kind === 'applied') this.theatre.think(host, 'applied', `applies ${formatId(fact.zxid)} to its tree`)
  }

  /** Until all servers have applied the same, and nothing is on its way to a disk. */
  private async settled(): Promise<void> {
    const { theatre } = this
    const last = () => theatre.ensemble.members.filter(({ serving }) => serving !== null).map(({ lastZxid }) => lastZxid)
    await theatre.until('all have applied the same', () => new Set(last()).size === 1)
    await theatre.wait(50)
  }
}

perform(
  { play, telling, drawing, ask },
  chapterOptions(
    '10-ensemble',
    'The ensemble: one write followed through all layers of all servers.',
    {
      overtaking: 'a read does not wait behind the writes of its own session',
      forgetful: 'the leader checks a write against its tree alone, not against what is under way',
    },
    [],
    null,
    broken,
  ),
)
