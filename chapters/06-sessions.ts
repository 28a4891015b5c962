/**
 * The demo of chapter 06: a customer holds a seat, loses the connection, comes back in time, and then too late.
 * `npx tsx chapters/06-sessions.ts --help`
 */
import type { ZooKeeper } from '../src/client/index.ts'
import type { CreateServer, Message } from '../src/hosts/simulation/index.ts'
import { formatId, type Millis, type SessionId } from '../src/kernel/index.ts'
import { initialSessionId, type SessionTracker } from '../src/sessions/index.ts'
import { broken } from './06-sessions/broken.ts'
import { everyServerExpires, sessionIsConnection } from './06-sessions/first-versions.ts'
import { ask } from './06-sessions/question.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

const HOLD = '/hold-7'
const TIMEOUT: Millis = 4000

/** Who speaks to whom about sessions; how a transaction gets its quorum is chapter 04. */
const TOLD = new Set([
  ...['CONNECT', 'CONNECTED', 'EXPIRED', 'create2', 'exists', 'closeSession', 'reply', 'REQUEST', 'REVALIDATE', 'PROPOSAL', 'UPTODATE'],
])

async function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Evening(seed).play()
}

function telling(): Telling {
  return { hosts: ['app', 'bob', 's1', 's2', 's3'], tells: ({ name }: Message) => TOLD.has(name), notes: new Set(), omits: new Set(['opening']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'first', 'second', 'alive', 'forged', 'ids', 'local']) }
}

class Evening {
  private readonly theatre: Theatre

