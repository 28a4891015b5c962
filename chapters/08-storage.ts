/**
 * The demo of chapter 08: what is on the disk when the power fails, and the way back from it.
 * `npx tsx chapters/08-storage.ts --help`
 */
import type { ZooKeeper } from '../src/client/index.ts'
import type { Message } from '../src/hosts/simulation/index.ts'
import { formatId } from '../src/kernel/index.ts'
import { type DiskOperation, snapshotFiles } from '../src/storage/index.ts'
import { broken } from './08-storage/broken.ts'
import { drawn, logOf, verdictOn, withBytes } from './08-storage/log-file.ts'
import { oneSale, type Sale } from './08-storage/one-sale.ts'
import { ask } from './08-storage/question.ts'
import { columns } from './support/columns.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import type { Telling } from './support/story.ts'
import { Theatre } from './support/theatre.ts'

/** So many worlds in which the power fails in the moment of the answer. */
const WORLDS = 20

const TOLD = new Set(['ACKEPOCH', 'DIFF', 'SNAP', 'PROPOSAL', 'NEWLEADER', 'UPTODATE'])
const NOTES = new Set(['snapshot-loaded', 'recovered', 'sync-decided', 'history-durable'])

async function play({ seed }: ChapterOptions): Promise<readonly string[]> {
  return new Night(seed).play()
}

function telling(): Telling {
  return { hosts: ['s1', 's2', 's3'], tells: ({ name }: Message) => TOLD.has(name), notes: NOTES, omits: new Set(['opening', 'away']) }
}

function drawing(): Telling {
  return { ...telling(), omits: new Set(['opening', 'away', 'first', 'rule', 'group', 'bytes', 'damage', 'snapshots']) }
}

class Night {
  private readonly theatre: Theatre
  private readonly seed: bigint
  private seats = 0

  constructor(seed: bigint) {
    this.seed = seed
    this.theatre = new Theatre(seed, { chapter: '08-storage' })
  }

  /** Returns the trace. */
  async play(): Promise<readonly string[]> {
    this.aside('"Sold" is what the app was told, and now the power fails in the whole house. What is on the disks?')
    this.powerCuts('first', 'A FIRST VERSION: write, answer, and let the system save it in its time', false)
    this.powerCuts('rule', 'THE RULE: durable first, answer second', true)
    await this.group()
    this.bytes()
    this.damage()
    await this.snapshots()
    await this.catchingUp()
    return this.theatre.lines
  }

  /** One sale, and the power fails at every point of it. */
  private powerCuts(name: string, heading: string, forceSync: boolean): void {
    const { theatre, seed } = this
    theatre.say('heading', name, heading)
    const { operations } = oneSale(seed, forceSync, 'told')
    const row = (when: string, { told, kept }: Sale) => [when, told ? 'sold' : '·', kept ? 'sold' : '·', told && !kept ? '✗ LOST' : '']
    const rows = operations.map((operation, i) => row(tellOperation(operation), oneSale(seed, forceSync, i + 1)))
    theatre.show(
      columns([['the power fails after', 'the app is told', 'after the restart', ''], ...rows, row('the answer', oneSale(seed, forceSync, 'told'))]),
    )
    let lost = 0
    for (let i = 1; i <= WORLDS; i++) if (!oneSale(seed + BigInt(1000 * i), forceSync, 'told').kept) lost++
    this.aside(`In ${WORLDS} other worlds the power fails right after the answer: ${lost} sales are lost.`)
  }

  private async group(): Promise<void> {
    const { theatre } = this
    await theatre.open({ servers: 1 })
    const app = await theatre.client('app', ['s1'])
    theatre.say('heading', 'group', 'MANY AT ONCE: one sync for all that wait')
    const rows: string[][] = []
    for (const count of [1, 10, 100, 1000]) {
      const syncs = this.countSyncs()
      const begun = theatre.now
      await this.sell(app, count)
      const [time, used] = [theatre.now - begun, syncs()]
      rows.push([`${count}`, `${used}`, `${time.toFixed(1)} ms`, `${((1000 * count) / time).toFixed(0)}`])
    }
    theatre.show(columns([['sales at once', 'syncs', 'all are answered after', 'sales a second'], ...rows]))
  }

  private bytes(): void {
    const { theatre } = this
    theatre.say('heading', 'bytes', 'THE LOG: byte for byte')
    const { bytes, starts } = logOf(['Ada', 'Ben', 'Cleo'])
    const record = (i: number): [number, string][] => {
      const length = (starts[i + 1] as number) - (starts[i] as number)
      return [
        [8, `${i + 1}: checksum (Adler-32) of the transaction`],
        [4, `${i + 1}: its length`],
        [length - 13, `${i + 1}: transaction ${formatId(BigInt(i + 1))}`],
        [1, `${i + 1}: end mark`],
      ]
    }
    const parts: [number, string][] = [[4, 'ZKLG'], [4, 'version 2'], [8, 'dbid'], ...record(0), ...record(1), ...record(2)]
    theatre.show(columns(drawn(bytes, [...parts, [bytes.length - (starts[3] as number), 'zeros, up to the size of the file']])))
  }

