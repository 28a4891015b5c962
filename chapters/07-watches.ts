/**
 * The demo of chapter 07: a board in the foyer shows who sits where, and must never contradict itself.
 * `npx tsx chapters/07-watches.ts --help`
 */
import type { ZooKeeper } from '../src/client/index.ts'
import type { CreateServer, Message } from '../src/hosts/simulation/index.ts'
import { fromUtf8, type Millis } from '../src/kernel/index.ts'
import { Perms } from '../src/wire/index.ts'
import { broken } from './07-watches/broken.ts'
import { eventsAfterAnswers } from './07-watches/first-versions.ts'
import { ask } from './07-watches/question.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

/** All of it is said between clients and their servers. */
const TOLD = new Set([
  ...['CONNECT', 'CONNECTED', 'create2', 'setData', 'delete', 'getData', 'exists', 'addWatch', 'setWatches', 'setWatches2', 'removeWatches', 'auth'],
  ...['reply', 'notification'],
])
/** How long a commit needs to reach everybody. */
const A_MOMENT: Millis = 30
const TIMEOUT: Millis = 6000

async function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Foyer(seed).play()
}

function telling(): Telling {
  return { hosts: ['app', 'board', 's1', 's2', 's3'], tells: ({ name }: Message) => TOLD.has(name), notes: new Set(), omits: new Set(['opening']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'polling', 'late', 'gap', 'recursive', 'acl']) }
}

interface Cast {
  readonly app: ZooKeeper
  readonly board: ZooKeeper
}

class Foyer {
  private readonly theatre: Theatre

  constructor(seed: bigint) {
    this.theatre = new Theatre(seed, { chapter: '07-watches' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside(
      'In the foyer hangs a board: who sits in seat 1, and how many seats are free. The app sells: first it writes the name into ' +
        '/seat-1, then it counts down /free. The board remembers what it has read.',
    )
    await this.polling()
    await this.late()
    const cast = await this.rule()
    await this.once(cast)
    await this.gap(cast)
    await this.away(cast)
    await this.recursive(cast)
    await this.acl(cast)
    return this.theatre.lines
  }

  private async polling(): Promise<void> {
    const { theatre } = this
    const { app, board } = await this.open('polling', 'A FIRST VERSION: the board asks again and again')
    let [reads, news] = [0, 0]
    let shown = ''
    for (let i = 0; i < 6; i++) {
      await theatre.wait(500)
      if (i === 1) await this.write(app, '/seat-1', 'Ada')
      if (i === 3) for (const owner of ['nobody', 'Ben']) await this.write(app, '/seat-1', owner)
      const { data } = await theatre.answer(board.getData('/seat-1'))
      reads++
      if (fromUtf8(data as Uint8Array) !== shown) news++
      shown = fromUtf8(data as Uint8Array)
    }
    this.aside(
      `${reads} questions, ${news} answers that said anything new, each up to half a second late. That Ada gave her seat back was never seen.`,
    )
  }

  private async late(): Promise<void> {
    const cast = await this.open('late', 'A SECOND VERSION: the server tells, when it has the time', eventsAfterAnswers)
    const board = await this.sellWhileWatched(cast)
    await this.theatre.outcome(cast.board.exists('/free'))
    this.aside(`When it had its answer, the board showed: ${board}. There never was such a theatre: no seat was counted before it was sold.`)
  }

  private async rule(): Promise<Cast> {
    const cast = await this.open('rule', 'THE RULE: the event comes before anything that could show the change')
    const board = await this.sellWhileWatched(cast)
    this.aside(`When it had its answer, the board showed: ${board}. It knows that it does not know.`)
    return cast
  }

  /** The board watches seat 1 and then asks for /free. Returns what it shows in the moment of the answer. */
  private async sellWhileWatched({ app, board }: Cast): Promise<string> {
    const { theatre } = this
    const seat = await theatre.answer(board.getData('/seat-1', { watch: true }))
    let shown = `seat 1: ${fromUtf8(seat.data as Uint8Array)}`
    void seat.watch.then(() => {
      shown = 'seat 1: (has changed, being asked)'
    })
    await this.write(app, '/seat-1', 'Ada')
    await this.write(app, '/free', '38')
    await theatre.wait(A_MOMENT)
    const free = await theatre.answer(board.getData('/free').then(({ data }) => `${shown}, free: ${fromUtf8(data as Uint8Array)}`))
    await theatre.wait(A_MOMENT)
    return free
  }

  private async once({ app, board }: Cast): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'once', 'ONCE: two changes, one event')
    await theatre.answer(board.getData('/seat-1', { watch: true }))
    await this.write(app, '/seat-1', 'Ben')
    await this.write(app, '/seat-1', 'Cleo')
    await theatre.wait(A_MOMENT)
    await theatre.answer(board.getData('/seat-1', { watch: true }))
    this.aside('The event says that there is news, the answer says what. Ben never appears, and nothing is wrong: the board shows what is.')
  }

