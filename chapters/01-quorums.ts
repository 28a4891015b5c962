/**
 * The demo of chapter 01: how many servers must know of a sale before it may be confirmed.
 * `npx tsx chapters/01-quorums.ts --help`
 */
import { Prng, type Sid } from '../src/kernel/index.ts'
import { hierarchical, majority, type QuorumVerifier } from '../src/quorum/index.ts'
import { broken } from './01-quorums/broken.ts'
import { factsOf, outcome } from './01-quorums/counting.ts'
import { Office, sidOf } from './01-quorums/office.ts'
import { ask } from './01-quorums/question.ts'
import { columns } from './support/columns.ts'
import { naiveQuorum } from './support/naive-quorums.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import { Stage } from './support/stage.ts'
import type { Telling } from './support/story.ts'

const SERVERS = 5
const NAMES = Array.from({ length: SERVERS }, (_, i) => `s${i + 1}`)
const MINUTES_A_YEAR = 365 * 24 * 60
/** The largest ensemble whose sets of servers are all tried. */
const LARGEST = 9

function play({ seed, variants }: ChapterOptions): readonly string[] {
  return new Lesson(seed, variants.has('count-observers')).play()
}

function telling(): Telling {
  return { hosts: ['app', ...NAMES], tells: () => true, notes: new Set(['counts']) }
}

/** The scenes in which somebody says something. */
function drawing(): Telling {
  return { ...telling(), omits: new Set(['half', 'outcomes', 'table', 'hierarchical', 'observers']) }
}

class Lesson {
  private readonly stage: Stage
  private readonly countsObservers: boolean
  /** The servers in an order that the seed draws: who does what is cast from it. */
  private readonly cast: readonly string[]

  constructor(seed: bigint, countsObservers: boolean) {
    this.stage = new Stage(seed, { chapter: '01-quorums', countsObservers })
    this.countsObservers = countsObservers
    this.cast = shuffled(NAMES, new Prng(seed))
  }

  play(): readonly string[] {
    this.stage.say(
      'aside',
      'introduction',
      'A theatre sells its seats: its application (app) asks a server, and that server asks the others to note the sale. ' +
        'When enough of them have noted it, the application is told that the seat is sold. ● is who speaks or thinks, ▶ who hears it, ✗ who never does.',
    )
    this.twoAreEnough()
    this.halfIsEnough()
    this.moreThanHalf()
    this.outcomes()
    this.allSizes()
    this.dataCentres()
    this.observers()
    return this.stage.lines
  }

  /** Confirmed by two of five, and those two fail. */
  private twoAreEnough(): void {
    this.stage.say('heading', 'two', '"TWO ARE ENOUGH, SO THAT ONE MAY FAIL": five servers')
    this.loseBoth(naiveQuorum('two', NAMES.map(sidOf)))
  }

  private halfIsEnough(): void {
    this.stage.say('heading', 'half', '"HALF OF THEM ARE ENOUGH": four servers, and a broken switch')
    this.splitEvenly(naiveQuorum('half', NAMES.slice(0, 4).map(sidOf)))
  }

  private moreThanHalf(): void {
    this.stage.say('heading', 'majority', 'MORE THAN HALF: the same two stories')
    this.loseBoth(majority(NAMES.map(sidOf)))
    this.stage.say('aside', 'again', 'And four servers of which two and two cannot hear each other:')
    this.splitEvenly(majority(NAMES.slice(0, 4).map(sidOf)))
  }

  /** Two servers note a sale and cannot tell the others. Then those two fail, and the seat is wanted again. */
  private loseBoth(verifier: QuorumVerifier): void {
    const { stage } = this
    const [first = '', second = '', third = '', ...others] = this.cast
    const office = new Office(stage, SERVERS, verifier)
    office.split(
      [
        [first, second],
        [third, ...others],
      ],
      `A switch fails: ${first} and ${second} hear only each other.`,
    )
    office.sell(first, 'seat-1', 'Ada')
    if (office.confirmed.length === 0) {
      office.mend('The switch works again, and the application, which was told nothing, asks once more.')
      office.sell(first, 'seat-1', 'Ada')
    }
    office.split([[third, ...others]], `The power of ${first} and ${second} fails.`)
    office.sell(third, 'seat-1', 'Ben')
    this.judge(office)
    office.mend('Everything works again.')
  }

  private splitEvenly(verifier: QuorumVerifier): void {
    const office = new Office(this.stage, 4, verifier)
    office.split([NAMES.slice(0, 2), NAMES.slice(2, 4)], 'A switch fails: s1 and s2 hear each other, s3 and s4 do too, and nobody else.')
    office.sell('s1', 'seat-1', 'Ada')
    office.sell('s3', 'seat-1', 'Ben')
    this.judge(office)
    office.mend('The switch works again.')
  }

  /** What the audience knows: who was told that the seat is theirs. */
  private judge({ confirmed }: Office): void {
    const owners = confirmed.map(({ owner }) => owner)
    const verdicts = ['Nobody was told that seat-1 is theirs.', `Seat-1 was sold once, to ${owners[0]}.`]
    this.stage.say('aside', 'verdict', verdicts[owners.length] ?? `Seat-1 was sold to ${owners.join(' AND to ')}.`)
  }

