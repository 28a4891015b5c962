/**
 * The demo of chapter 09: two printers and one lock, a herd, a barrier, a queue and an election, first as one writes them first.
 * `npx tsx chapters/09-recipes.ts --help`
 */
import { isKeeperError, type ZooKeeper } from '../src/client/index.ts'
import { formatId, fromUtf8 } from '../src/kernel/index.ts'
import { DoubleBarrier, Election, ensurePath, Fence, Lock, lineOf, Queue } from '../src/recipes/index.ts'
import { broken } from './09-recipes/broken.ts'
import { crowdAt } from './09-recipes/counting.ts'
import { CountingBarrier, createStubbornly, electAsTold, lockByCreating, type ToldElection, takeFirst } from './09-recipes/first-versions.ts'
import { OTHERS } from './09-recipes/others.ts'
import { ask } from './09-recipes/question.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

const SERVERS = ['s1', 's2', 's3']
const TIMEOUT = 2000
/** How many wait for one lock. */
const CROWD = 100

async function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Evening(seed).play()
}

/** Sentences and tables tell this chapter; packets are told only where two printers meet. */
function telling(): Telling {
  const tells = ({ name, from, to }: { name: string; from: string; to: string }) =>
    ['create2', 'delete', 'notification', 'EXPIRED'].includes(name) && [from, to].some((host) => /^p\d$/.test(host))
  return { hosts: ['p1', 'p2', ...SERVERS], tells, notes: new Set(), omits: new Set(['opening']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'first', 'lost', 'herd', 'barrier', 'queue', 'told', 'others']) }
}

class Evening {
  private readonly theatre: Theatre

  constructor(seed: bigint) {
    this.theatre = new Theatre(seed, { chapter: '09-recipes' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside(
      'The theatre prints its tickets. There are two printers, p1 and p2, so that one may break, and the tickets must come out of ' +
        `one at a time: whoever has the lock prints. The sessions' timeout is ${TIMEOUT / 1000} seconds.`,
    )
    await this.unfenced()
    await this.fenced()
    await this.lostAnswer()
    await this.herd()
    await this.barrier()
    await this.queue()
    await this.told()
    await this.others()
    return this.theatre.lines
  }

  private async unfenced(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'first', 'A FIRST VERSION: whoever can create the node has the lock')
    const printed: string[][] = []
    await this.twoPrinters(
      async (zk) => {
        await lockByCreating(zk, '/lock')
        return 0n
      },
      (printer, ticket) => printed.push([`${seconds(theatre.now)}`, printer, ticket]),
    )
    theatre.show(columns([['time', 'printer', 'ticket'], ...printed]))
    this.aside('Both have printed ticket 2. p1 had the lock, and nothing on its side was wrong: it only took a long breath at the wrong moment.')
  }

  private async fenced(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'fenced', 'THE RULE: what the lock protects looks at the token')
    const printed: string[][] = []
    const fence = new Fence()
    await this.twoPrinters(
      async (zk) => (await new Lock(zk, '/lock').acquire()).token,
      (printer, ticket, token) => {
        const row = [seconds(theatre.now), printer, ticket, formatId(token)]
        try {
          fence.admit(token)
          printed.push([...row, 'printed'])
        } catch (error) {
          printed.push([...row, `refused: ${(error as Error).message.replace(/^.* is (older.*?):.*$/, '$1')}`])
        }
      },
    )
    theatre.show(columns([['time', 'printer', 'ticket', 'token', ''], ...printed]))
  }

  /** p1 gets the lock, prints one ticket and stands still until p2 has had the lock; then it goes on. */
  private async twoPrinters(
    getLock: (zk: ZooKeeper) => Promise<bigint>,
    print: (printer: string, ticket: string, token: bigint) => void,
  ): Promise<void> {
    const { theatre } = this
    const { world } = theatre.ensemble
    const [p1, p2] = [await theatre.client('p1', SERVERS, { timeout: TIMEOUT }), await theatre.client('p2', SERVERS, { timeout: TIMEOUT })]
    const first = await theatre.answer(getLock(p1))
    print('p1', '1', first)
    let second: bigint | undefined
    let done = false
    const printing = async () => {
      await p1.sleep(100)
      print('p1', '2', first)
      done = true
    }
    void printing()
    void getLock(p2).then((token) => {
      second = token
      print('p2', '2', token)
    })
    await theatre.wait(50)
    world.pause('p1')
    theatre.say('fault', 'pause', 'p1 stands still: its computer has no memory left and swaps.')
    await theatre.until('p2 has the lock', () => second !== undefined)
    this.aside('The ensemble has ended the session of p1, its node is gone, p2 has the lock and prints.')
    await theatre.wait(500)
    world.resume('p1')
    theatre.say('fault', 'resume', 'p1 goes on where it was.')
    await theatre.until('p1 has tried to print', () => done)
  }