  private damage(): void {
    const { theatre } = this
    theatre.say('heading', 'damage', 'TORN OR DAMAGED: what the log may end with, and what not')
    const { bytes, starts } = logOf(['Ada', 'Ben', 'Cleo'])
    const [first = 0, second = 0, third = 0, end = 0] = starts
    const flipped = (at: number) => withBytes(bytes, at, [(bytes[at] as number) ^ 1])
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['nothing is wrong', bytes],
      ['the file ends within record 3', bytes.slice(0, third + 30)],
      ['record 3: second half and end mark are zeros', withBytes(bytes, third + 40, new Array(end - third - 40).fill(0))],
      ['record 3: one bit is wrong', flipped(third + 44)],
      ['record 2: one bit is wrong', flipped(second + 44)],
      ['record 1: its length is negative', withBytes(bytes, first + 8, [0xff, 0xff, 0xff, 0xf0])],
      ['the first 16 bytes are not a header', flipped(0)],
      ['there is nothing but zeros', new Uint8Array(bytes.length)],
    ]
    const rows = cases.map(([what, content]) => {
      const { last, damage } = verdictOn(content)
      return [what, damage === null ? `ends with ${formatId(last)}` : 'REFUSED']
    })
    theatre.show(columns(rows))
    theatre.show([`  ${verdictOn(flipped(third + 44)).damage}`])
  }

  private async snapshots(): Promise<void> {
    const { theatre } = this
    await theatre.open({ settings: { snapCount: 40 } })
    const app = await theatre.client('app', [theatre.leader])
    theatre.say('heading', 'away', 'MANY SALES')
    for (let i = 0; i < 12; i++) await this.sell(app, 10)
    await theatre.wait(200)
    theatre.say('heading', 'snapshots', 'SNAPSHOTS: every server for itself')
    const rows = theatre.ensemble.members.map(({ name }) => {
      const files = theatre.ensemble.world.diskOf(name).list()
      const snapshots = snapshotFiles(files).map(({ zxid }) => formatId(zxid))
      return [name, snapshots.join(' '), theatre.peer(name).database.hash().slice(0, 12)]
    })
    theatre.show(columns([['', 'snapshots', 'hash of the database'], ...rows]))
    const [victim = ''] = theatre.followers
    theatre.ensemble.world.crash(victim, 'power')
    theatre.say('fault', 'fault', `The power of ${victim} fails, and comes back.`)
    theatre.ensemble.world.start(victim)
    await theatre.until('it serves', () => theatre.ensemble.isWhole())
  }

  private async catchingUp(): Promise<void> {
    await this.away(3, 0.33, 'three transactions missed, which the leader has in memory')
    await this.away(12, 0, 'twelve missed, and the leader looks into its log')
    await this.away(12, 0.33, 'twelve missed, and the log is longer than it may be')
  }

  /** A follower is away while seats are sold; the leader remembers the last five transactions. */
  private async away(missed: number, snapshotSizeFactor: number, story: string): Promise<void> {
    const { theatre } = this
    await theatre.open({ settings: { commitLogCount: 5, snapshotSizeFactor } })
    const app = await theatre.client('app', [theatre.leader])
    await this.sell(app, 5)
    await theatre.wait(100)
    const [victim = ''] = theatre.followers
    theatre.say('heading', 'away', 'ONE IS AWAY')
    theatre.ensemble.world.crash(victim, 'power')
    await this.sell(app, missed)
    await theatre.wait(100)
    theatre.say('heading', 'catching-up', `CATCHING UP: ${story}`)
    theatre.ensemble.world.start(victim)
    await theatre.until('it serves', () => theatre.ensemble.isWhole())
  }

  /** Sells seats all at once, and waits for all answers. */
  private async sell(app: ZooKeeper, count: number): Promise<void> {
    await this.theatre.answer(Promise.all(Array.from({ length: count }, () => app.create(`/seat-${++this.seats}`))))
  }

  /** Counts how often a log is made durable from now on, until it is asked. */
  private countSyncs(): () => number {
    const { world } = this.theatre.ensemble
    const { onStep } = world
    let count = 0
    world.onStep = (step) => {
      onStep?.(step)
      count += step.effects.filter((effect) => effect.kind === 'disk' && effect.operation.kind === 'sync').length
    }
    return () => {
      world.onStep = onStep
      return count
    }
  }

  private aside(text: string): void {
    this.theatre.say('aside', 'aside', text)
  }
}

function tellOperation(operation: DiskOperation): string {
  if (operation.kind === 'list') return 'list'
  const size = operation.kind === 'write' ? `, ${operation.bytes.length} bytes` : ''
  return `${operation.kind} ${operation.file.replace('log/', '')}${size}`
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('08-storage', 'Storage: what is on the disk when the power fails, and the way back.', {}, [], null, broken),
)