  private async gap({ app, board }: Cast): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'gap', 'A GAP: reading first and watching afterwards')
    const { data } = await theatre.answer(board.getData('/free'))
    await this.write(app, '/free', '37')
    await theatre.answer(board.exists('/free', { watch: true }))
    await theatre.wait(1000)
    this.aside(
      `A second later the board still shows ${fromUtf8(data as Uint8Array)} free seats, and its watch waits for the next sale. A read that sets the watch itself leaves no gap.`,
    )
  }

  private async away({ app, board }: Cast): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'away', 'AWAY: what happened meanwhile?')
    const before = theatre.serverOf(board)
    theatre.say('fault', 'fault', 'The connection of the board breaks. Before it is back, seat 1 is sold once more.')
    theatre.ensemble.world.network.breakConnections('board', before)
    await this.write(app, '/seat-1', 'Dan')
    await theatre.until('the board is back', () => board.state().session === 'CONNECTED' && theatre.serverOf(board) !== before)
    await theatre.wait(A_MOMENT)
    await theatre.answer(board.getData('/seat-1', { watch: true }))
  }

  private async recursive({ app, board }: Cast): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'recursive', 'EVERYTHING BELOW: a watch that stays')
    const watch = await theatre.answer(board.addWatch('/hall', { mode: 'PERSISTENT_RECURSIVE' }))
    for (const path of ['/hall', '/hall/1', '/hall/2']) await theatre.answer(app.create(path))
    await this.write(app, '/hall/1', 'Ada')
    await theatre.answer(app.delete('/hall/2'))
    await theatre.wait(A_MOMENT)
    await theatre.answer(watch.close())
    await theatre.wait(A_MOMENT)
  }

  private async acl({ app, board }: Cast): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'acl', 'NOT FOR EVERYBODY: an event says that a znode is there')
    await theatre.answer(app.addAuth('digest', 'office:secret'))
    await theatre.answer(board.exists('/party', { watch: true }))
    await theatre.answer(app.create('/party', { acl: [{ perms: Perms.ALL, id: { scheme: 'auth', id: '' } }] }))
    await theatre.wait(A_MOMENT)
    this.aside('The watch has fired, and its event was not sent: the board may not read this znode.')
  }

  /** A new ensemble with seats: the app at its leader, the board at one of the others. */
  private async open(name: string, heading: string, createServer?: CreateServer): Promise<Cast> {
    const { theatre } = this
    await theatre.open({}, createServer)
    const app = await theatre.client('app', [theatre.leader], { timeout: TIMEOUT })
    const board = await theatre.client('board', theatre.followers, { timeout: TIMEOUT })
    await theatre.answer(app.create('/seat-1', { data: 'nobody' }))
    await theatre.answer(app.create('/free', { data: '39' }))
    await theatre.wait(A_MOMENT)
    theatre.say('heading', name, heading)
    return { app, board }
  }

  private async write(zk: ZooKeeper, path: string, data: string): Promise<void> {
    await this.theatre.answer(zk.setData(path, data))
  }

  private aside(text: string): void {
    this.theatre.say('aside', 'aside', text)
  }
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('07-watches', 'Watches: being told instead of asking, and in which order.', {}, [], null, broken),
)