  constructor(seed: bigint) {
    this.theatre = new Theatre(seed, { chapter: '06-sessions' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside(
      `The theatre holds a seat while somebody pays: an ephemeral znode ${HOLD}, made in the session of that customer's app. ` +
        `The session's timeout is ${TIMEOUT / 1000} seconds, a tick of the servers half a second. bob wants seat 7 too.`,
    )
    await this.firstVersion()
    await this.secondVersion()
    const app = await this.begin('open', 'THE RULE: a session is a transaction', undefined)
    await this.moves(app)
    await this.alive(app)
    await this.silence(app)
    await this.forged()
    this.ids()
    await this.local()
    return this.theatre.lines
  }

  private async firstVersion(): Promise<void> {
    const { theatre } = this
    const app = await this.begin('first', 'A FIRST VERSION: the connection is the session', sessionIsConnection)
    this.breakConnection(app, 'A phone changes its cell: the connection breaks.')
    await theatre.until('the app knows', () => app.state().session === 'LOST')
    this.aside(`A moment later the app is back, and it has nothing to come back to: ${this.whoHolds()}, and bob may have it.`)
  }

  private async secondVersion(): Promise<void> {
    const { theatre } = this
    const app = await this.begin('second', 'A SECOND VERSION: each server expires whom it has not heard', everyServerExpires)
    const before = theatre.serverOf(app)
    this.breakConnection(app, 'The connection breaks. The app goes to another server within its timeout.')
    await this.back(app, before)
    this.aside(`All is well: ${this.whoHolds()}. The app stays in touch with ${theatre.serverOf(app)}. But ${before} has not heard of it since.`)
    await theatre.until('somebody ends the session', () => !this.isHeld())
    this.aside(`So ${before} ended the session of a client that was there all the time, and ${this.whoHolds()}.`)
  }

  private async moves(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'moves', 'THE CONNECTION BREAKS: another server will do')
    const before = theatre.serverOf(app)
    this.breakConnection(app, 'The same mishap.')
    await this.back(app, before)
    this.aside(`The session is ${formatId(app.state().sessionId)} as before, and ${this.whoHolds()}.`)
  }

  /** Who hears whom: the way of a sign of life to the deadlines of the leader. */
  private async alive(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    theatre.say('heading', 'alive', 'ALIVE: the leader has the deadlines')
    this.aside(
      `The app asks nothing. Its library sends a ping when it has sent nothing for a third of the timeout, to ${theatre.serverOf(app)}. ` +
        `The deadline of the session, as ${theatre.leader} has it, every 400 ms:`,
    )
    const rows: string[][] = []
    for (let i = 0; i < 10; i++) {
      await theatre.wait(400)
      const deadline = this.deadlineOf(app.state().sessionId)
      rows.push([theatre.now, deadline, deadline - theatre.now].map(seconds))
    }
    theatre.show(columns([['now', 'deadline', 'that is in'], ...rows]))
  }

  private async silence(app: ZooKeeper): Promise<void> {
    const { theatre } = this
    const { sessionId } = app.state()
    theatre.say('heading', 'silence', 'SILENCE: the session expires')
    await theatre.outcome(app.exists(HOLD))
    const lastWord = theatre.now
    const all = theatre.ensemble.members.flatMap(({ name }) => [['app', name] as const, [name, 'app'] as const])
    theatre.cut(all, 'fault', 'The phone is in a tunnel: nothing reaches it, and nothing that it sends arrives.')
    const gone = await this.whenGone()
    const expiredAt = Math.min(...gone.map(({ at }) => at))
    theatre.show(
      columns([
        ['', 'without the seat at', 'by transaction'],
        ...gone.map(({ server, at, zxid }) => [server, (at / 1000).toFixed(4), formatId(zxid)]),
      ]),
    )
    this.aside(
      `${seconds(expiredAt - lastWord)} s after the last word of the app the hold is gone, on all servers by one transaction. Now bob may have the seat.`,
    )
    const bob = await theatre.client('bob', [theatre.leader], { timeout: TIMEOUT })
    await theatre.outcome(bob.create(HOLD, { mode: 'EPHEMERAL', data: 'bob' }))
    theatre.mend('mend', 'The phone comes out of the tunnel.')
    theatre.say('heading', 'late', 'TOO LATE: the client learns of it when it comes back')
    await theatre.until('the app knows', () => app.state().session === 'LOST')
    this.aside(`Session ${formatId(sessionId)} is ${app.state().session} for the app too, and ${this.whoHolds()}.`)
    theatre.say('heading', 'closed', 'AN END IN GOOD ORDER: nobody waits for a timeout')
    await theatre.outcome(bob.close())
    this.aside(`At once ${this.whoHolds()}.`)
  }

  private async forged(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    const app = await this.hold()
    theatre.say('heading', 'forged', 'ID AND PASSWORD: who guesses, gets nothing')
    const { sessionId } = app.session()
    this.aside('Every administrator can read the ids of sessions. bob comes with the id of the app and a password that he made up.')
    const bob = await theatre.newClient('bob', theatre.followers, { session: { sessionId, passwd: new Uint8Array(16).fill(7) } })
    await theatre.until('bob knows', () => bob.state().session === 'LOST')
    this.aside(`The app has noticed nothing: it is ${app.state().session}, and ${this.whoHolds()}.`)
  }

  private ids(): void {
    const { theatre } = this
    theatre.say('heading', 'ids', 'IDS: nobody has to ask anybody')
    const elapsed = 0x1_2345_6789
    const rows = [1n, 2n, 3n, 257n].map((sid) => [`${sid}`, formatId(initialSessionId(sid, elapsed))])
    this.aside('The first session that each of these servers gives out when its clock shows the same:')
    theatre.show(columns([['myid', 'session'], ...rows]))
  }

  private async local(): Promise<void> {
    const { theatre } = this
    await theatre.open({ settings: { localSessionsEnabled: true, localSessionsUpgradingEnabled: true } })
    theatre.say('heading', 'local', 'LOCAL SESSIONS: no transaction until one is needed')
    const [home = ''] = theatre.followers
    const app = await theatre.client('app', [home], { timeout: TIMEOUT })
    await theatre.outcome(app.exists(HOLD))
    this.aside('No REQUEST, no PROPOSAL: only its own server knows this session. Now the app wants to own something:')
    await theatre.outcome(app.create(HOLD, { mode: 'EPHEMERAL' }))
  }

  /** A new ensemble, and the app's session with its hold. The app may go to both followers. */
  private async begin(name: string, heading: string, createServer: CreateServer | undefined): Promise<ZooKeeper> {
    await this.theatre.open({}, createServer)
    this.theatre.say('heading', name, heading)
    return this.hold()
  }

  private async hold(): Promise<ZooKeeper> {
    const { theatre } = this
    const app = await theatre.client('app', theatre.followers, { timeout: TIMEOUT })
    await theatre.outcome(app.create(HOLD, { mode: 'EPHEMERAL', data: 'app' }))
    await theatre.until('all servers have it', () => theatre.ensemble.members.every(({ name }) => this.hasHold(name)))
    return app
  }

  /** Waits until the app has its session again, at another server. */
  private async back(app: ZooKeeper, before: string): Promise<void> {
    const { theatre } = this
    await theatre.until('the app is back', () => app.state().session === 'CONNECTED' && theatre.serverOf(app) !== before)
  }

  private breakConnection(app: ZooKeeper, text: string): void {
    const { theatre } = this
    theatre.say('fault', 'fault', text)
    theatre.ensemble.world.network.breakConnections('app', theatre.serverOf(app))
  }

  /** When each server lost the hold, and by which transaction. */
  private async whenGone() {
    const { theatre } = this
    const gone = new Map<string, { server: string; at: Millis; zxid: bigint }>()
    await theatre.until('the hold is gone everywhere', () => {
      for (const { name: server } of theatre.ensemble.members) {
        if (gone.has(server) || this.hasHold(server)) continue
        gone.set(server, { server, at: theatre.now, zxid: theatre.peer(server).database.lastProcessedZxid })
      }
      return gone.size === theatre.ensemble.members.length
    })
    return [...gone.values()].sort((a, b) => a.server.localeCompare(b.server))
  }

  /** When the leader will end the session, in the time of the story. */
  private deadlineOf(session: SessionId): Millis {
    const { theatre } = this
    const { leader } = theatre
    const { tracker } = theatre.peer(leader).role as unknown as { readonly tracker: SessionTracker }
    const [deadline = 0] = tracker.listing().find(([, sessions]) => sessions.includes(session)) ?? []
    const { world } = theatre.ensemble
    return theatre.now + deadline - world.clockOf(leader).now(world.now).elapsed
  }

  private isHeld(): boolean {
    return this.theatre.ensemble.members.every(({ name }) => this.hasHold(name))
  }

  private hasHold(server: string): boolean {
    return this.theatre.peer(server).database.tree.getNode(HOLD) !== undefined
  }

  private whoHolds(): string {
    const { data = null } = this.theatre.peer(this.theatre.leader).database.tree.getNode(HOLD) ?? {}
    return data === null ? 'nobody holds seat 7' : `seat 7 is held for ${new TextDecoder().decode(data)}`
  }

  private aside(text: string): void {
    this.theatre.say('aside', 'aside', text)
  }
}

function seconds(time: Millis): string {
  return (time / 1000).toFixed(1)
}

perform({ play, telling, drawing, ask }, chapterOptions('06-sessions', 'Sessions: who is still there, and who says so.', {}, [], null, broken))