  /** A vote that is going on has three answers. */
  private outcomes(): void {
    const verifier = majority(range(1, SERVERS))
    this.stage.say('heading', 'outcomes', 'WON, LOST, PENDING: a vote of five servers while the answers come in')
    const steps = shuffled(NAMES, new Prng(BigInt(this.cast.indexOf('s1')))).map((name, i) => ({ name, noted: i !== 1 && i !== 3 }))
    const [yes, no] = [new Set<Sid>(), new Set<Sid>()]
    const rows = steps.map(({ name, noted }) => {
      ;(noted ? yes : no).add(sidOf(name))
      return [`${name} ${noted ? 'has noted it' : 'is gone for good'}`, `${yes.size} yes, ${no.size} no`, outcome(verifier, yes, no)]
    })
    this.stage.show(columns(rows))
  }

  /** Every ensemble of up to nine servers, and every set of its servers. */
  private allSizes(): void {
    this.stage.say('heading', 'table', 'MAJORITIES: every set of servers of every ensemble, tried one by one')
    const head = ['servers', 'quorum', 'survives', 'N/2+1', 'sets tried', 'disjoint quorums', 'minutes a year']
    const rows = range(1, LARGEST).map((last) => {
      const sids = range(1, Number(last))
      const { smallest, survives, sets, disjoint, available } = factsOf(majority(sids), sids)
      return [
        last,
        smallest,
        survives,
        Math.floor(sids.length / 2) + 1,
        sets,
        disjoint === null ? 'none' : 'SOME',
        ((1 - available) * MINUTES_A_YEAR).toFixed(2),
      ].map(String)
    })
    this.stage.show(columns([head, ...rows]))
    const naive = factsOf(naiveQuorum('half', range(1, 4)), range(1, 4))
    const [a, b] = (naive.disjoint ?? []).map((set) => `{${[...set].join(', ')}}`)
    this.stage.say('aside', 'up', 'The last column: without a quorum, if each server is up 99 % of the time, whatever the others do.')
    this.stage.say('aside', 'half', `For comparison, half of four: ${a} and ${b} are quorums that have nobody in common.`)
  }

  /** Three data centres of three servers. */
  private dataCentres(): void {
    const sids = range(1, LARGEST)
    const groups = new Map([1, 2, 3].map((group) => [BigInt(group), range(3 * group - 2, 3 * group)]))
    const rules = { majority: majority(sids), hierarchical: hierarchical(groups, new Map()) }
    this.stage.say('heading', 'hierarchical', 'THREE DATA CENTRES: servers 1 2 3 · 4 5 6 · 7 8 9')
    for (const [name, rule] of Object.entries(rules)) this.stage.say('aside', name, `${name}: ${rule.describe()}`)
    const facts = Object.values(rules).map((rule) => factsOf(rule, sids))
    const row = (head: string, tell: (rule: QuorumVerifier) => string) => [head, ...Object.values(rules).map(tell)]
    const survives =
      (...failed: number[]) =>
      (rule: QuorumVerifier) =>
        rule.containsQuorum(new Set(sids.filter((sid) => !failed.includes(Number(sid))))) ? 'serves' : 'STOPS'
    this.stage.show(
      columns([
        ['', ...Object.keys(rules)],
        ['smallest quorum', ...facts.map(({ smallest }) => String(smallest))],
        ['any so many may fail', ...facts.map((fact) => String(fact.survives))],
        ['quorums, of 512 sets', ...facts.map(({ quorums }) => String(quorums))],
        ['disjoint quorums', ...facts.map(({ disjoint }) => (disjoint === null ? 'none' : 'SOME'))],
        row('down: 7 8 9', survives(7, 8, 9)),
        row('down: 7 8 9, and 3 and 6', survives(7, 8, 9, 3, 6)),
        row('down: 7 8 9, and 2 and 3', survives(7, 8, 9, 2, 3)),
        row('down: 2 3 5 6', survives(2, 3, 5, 6)),
      ]),
    )
  }

  /** Three voters and two observers. */
  private observers(): void {
    const voters = range(1, 3)
    const verifier = majority(this.countsObservers ? range(1, SERVERS) : voters)
    this.stage.say(
      'heading',
      'observers',
      `OBSERVERS: s1, s2, s3 vote, s4 and s5 observe${this.countsObservers ? '; this leader counts them too' : ''}`,
    )
    const office = new Office(this.stage, SERVERS, verifier)
    office.split(
      [
        ['s1', 's4', 's5'],
        ['s2', 's3'],
      ],
      'A switch fails: s1 hears the observers, and s2 hears s3.',
    )
    office.sell('s1', 'seat-1', 'Ada')
    this.stage.say('aside', 'votes', 'On the other side a majority of the three voters is up:')
    const other = majority(voters)
    const both = new Set(['s2', 's3'].map(sidOf))
    this.stage.show([`  s2 and s3 are ${other.containsQuorum(both) ? 'a quorum' : 'no quorum'} of ${other.describe()}`])
    const told = office.confirmed.length > 0
    this.stage.say('aside', 'verdict', `They may sell seat-1${told ? ' as well, and Ada was told that it is hers' : ', and s1 may not'}.`)
  }
}

function range(from: number, to: number): Sid[] {
  return Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i))
}

function shuffled<T>(items: readonly T[], random: Prng): T[] {
  const rest = [...items]
  return items.map(() => rest.splice(random.below(rest.length), 1)[0] as T)
}

perform(
  { play, telling, drawing, ask },
  chapterOptions(
    '01-quorums',
    'Quorums: how many servers must know of a sale before it is one.',
    { 'count-observers': 'the leader counts observers as if they voted' },
    [],
    null,
    broken,
  ),
)
