/**
 * The demo of chapter 04: an ensemble sells seats, loses its leader in the middle of two sales, and the leader comes back.
 * `npx tsx chapters/04-zab.ts --help`
 */
import { Ensemble, ensembleOptions, type Message, type Operation, type ServerAddress } from '../src/hosts/simulation/index.ts'
import { formatId, Prng, utf8, type Zxid } from '../src/kernel/index.ts'
import { createPeer } from '../src/peer/index.ts'
import { CreateMode } from '../src/wire/index.ts'
import { broken } from './04-zab/broken.ts'
import { ask } from './04-zab/question.ts'
import { Clerk } from './support/clerk.ts'
import { Logs } from './support/logs.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import { Recording } from './support/recording.ts'
import type { Telling } from './support/story.ts'

const APP = 'app'
/** What the demo draws is its own, so that it does not change what the world draws. */
const CASTING = 0xca57n

/** Packets that only keep things alive, and votes, which are chapter 03. */
const UNTOLD = new Set(['PING', 'ping', 'INITIAL', 'VOTE'])

const TOLD = new Set([
  ...['recovered', 'elected', 'discovery', 'registering', 'epoch-proposed', 'epoch-accepted', 'epoch-known', 'learner-ahead'],
  ...['histories-checked', 'sync-decided', 'diff-received', 'trunc-received', 'snap-received', 'log-truncated', 'history-durable'],
  ...['leader-serves', 'learner-serves', 'committed'],
])

const HEADINGS = new Map([
  ['discovery', 'DISCOVERY: an epoch that nobody has promised before'],
  ['histories-checked', "SYNCHRONIZATION: everybody gets the leader's history"],
  ['leader-serves', 'BROADCAST: propose, collect acks, commit in order'],
])

function play({ seed, servers, variants }: ChapterOptions): readonly string[] {
  return new Sale(seed, servers, variants.has('late')).play()
}

function hostsOf({ servers }: ChapterOptions): string[] {
  return [APP, ...Array.from({ length: servers }, (_, i) => `s${i + 1}`)]
}

function telling(options: ChapterOptions): Telling {
  return { hosts: hostsOf(options), tells: ({ name }) => !UNTOLD.has(name), notes: TOLD, headings: HEADINGS }
}

/** A diagram shows the packets, and of the sentences only those that decide. */
function drawing(options: ChapterOptions): Telling {
  const tells = ({ name }: Message) => !UNTOLD.has(name) && name !== 'REVALIDATE'
  const notes = new Set([...HEADINGS.keys(), 'sync-decided', 'trunc-received', 'snap-received'])
  return { ...telling(options), tells, notes, omits: new Set(['latecomer', 'session', 'last-write', 'end']) }
}

/** The play: who does what is drawn from the seed, when it happens is found by watching. */
class Sale {
  private readonly ensemble: Ensemble
  private readonly recording: Recording
  private readonly logs: Logs
  private readonly random: Prng
  private readonly names: readonly string[]
  private readonly late: boolean
  private readonly clerk = new Clerk()
  /** Where the application may connect. */
  private readonly addresses: ServerAddress[] = []

  constructor(seed: bigint, servers: number, late: boolean) {
    this.ensemble = new Ensemble(ensembleOptions(seed, { servers, clients: 0, sessionTimeout: 4000 }), createPeer)
    this.names = this.ensemble.members.map(({ name }) => name)
    this.recording = new Recording(this.ensemble, { chapter: '04-zab', servers, late })
    this.logs = new Logs(this.names)
    this.recording.observers.push((observed) => this.logs.observe(observed))
    this.random = new Prng(seed ^ CASTING)
    this.late = late
  }

  /** Returns the trace. */
  play(): readonly string[] {
    const { recording } = this
    recording.say('aside', 'introduction', this.introduction())
    this.begin()
    recording.say('heading', 'phase', 'BROADCAST: the first sale')
    this.sell('/seat-1', 'Ada')
    const old = this.loseTheLeader()
    this.findANewLeader()
    this.lookForTheSeats()
    if (this.late) this.sellAgain()
    this.bringBack(old)
    if (!this.late) this.sellAgain()
    recording.say('heading', 'end', 'THE END')
    recording.say('aside', 'end', this.verdict())
    recording.show(this.logs.table())
    return recording.lines
  }

