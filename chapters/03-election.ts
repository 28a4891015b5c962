/**
 * The demo of chapter 03: a sale that an election may lose, a poll with its rounds and waits, a ghost, and a storm that is none.
 * `npx tsx chapters/03-election.ts --help`
 */
import { makeZxid } from '../src/kernel/index.ts'
import { broken } from './03-election/broken.ts'
import { askingTimes, ofAMinority, SPREAD, untilDecided, voters, withFinalizeWait } from './03-election/counting.ts'
import { saleAfterElection } from './03-election/house.ts'
import { hearsay, withoutRounds } from './03-election/mistakes.ts'
import { ask } from './03-election/question.ts'
import { columns } from './support/columns.ts'
import { ElectionWorld, type WorldOptions } from './support/election-world.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import { Stage } from './support/stage.ts'
import type { Telling } from './support/story.ts'

const HOSTS = ['s1', 's2', 's3', 's4', 's5']
const TOLD = new Set([
  ...['looking', 'vote-adopted', 'later-round-joined', 'vote-of-older-round', 'quorum-of-votes', 'elected'],
  ...['ensemble-found', 'leader-check-failed', 'challenge-lost', 'called-back'],
])
/** How many elections are counted where one is not enough. */
const MANY = 100
/** In these scenes followers look only so often whether their leader is there, in ms: long enough to be deceived. */
const SLOW_GLANCE = 2000

function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Polls(seed).play()
}

function telling(): Telling {
  return { hosts: HOSTS, tells: () => true, notes: TOLD }
}

/** One poll, and the server that comes late. */
function drawing(): Telling {
  const omits = new Set(['first', 'wait', 'no-rounds', 'rounds', 'ghost', 'connections', 'storm'])
  return { hosts: HOSTS.slice(0, 3), tells: () => true, notes: new Set(['quorum-of-votes', 'elected']), omits }
}

class Polls extends Stage {
  private readonly seed: bigint
  private world: ElectionWorld | null = null
  private begun = 0

  constructor(seed: bigint) {
    super(seed, { chapter: '03-election' }, () => this.begun + (this.world?.now ?? 0))
    this.seed = seed
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside(
      'A theatre sells its seats, in an ensemble of 3 servers, or of 5. ● is who speaks or acts, ▶ who hears it; times are in seconds. ' +
        'A vote such as "LOOKING: 3 (epoch 1, 0x100000002), round 1" says: I am looking for a leader and want server 3, whose history ends there.',
    )
    await this.firstVersion()
    this.poll()
    this.late()
    this.lastWait()
    this.rounds('no-rounds', 'NO ROUNDS: a vote is a vote, however late it comes')
    this.rounds('rounds', 'THE SAME, with rounds')
    this.ghost()
    this.connections()
    this.storm()
    return this.lines
  }

  private async firstVersion(): Promise<void> {
    this.say('heading', 'first', '"THE HIGHEST NUMBER LEADS"')
    this.aside(
      's3 sleeps. s2 leads, seat-2 is sold to Ben and confirmed: s1 and s2 have it. Then the power of s2 fails, and s3 wakes up. Twenty seconds later:',
    )
    const rows: string[][] = []
    for (const [name, rules] of [
      ['highest number', 'learner-ahead-accepted'],
      ['highest number, with a check', 'vote-by-sid-alone'],
      ['epoch, zxid, number', 'all'],
    ] as const) {
      rows.push([name, ...(await saleAfterElection(this.seed, rules))])
    }
    this.show(columns([['', 'leads', 'turned away', 'seat-2'], ...rows]))
  }

  private poll(): void {
    this.say('heading', 'poll', 'A POLL: the best one comes last')
    this.aside('The power of the house was off. s1 has one transaction more than the others, and takes a little longer to start.')
    const world = this.begin({ configuration: voters(3), delay: [2, 12] })
    for (const sid of [1n, 2n, 3n]) Object.assign(world.server(sid), { currentEpoch: 1n, zxid: makeZxid(1n, sid === 1n ? 3n : 2n) })
    world.start(2n)
    world.start(3n)
    world.run(100)
    world.start(1n)
    this.until('all have decided', () => [1n, 2n, 3n].every((sid) => world.role(sid) !== 'LOOKING'))
  }

  /** In the ensemble of the poll. */
  private late(): void {
    const world = this.world as ElectionWorld
    this.until('the leader is established', () => world.settled)
    world.run(world.now + 100)
    this.say('heading', 'late', 'A LATE SERVER finds an ensemble that stands')
    world.crash(3n)
    this.say('fault', 'restart', 's3 is restarted. It has the largest number and the same history as the others.')
    world.run(world.now + 20)
    world.start(3n)
    this.until('it has decided', () => world.role(3n) !== 'LOOKING')
  }

  private lastWait(): void {
    this.say('heading', 'wait', `THE LAST WAIT: five servers start within ${SPREAD} ms, ${MANY} times`)
    const rows = [0, 50, 200, 1000].map((wait) => {
      const { best, time } = withFinalizeWait(wait, MANY)
      return [`${wait} ms`, `${Math.round((100 * best) / MANY)} %`, `${time} ms`]
    })
    this.show(columns([['finalizeWait', 'best log leads', 'all are settled after'], ...rows]))
  }

