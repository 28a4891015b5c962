/**
 * The demo of chapter 12: four systems that others have built on ZooKeeper, each with somebody failing after each of its steps, and each
 * with a line of its protocol left out. `npx tsx chapters/12-in-the-wild.ts --help`
 */
import { broken } from './12-in-the-wild/broken.ts'
import * as dubbo from './12-in-the-wild/dubbo.ts'
import * as hbase from './12-in-the-wild/hbase.ts'
import * as hdfs from './12-in-the-wild/hdfs.ts'
import * as kafka from './12-in-the-wild/kafka.ts'
import { ask } from './12-in-the-wild/question.ts'
import { type Direct, everyMishap, Trial } from './12-in-the-wild/trial.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Visit(seed).play()
}

/** The failover is told message by message; of all others there are tables. */
function telling(): Telling {
  const tells = ({ name, from, to }: { name: string; from: string; to: string }) =>
    ['create2', 'setData', 'getData', 'notification'].includes(name) && [from, to].some((host) => /^nn\d$/.test(host))
  return { hosts: ['nn1', 'nn2', 's1', 's2', 's3'], tells, notes: new Set(), omits: new Set(['opening']) }
}

/** The failover alone. */
function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'hdfs', 'hbase', 'kafka', 'dubbo', 'registry']) }
}

class Visit {
  private readonly theatre: Theatre

  constructor(seed: bigint) {
    this.theatre = new Theatre(seed, { chapter: '12-in-the-wild' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside(
      'The theatre has grown. It keeps its films in HDFS, its bookings in HBase, sends its news through Kafka, and its services find each other ' +
        'by Dubbo. All four have their znodes in the same ensemble. The timeout of their sessions is 2 seconds.',
    )
    await this.failover()
    await this.tried('HDFS', 'whoever takes over fails after a step', hdfs.STEPS, hdfs.failover(), [
      ['nobody is stopped', hdfs.failover({ ...hdfs.RULES, fences: false })],
      ['breadcrumb is ephemeral', hdfs.failover({ ...hdfs.RULES, breadcrumb: 'EPHEMERAL' })],
      ['breadcrumb comes last', hdfs.failover({ ...hdfs.RULES, leftFirst: false })],
    ])
    await this.tried('HBASE', 'the master fails after a step', hbase.STEPS, hbase.regionServerFails(), [
      ['log is not renamed', hbase.regionServerFails({ ...hbase.RULES, renames: false })],
      ['new master does not look back', hbase.regionServerFails({ ...hbase.RULES, looksBack: false })],
    ])
    await this.tried('KAFKA', 'the new controller fails after a step', kafka.STEPS, kafka.controllerFails(), [
      ['brokers ignore the epoch', kafka.controllerFails({ looksAtEpoch: false })],
    ])
    await this.tried('DUBBO', 'a provider fails after a step', dubbo.STEPS, dubbo.providerFails(), [
      ['nodes are persistent', dubbo.providerFails({ ...dubbo.RULES, mode: 'PERSISTENT' })],
      ['nobody registers again', dubbo.providerFails({ ...dubbo.RULES, again: false })],
      ['watch is set once', dubbo.providerFails({ ...dubbo.RULES, watchesOn: false })],
    ])
    await this.withoutRegistry()
    return this.theatre.lines
  }

  private async failover(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'failover', 'HDFS: the active NameNode stands still')
    const trial = new Trial(theatre, '', null)
    const played = trial.play(hdfs.failover())
    await theatre.until('it is over', () => played.outcome !== null)
    this.aside(`In the end: ${played.outcome?.text}.`)
  }

  /** With everybody failing after each step, then with each line left out. All of it side by side, in one world. */
  private async tried(
    name: string,
    what: string,
    steps: readonly string[],
    right: Direct,
    wrong: readonly (readonly [string, Direct])[],
  ): Promise<void> {
    const { theatre } = this
    // One server is enough: what is tried are its clients.
    await theatre.open({ servers: 1 })
    theatre.say('heading', name.toLowerCase(), `${name}: ${what}`)
    const { world } = theatre.ensemble
    const { onStep } = world
    world.onStep = null
    const runs = [['', right] as const, ...wrong].map(([variant, direct], i) => ({
      variant,
      results: everyMishap(steps).map((mishap, k) => ({ mishap, played: new Trial(theatre, `${i}-${k}`, mishap).play(direct) })),
    }))
    await theatre.until('all is over', () => runs.every(({ results }) => results.every(({ played }) => played.outcome !== null)))
    world.onStep = onStep
    const [first, ...others] = runs.map(({ variant, results }) => ({
      variant,
      results: results.map(({ mishap, played: { outcome } }) => ({ mishap, text: outcome?.text ?? '', holds: outcome?.holds ?? false })),
    }))
    theatre.show(
      columns([
        ['after the step', '', 'in the end'],
        ...(first?.results ?? []).map(({ mishap, text }) => [mishap?.step ?? '(nobody fails)', mishap?.failure ?? '', text]),
      ]),
    )
    this.aside('With one line left out:')
    theatre.show(
      columns([
        ['', 'wrong', 'for example'],
        ...others.map(({ variant, results }) => {
          const broken = results.filter(({ holds }) => !holds)
          return [variant, `${broken.length} of ${results.length}`, broken[0]?.text ?? '']
        }),
      ]),
    )
  }

  private async withoutRegistry(): Promise<void> {
    const { theatre } = this
    await theatre.open()
    theatre.say('heading', 'registry', 'DUBBO: the registry itself fails, for five seconds')
    const { world, members } = theatre.ensemble
    const fail = () => {
      for (const { name } of members) world.crash(name, 'power')
      theatre.say('fault', 'fault', 'The power of s1, s2 and s3 fails.')
    }
    const mend = () => {
      for (const { name } of members) world.start(name)
    }
    const played = new Trial(theatre, 'registry', null).play(dubbo.registryFails(fail, mend))
    await theatre.until('it is over', () => played.outcome !== null)
    this.aside(`In the end the consumer knows ${played.outcome?.text}.`)
  }

  private aside(text: string): void {
    this.theatre.say('aside', 'aside', text)
  }
}

const options = chapterOptions(
  '12-in-the-wild',
  'In the wild: HDFS, HBase, Kafka and Dubbo, with a crash at each step.',
  { live: 'play the failover of HDFS with processes on three real servers' },
  [],
  null,
  broken,
)
// Real servers need much that a simulated story does not: it is loaded only for them.
if (options.variants.has('live')) await (await import('./12-in-the-wild/live.ts')).playLive()
else perform({ play, telling, drawing, ask }, options)