  private introduction(): string {
    const { names, ensemble } = this
    return (
      `Seed ${ensemble.options.seed}. A theatre sells its seats: its application (app) creates one znode for each seat sold, ` +
      `in an ensemble of ${names.length} servers. ● is who speaks, ▶ who hears it, ✗ who never does; times are in seconds. ` +
      'A zxid such as 0x100000003 names a transaction: the third one of epoch 1.'
    )
  }

  /** A quorum of the servers starts; when it serves, the others come; then the application opens its session. */
  private begin(): void {
    const { recording, random, names, ensemble } = this
    const late = shuffled(names, random).slice(0, (names.length - 1) / 2)
    const early = names.filter((name) => !late.includes(name))
    recording.say('heading', 'phase', 'ELECTION: who should lead?')
    for (const name of early) ensemble.world.plan(random.below(50), () => ensemble.world.start(name))
    recording.until('a leader serves', () => early.every((name) => ensemble.member(name)?.serving != null))
    recording.say('heading', 'latecomer', 'A LATECOMER walks through the same phases alone')
    for (const name of late) ensemble.world.start(name)
    recording.until('all serve', () => ensemble.isWhole())
    recording.say('heading', 'session', 'BROADCAST: the application opens its session')
    const leader = this.leader()
    this.addresses.push(this.addressOf(leader))
    ensemble.addClient(APP, this.clerk, this.addresses, 2)
    recording.until('the session is everywhere', () => this.logs.last(leader) > 0n && this.isSettled())
    this.addresses.push(
      ...shuffled(names, random)
        .filter((name) => name !== leader)
        .map((name) => this.addressOf(name)),
    )
  }

  /** Sells a seat and waits until every server that runs has the sale in its log. */
  private sell(path: string, owner: string): void {
    this.recording.say('aside', 'sale', `The application sells ${path.slice(1)} to ${owner}.`)
    this.request({ kind: 'create', path, data: utf8(owner), mode: CreateMode.PERSISTENT })
    this.recording.until('the seat is sold', () => this.clerk.waiting === 0)
    this.recording.until('all have it', () => this.isSettled())
  }

  /** The first transaction of the new epoch. */
  private sellAgain(): void {
    this.recording.say('heading', 'last-write', 'BROADCAST: the new epoch gets a transaction of its own')
    this.sell('/seat-3', 'Dan')
  }

  /** The leader goes down with one sale that has reached one follower, and one that nobody else knows of. Returns its name. */
  private loseTheLeader(): string {
    const { recording, random, names, logs, ensemble } = this
    const old = this.leader()
    const followers = shuffled(
      names.filter((name) => name !== old),
      random,
    )
    const [heir = '', ...others] = followers
    // Just after its pings all followers have heard the leader at the same time, and the next ping is far.
    recording.untilStep('the leader pings', ({ host, event }) => host === old && (event as { timer?: string }).timer === 'halfTick')
    recording.wait(4)
    recording.say('heading', 'phase', 'THE LEADER FAILS')
    recording.cut(
      [...others.map((name) => [old, name] as const), [heir, old]],
      'fault',
      `A switch fails: ${old} no longer reaches ${listed(others)}, and ${heir} no longer reaches ${old}. Nobody is told.`,
    )
    const second = logs.last(old) + 1n
    recording.say('aside', 'sale', 'The application sells seat-2 to Ben.')
    this.request({ kind: 'create', path: '/seat-2', data: utf8('Ben'), mode: CreateMode.PERSISTENT })
    recording.until('one follower has it', () => logs.has(heir, second) && logs.has(old, second))
    recording.wait(4)
    recording.cut([[old, heir]], 'fault', `Now ${old} no longer reaches ${heir} either.`)
    recording.say('aside', 'sale', 'The application sells seat-3 to Cleo.')
    this.request({ kind: 'create', path: '/seat-3', data: utf8('Cleo'), mode: CreateMode.PERSISTENT })
    recording.until('the leader has it', () => logs.has(old, second + 1n))
    ensemble.world.crash(old, 'power')
    recording.say('fault', 'fault', `The power of ${old} fails.`)
    recording.say('aside', 'disks', 'What is on the disks now:')
    recording.show(logs.table())
    return old
  }