  /** s3 is elected and fails; a connection between the others breaks, and on the new one s2 repeats what it has said last. */
  private rounds(name: 'no-rounds' | 'rounds', title: string): void {
    this.say('heading', name, title)
    const [rules, tells] = name === 'rounds' ? ([{}, 'notes'] as const) : ([{ mistake: withoutRounds }, 'votes'] as const)
    const world = this.begin({ configuration: voters(3), delay: [2, 5], glance: SLOW_GLANCE, ...rules }, tells)
    this.quietly(() => {
      world.start(1n)
      world.run(100)
      world.start(2n)
      world.start(3n)
      this.until('all have decided', () => [1n, 2n, 3n].every((sid) => world.role(sid) !== 'LOOKING'))
      world.crash(3n)
      world.run(SLOW_GLANCE - 10)
    })
    this.say('fault', 'crash', 'All three have voted for s3, in round 1. It fails before it has done anything.')
    world.cut(1n, 2n)
    world.heal()
    this.say('fault', 'break', 'The connection between s1 and s2 breaks.')
    this.until('the two have decided again', () => world.now > SLOW_GLANCE + 150 && [1n, 2n].every((sid) => world.role(sid) !== 'LOOKING'))
  }

  /** Everybody remembers the leader that has just died, and tells so whoever asks. */
  private ghost(): void {
    this.say('heading', 'ghost', 'A GHOST: "if a quorum says that it leads, it leads"')
    this.afterTheLeader(
      { mistake: hearsay },
      'The power of the leader s5 fails, and its fellows have not noticed yet. s1 is restarted in this moment.',
    )
    this.aside('The same, and whoever is said to lead must say so itself:')
    this.afterTheLeader({}, null)
  }

  private afterTheLeader(rules: Pick<WorldOptions, 'mistake'>, told: string | null): void {
    const world = this.begin({ configuration: voters(5), delay: [2, 5], glance: SLOW_GLANCE, ...rules }, told === null ? 'notes' : 'votes')
    this.quietly(() => {
      for (const sid of world.servers.keys()) world.start(sid)
      this.until('a leader is established', () => world.settled)
      world.run(world.now + 100)
    })
    if (told !== null) this.say('fault', 'crash', told)
    world.crash(5n)
    world.crash(1n)
    world.start(1n)
    world.run(world.now + 100)
  }

  private connections(): void {
    this.say('heading', 'connections', 'WHO CALLS WHOM: one connection for each pair')
    const world = this.begin({ configuration: voters(2), delay: [2, 5] }, 'connections')
    world.start(1n)
    world.start(2n)
    this.until('both have counted a quorum', () => [1n, 2n].every((sid) => world.server(sid).election.finalizing || world.role(sid) !== 'LOOKING'))
  }

  private storm(): void {
    this.say('heading', 'storm', 'IS IT A STORM? Votes that are sent')
    const rows = [3, 5, 7, 9].map((count) =>
      [count, untilDecided(count), Math.ceil(count / 2) - 1, ofAMinority(count, 60_000), ofAMinority(count, 200)].map(String),
    )
    this.show(columns([['servers', 'all start: to decide', 'a minority of', 'in a minute', 'without back-off'], ...rows]))
    const times = askingTimes(60_000, 3_600_000)
    this.aside(
      `A server that hears nothing asks again after ${times.slice(0, 6).map(inSeconds).join(', ')} … ${inSeconds(times[8] as number)} s, then every ` +
        `minute: ${times.length} times in an hour. Without back-off it would be ${askingTimes(200, 3_600_000).length} times.`,
    )
  }

  /** A new world. Told are the elections' notes, or these and the votes, or what the connections do alone. */
  private begin(options: Omit<WorldOptions, 'seed'>, tells: 'notes' | 'votes' | 'connections' = 'votes'): ElectionWorld {
    this.begun += this.world?.now ?? 0
    const world = new ElectionWorld({ seed: this.seed, ...options })
    const isTold = ({ kind, name }: { readonly kind: string; readonly name?: string }) =>
      tells === 'connections' ? kind === 'message' || kind === 'note' : tells === 'votes' && name === 'VOTE'
    world.onStep = ({ host, machine, event, effects }) => {
      const told = machine === 'connections' ? effects.filter(isTold) : tells === 'connections' ? [] : effects
      if (told.length > 0 || event.kind === 'start') this.step(host, machine, event, told)
    }
    this.world = world
    return world
  }

  /** Lets something happen that is not told. */
  private quietly(happen: () => void): void {
    const world = this.world as ElectionWorld
    const { onStep } = world
    world.onStep = null
    happen()
    world.onStep = onStep
  }

  private until(what: string, condition: () => boolean): void {
    const world = this.world as ElectionWorld
    if (!world.run(world.now + 60_000, condition)) throw new Error(`seed ${this.seed}: waited in vain until ${what}`)
  }

  private aside(text: string): void {
    this.say('aside', 'aside', text)
  }
}

function inSeconds(time: number): string {
  return String(time / 1000)
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('03-election', 'Election: a poll, its rounds, its waits, and its ghosts.', {}, [], null, broken),
)