  private async lostAnswer(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'lost', 'THE ANSWER IS LOST: did it happen?')
    const app = await theatre.client('app', SERVERS, { timeout: 8000 })
    await theatre.answer(Promise.all([ensurePath(app, '/stubborn'), ensurePath(app, '/lock')]))
    const stubborn = await this.withoutAnswer(app, () => createStubbornly(app, '/stubborn/n-'))
    const held = await this.withoutAnswer(app, () => new Lock(app, '/lock').acquire())
    const rows: string[][] = []
    for (const [path, mine] of [
      ['/stubborn', stubborn],
      ['/lock', held.path],
    ] as const) {
      const { children } = await theatre.answer(app.getChildren(path))
      for (const { name } of lineOf(children)) rows.push([path, name, `${path}/${name}` === mine ? 'known' : 'nobody knows of it'])
    }
    theatre.show(columns([['below', 'node', ''], ...rows]))
    this.aside('Who tries again blindly stands behind itself, and waits until its own session ends. The mark in the name tells.')
  }

  /** Lets a call's first create happen and its answer not arrive, until the client looks for another server. */
  private async withoutAnswer<T>(zk: ZooKeeper, begin: () => Promise<T>): Promise<T> {
    const { theatre } = this
    await theatre.wait(1000)
    const { network } = theatre.ensemble.world
    const server = theatre.serverOf(zk)
    let logged = false
    theatre.ensemble.onObserved = ({ fact }) => {
      if (fact.kind === 'appended' && !logged) network.block(server, 'app')
      logged ||= fact.kind === 'appended'
    }
    const call = begin()
    await theatre.until('the create is in a log', () => logged)
    theatre.ensemble.onObserved = null
    await theatre.until('the connection is known to be lost', () => zk.state().session !== 'CONNECTED')
    network.unblock(server, 'app')
    return theatre.answer(call)
  }

  private async herd(): Promise<void> {
    const { theatre } = this
    await theatre.open({ servers: 1 })
    theatre.say('heading', 'herd', `THE HERD: ${CROWD} wait for one lock`)
    const app = await theatre.client('app', ['s1'], { timeout: 20_000 })
    // What the lists weigh, some 28 MB, the trace is spared: this scene is a count.
    theatre.ensemble.world.onStep = null
    const rows: string[][] = []
    for (const [way, path] of [
      ['all watch the list', '/herd'],
      ['each watches one', '/line'],
    ] as const) {
      const { wakeUps, reads, inOrder } = await theatre.answer(crowdAt(app, path, CROWD, way))
      rows.push([way, String(wakeUps), String(reads), inOrder ? 'as they came' : 'in another order'])
    }
    theatre.show(columns([['', 'woken up', 'lists read', 'served'], ...rows]))
  }

  private async barrier(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'barrier', 'THE TUTORIAL BARRIER: all begin together')
    this.aside('Two stagehands, ada and ben, lift the curtain together: both enter, both pull, both leave.')
    const [ada, ben] = [await theatre.client('ada', SERVERS, { timeout: 8000 }), await theatre.client('ben', SERVERS, { timeout: 8000 })]
    const rows: string[][] = []
    const pairs = [
      ['counts who is there', (zk: ZooKeeper, name: string) => new CountingBarrier(zk, '/counting', 2, name)],
      ['a node says: all were there', (zk: ZooKeeper, name: string) => new DoubleBarrier(zk, '/double', 2, name)],
    ] as const
    await theatre.answer(ensurePath(ada, '/counting'))
    for (const [what, barrierFor] of pairs) {
      const progress = { ada: 'enters', ben: 'enters' }
      const pull = async (zk: ZooKeeper, name: 'ada' | 'ben') => {
        const barrier = barrierFor(zk, name)
        await barrier.enter()
        progress[name] = 'pulls'
        await barrier.leave()
        progress[name] = 'has left'
      }
      void pull(ben, 'ben')
      await theatre.wait(200)
      theatre.ensemble.world.pause('ben')
      void pull(ada, 'ada')
      await theatre.wait(1000)
      theatre.ensemble.world.resume('ben')
      await theatre.wait(3000)
      rows.push([what, `ada ${progress.ada}`, `ben ${progress.ben}`])
    }
    this.aside('ben enters first and then stands still for a second, while ada comes. Three seconds after he goes on:')
    theatre.show(columns(rows))
  }

  private async queue(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'queue', 'THE QUEUE: returned tickets, and two who sell them')
    const zk = await theatre.client('app', SERVERS, { timeout: 8000 })
    const sellers = [await theatre.client('c1', SERVERS, { timeout: 8000 }), await theatre.client('c2', SERVERS, { timeout: 8000 })]
    const seats = ['seat 1', 'seat 2', 'seat 3', 'seat 4']
    await theatre.answer(ensurePath(zk, '/returned'))
    for (const seat of seats) await theatre.answer(zk.create('/returned/n-', { data: seat, mode: 'PERSISTENT_SEQUENTIAL' }))
    const naive = await theatre.answer(
      Promise.all(sellers.map(async (seller) => [await takeFirst(seller, '/returned'), await takeFirst(seller, '/returned')])),
    )
    for (const seat of seats) await theatre.answer(new Queue(zk, '/queue').put(seat))
    const sellTwo = async (seller: ZooKeeper) => [await takeOne(seller), await takeOne(seller)]
    const right = await theatre.answer(Promise.all(sellers.map(sellTwo)))
    theatre.show(
      columns([
        ['', 'c1 sells', 'c2 sells'],
        ['deletes, whoever was first', ...naive.map((sold) => sold.join(', '))],
        ['claims, then deletes', ...right.map((sold) => sold.join(', '))],
      ]),
    )
  }

  private async told(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'told', 'AN ELECTION AS IT IS TOLD')
    const zk = await theatre.client('app', SERVERS, { timeout: 8000 })
    await theatre.answer(Promise.all([ensurePath(zk, '/leader-election'), ensurePath(zk, '/lead')]))
    const names = ['p1', 'p2', 'p3']
    const told = new Map<string, ToldElection>()
    const clients: ZooKeeper[] = []
    for (const name of names) {
      const client = await theatre.client(name, SERVERS, { timeout: TIMEOUT })
      const election = { rounds: 0, leader: false, failures: [] }
      clients.push(client)
      told.set(name, election)
      void electAsTold(client, '/leader-election', name, election).catch((error: unknown) => ignoreEnd(error))
      await theatre.wait(200)
    }
    await this.afterTold('Three candidates, each with its first node:', zk, told)
    await theatre.answer((clients[0] as ZooKeeper).close())
    await theatre.wait(1000)
    told.delete('p1')
    await this.afterTold('p1 closes its session: everybody waited for its node, and starts again:', zk, told)
    const leads: string[] = []
    for (const [i, name] of names.slice(1).entries())
      void new Election(clients[i + 1] as ZooKeeper, '/lead').lead({ data: name }).then(() => leads.push(name), ignoreEnd)
    await theatre.wait(500)
    const [before = ''] = leads
    await theatre.answer((clients[names.indexOf(before)] as ZooKeeper).close())
    await theatre.wait(500)
    this.aside(`The recipe of this chapter, with the two that are left: ${before} leads. ${before} closes its session, and ${leads.at(-1)} leads.`)
  }

  private async afterTold(what: string, zk: ZooKeeper, told: ReadonlyMap<string, ToldElection>): Promise<void> {
    const { children } = await this.theatre.answer(zk.getChildren('/leader-election'))
    this.aside(what)
    this.theatre.show(
      columns([
        ['', 'rounds', 'nodes', 'thinks it leads'],
        ...[...told].map(([name, { rounds, leader }]) => [
          name,
          String(rounds),
          String(children.filter((child) => child.startsWith(name)).length),
          leader ? 'yes' : 'no',
        ]),
      ]),
    )
  }

  private async others(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'others', 'THE OTHERS, each with one little job')
    const zk = await theatre.client('app', SERVERS, { timeout: 8000 })
    const rows: string[][] = []
    for (const [name, job, run] of OTHERS) rows.push([name, job, await theatre.answer(run(zk))])
    theatre.show(columns(rows))
  }

  private aside(text: string): void {
    this.theatre.say('aside', 'aside', text)
  }
}

async function takeOne(zk: ZooKeeper): Promise<string> {
  const item = await new Queue(zk, '/queue').take()
  await item.done()
  return fromUtf8(item.data ?? new Uint8Array(0))
}

function ignoreEnd(error: unknown): void {
  if (!isKeeperError(error, 'SESSIONEXPIRED', 'CONNECTIONLOSS')) throw error
}

function seconds(time: number): string {
  return (time / 1000).toFixed(4)
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('09-recipes', 'Locks, barriers, queues and elections: first as one writes them first, then right.', {}, [], null, broken),
)