  /** Nobody is told that the leader is gone: silence has to tell it. */
  private findANewLeader(): void {
    const { recording } = this
    let left = false
    recording.observers.push(({ host, fact }) => {
      if (left || fact.kind !== 'stoppedServing' || host === APP) return
      left = true
      recording.say('aside', 'silence', 'Nobody tells the others. Two seconds pass (syncLimit ticks) without a word from the leader.')
      recording.say('heading', 'phase', 'ELECTION: the longest log wins')
    })
    recording.until('the survivors serve', () => this.isSettled())
  }

  /** The application was told nothing about two of its sales. It has to look. */
  private lookForTheSeats(): void {
    const { recording, ensemble } = this
    recording.until('the application is back', () => this.clerk.waiting === 0)
    recording.say('heading', 'phase', 'THE APPLICATION LOOKS what has become of its sales')
    const asked = ensemble.history.operations.length
    for (const path of ['/seat-1', '/seat-2', '/seat-3']) this.request({ kind: 'getData', path })
    recording.until('the application has its answers', () => this.clerk.waiting === 0)
    const found = ensemble.history.operations.slice(asked).map(({ request, answer }) => {
      const seat = 'path' in request ? request.path.slice(1) : ''
      return `${seat} ${answer.data ? `belongs to ${new TextDecoder().decode(answer.data)}` : 'is free'}`
    })
    recording.say('aside', 'found', `So ${found.join(', ')}.`)
  }

  private bringBack(old: string): void {
    const { recording, ensemble, logs } = this
    recording.say('heading', 'phase', `THE OLD LEADER ${old} RETURNS`)
    recording.mend('fault', `Power and network are back. The last transaction in the log of ${old} is ${formatId(logs.last(old))}.`)
    ensemble.world.start(old)
    recording.until('all serve and have the same', () => this.isSettled())
    recording.say('aside', 'disks', 'What is on the disks now:')
    recording.show(logs.table())
  }

  /** Whether the two promises were kept: the reader may have broken the code on purpose. */
  private verdict(): string {
    const { ensemble, logs, names } = this
    const lost = ensemble.history.acknowledged().some(({ zxid }) => names.some((name) => !logs.has(name, zxid)))
    const same = logs.areEqual() ? 'All servers have the same' : 'The servers do NOT have the same'
    return `${same}, and ${lost ? 'SOMETHING' : 'nothing'} that was acknowledged is missing.`
  }

  private request(request: Operation['request']): void {
    this.clerk.ask(request)
    // It would look into its list by itself, but only a few times a second.
    this.ensemble.world.tell(APP, { kind: 'timeout', timer: 'think' })
  }

  /** Whether all servers that run serve, in one epoch, and have the same on their disks. */
  private isSettled(): boolean {
    const { ensemble, names, logs } = this
    const leader = ensemble.leader()
    if (leader === null) return false
    const last = logs.last(leader.name)
    const epoch = leader.serving?.epoch
    const isCurrent = (name: string) => ensemble.member(name)?.serving?.epoch === epoch && logs.last(name) === last && this.hasApplied(name, last)
    return names.filter((name) => ensemble.world.isUp(name)).every(isCurrent)
  }

  private hasApplied(name: string, zxid: Zxid): boolean {
    return this.logs.has(name, zxid) && (this.ensemble.member(name)?.lastZxid ?? -1n) >= zxid
  }

  private leader(): string {
    return this.ensemble.leader()?.name ?? ''
  }

  private addressOf(name: string): ServerAddress {
    return this.ensemble.member(name)?.address as ServerAddress
  }
}

function listed(names: readonly string[]): string {
  return [...names]
    .sort((a, b) => (a < b ? -1 : 1))
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ')
}

function shuffled<T>(items: readonly T[], random: Prng): T[] {
  const rest = [...items]
  return items.map(() => rest.splice(random.below(rest.length), 1)[0] as T)
}

perform(
  { play, telling, drawing, ask },
  chapterOptions(
    '04-zab',
    'Zab: a leader crashes with two proposals on the way, and comes back.',
    { late: 'the old leader comes back only after the new one has made a transaction' },
    [3, 5],
    null,
    broken,
  ),
)
