/**
 * The demo of chapter 05: what a znode is, and why servers pass on outcomes and not requests.
 * `npx tsx chapters/05-znodes.ts --help`
 */
import { formatId, Prng, type SessionId, utf8 } from '../src/kernel/index.ts'
import { containerCandidates, copyStat, type DataTree, digestId, ZKDatabase } from '../src/tree/index.ts'
import { type ACL, decodeTransaction, type Id, Perms, type Transaction } from '../src/wire/index.ts'
import { broken } from './05-znodes/broken.ts'
import { Preparer } from './05-znodes/preparer.ts'
import { ask } from './05-znodes/question.ts'
import { tellCode, tellTxn, tellWish, textOf, type Wish } from './05-znodes/wishes.ts'
import { columns } from './support/columns.ts'
import { fuzzySnapshot, loaded } from './support/fuzzy.ts'
import { type ChapterOptions, chapterOptions } from './support/options.ts'
import { perform } from './support/perform.ts'
import { Stage } from './support/stage.ts'
import type { Telling } from './support/story.ts'

const APP: SessionId = 0x1000a57e0000n
/** The server itself, which asks for what nobody else may. */
const NOBODY: SessionId = 0n
const SERVERS = ['s1', 's2', 's3'] as const
const NOON = Date.UTC(2026, 0, 1, 12)
/** What the demo draws is its own. */
const CASTING = 0x5ea75n

/** What the theatre asks for, in the order on which all servers have agreed. */
const ORDER: readonly Wish[] = [
  { op: 'create', path: '/free', data: '40' },
  { op: 'create', path: '/queue', data: null },
  { op: 'create', path: '/queue/n-', data: 'Ada', mode: 'PERSISTENT_SEQUENTIAL' },
  { op: 'setData', path: '/free', data: '39', version: -1 },
  { op: 'create', path: '/queue/n-', data: 'Ben', mode: 'PERSISTENT_SEQUENTIAL' },
  { op: 'setData', path: '/free', data: '38', version: 1 },
  { op: 'setData', path: '/free', data: '37', version: 1 },
]
/** s3 begins a snapshot after so many of them. */
const SNAPSHOT_AFTER = 2

function play({ seed }: ChapterOptions): readonly string[] {
  return new Lesson(seed).play()
}

function telling(): Telling {
  return { hosts: ['app', ...SERVERS], tells: () => true, notes: new Set() }
}

/** The only part in which somebody says something to somebody. */
function drawing(): Telling {
  return { ...telling(), omits: new Set(['first', 'stat', 'kinds', 'numbers', 'underWay', 'rights']) }
}

class Lesson {
  private readonly stage: Stage
  /** By how many ms the clock of each server is wrong. */
  private readonly skews: readonly number[]
  /** So many requests have come when the snapshot's writer reaches the znodes that they change. */
  private readonly snapshotEnd: number
  private time = NOON

  constructor(seed: bigint) {
    const random = new Prng(seed ^ CASTING)
    this.stage = new Stage(seed, { chapter: '05-znodes' })
    this.skews = SERVERS.map(() => random.below(4000) - 2000)
    this.snapshotEnd = SNAPSHOT_AFTER + 1 + random.below(3)
  }

  /** Returns the trace. */
  play(): readonly string[] {
    this.aside(
      'A theatre sells its seats. /free says how many are left, /queue is for those who wait for returned tickets: each gets ' +
        'a number. Three servers keep the znodes, and chapter 04 has brought the requests into one order for all of them.',
    )
    this.firstVersion()
    this.rule()
    this.stat()
    this.kinds()
    this.numbers()
    this.underWay()
    this.rights()
    return this.stage.lines
  }

  private firstVersion(): void {
    this.heading('first', 'A FIRST VERSION: every server carries out every request')
    const servers = this.skews.map((skew) => this.preparer(skew))
    const trees = servers.map(({ database }) => database.tree)
    const rows: string[][] = []
    const snapshot = this.inOrder(servers[2]?.database, (wish) => {
      rows.push([`${rows.length + 1}`, tellWish(wish), ...servers.map((server) => this.carryOut(server, wish))])
    })
    this.stage.show(columns([['', 'request', ...SERVERS], ...rows]))
    this.aside('The znodes that each server has now:')
    this.stage.show(comparison(trees))
    const again = this.preparer(this.skews[2], this.restart(snapshot))
    for (const wish of ORDER.slice(SNAPSHOT_AFTER)) this.carryOut(again, wish)
    this.aside(`It carries out the requests ${SNAPSHOT_AFTER + 1} to ${ORDER.length} once more, and has:`)
    this.stage.show(comparison([...trees.slice(0, 2), again.database.tree]))
  }

  private rule(): void {
    this.heading('rule', 'THE RULE: the leader decides what a request does, all apply it')
    const { stage } = this
    const leader = this.preparer()
    const [s2, s3] = [new ZKDatabase(), new ZKDatabase()]
    const txns: Transaction[] = []
    const snapshot = this.inOrder(s3, (wish) => {
      stage.tell('app', 's1', 'request', tellWish(wish))
      const prepared = leader.prepare(APP, wish)
      txns.push(decodeTransaction(prepared.bytes))
      for (const server of ['s2', 's3']) stage.tell('s1', server, 'PROPOSAL', `PROPOSAL ${formatId(prepared.zxid)} ${tellTxn(prepared.txn)}`)
      const code = leader.commit(prepared)
      for (const database of [s2, s3]) database.apply(decodeTransaction(prepared.bytes))
      stage.tell('s1', 'app', 'reply', tellCode(code))
    })
    const restarted = this.restart(snapshot)
    for (const txn of txns.slice(SNAPSHOT_AFTER)) restarted.apply(txn)
    this.aside(`It applies the transactions ${SNAPSHOT_AFTER + 1} to ${ORDER.length} once more, and has:`)
    stage.show(comparison([leader.database.tree, s2.tree, restarted.tree]))
  }

  /** Lets the requests come, one a second. Returns the snapshot that s3 has written meanwhile. */
  private inOrder(s3: ZKDatabase = new ZKDatabase(), each: (wish: Wish) => void): Uint8Array {
    const next = (from: number, to: number) => {
      for (const wish of ORDER.slice(from, to)) {
        this.time += 1000
        each(wish)
      }
    }
    next(0, SNAPSHOT_AFTER)
    const snapshot = fuzzySnapshot(s3, () => next(SNAPSHOT_AFTER, this.snapshotEnd))
    next(this.snapshotEnd, ORDER.length)
    return snapshot
  }

  private restart(snapshot: Uint8Array): ZKDatabase {
    const meanwhile = this.snapshotEnd - SNAPSHOT_AFTER
    this.stage.say(
      'fault',
      'restart',
      `s3 loses its power. On its disk is a snapshot that it began after request ${SNAPSHOT_AFTER}. Before the writer came to ` +
        `/free and /queue, ${meanwhile === 1 ? 'one more request was' : `${meanwhile} more requests were`} carried out: the snapshot is newer than its name says.`,
    )
    return loaded(snapshot, BigInt(SNAPSHOT_AFTER))
  }

  private stat(): void {
    this.heading('stat', 'THE STAT: what a znode knows of itself')
    const server = this.preparer()
    const wishes: readonly Wish[] = [
      { op: 'create', path: '/hall', data: 'plan' },
      { op: 'create', path: '/hall/1', data: 'Ada' },
      { op: 'setData', path: '/hall', data: 'new plan', version: 0 },
      { op: 'setData', path: '/hall/1', data: 'Ben', version: 0 },
      { op: 'create', path: '/hall/2', data: 'Cleo' },
      { op: 'delete', path: '/hall/1', version: 1 },
      { op: 'setACL', path: '/hall', acl: readOnly, version: 0 },
    ]
    const stats = wishes.map((wish) => {
      this.carryOut(server, wish)
      return statOf(server.database.tree, '/hall')
    })
    const fields = ['version', 'cversion', 'aversion', 'czxid', 'mzxid', 'pzxid', 'numChildren', 'dataLength'] as const
    this.stage.show(wishes.map((wish, i) => `  ${i + 1}  ${tellWish(wish)}`))
    this.stage.show(
      columns([['/hall after', ...wishes.map((_, i) => `${i + 1}`)], ...fields.map((field) => [field, ...stats.map((stat) => `${stat[field]}`)])]),
    )
  }

  private kinds(): void {
    this.heading('kinds', 'THE KINDS: who goes when')
    const server = this.preparer()
    const { tree } = server.database
    const kinds: readonly (readonly [string, string, Wish])[] = [
      ['persistent', '/seat-1', { op: 'create', path: '/seat-1', data: 'Ada' }],
      ['ephemeral', '/hold-7', { op: 'create', path: '/hold-7', data: 'Ben', mode: 'EPHEMERAL' }],
      ['container', '/queue', { op: 'create', path: '/queue', data: null, mode: 'CONTAINER' }],
      ['with TTL', '/offer', { op: 'create', path: '/offer', data: '', mode: 'PERSISTENT_WITH_TTL', ttl: 60_000 }],
    ]
    const rows = kinds.map(([kind, path, wish]) => {
      this.carryOut(server, wish)
      const { ephemeralOwner = 0n, data = null } = tree.getNode(path) ?? {}
      const owners = [formatId(BigInt.asUintN(64, ephemeralOwner)), formatId(statOf(tree, path).ephemeralOwner)]
      return [kind, path, ...owners, data === null ? 'null' : `${data.length} bytes`]
    })
    this.stage.show(columns([['', '', 'ephemeralOwner', 'as clients see it', 'data'], ...rows]))
    const log: string[][] = []
    const then = (what: string, outcome = '') => log.push([timeOfDay(this.time).slice(0, 8), what, outcome, paths(tree)])
    const ask = (wish: Wish) => then(tellWish(wish), this.carryOut(server, wish))
    ask({ op: 'create', path: '/hold-7/x', data: null })
    ask({ op: 'create', path: '/queue/Cleo', data: null, mode: 'EPHEMERAL' })
    ask({ op: 'closeSession' })
    for (const later of [40_000, 60_000]) {
      this.time += later
      const candidates = containerCandidates(tree, this.time, 0)
      for (const path of candidates) this.carryOut(server, { op: 'deleteContainer', path }, NOBODY)
      then(`leader deletes ${candidates.join(' ')}`)
    }
    this.stage.show(
      log.flatMap(([at, what, outcome, there]) => [`  ${at}  ${what}${outcome === '' ? '' : ` → ${outcome}`}`, `            there is ${there}`]),
    )
  }

  private numbers(): void {
    this.heading('numbers', 'NUMBERS: from a counter, never from a count')
    const server = this.preparer()
    this.carryOut(server, { op: 'create', path: '/queue', data: null })
    const next: Wish = { op: 'create', path: '/queue/n-', data: null, mode: 'PERSISTENT_SEQUENTIAL' }
    const wishes: readonly Wish[] = [
      next,
      next,
      { op: 'create', path: '/queue/n-0000000001', data: null },
      { op: 'create', path: '/queue/desk', data: null },
      { op: 'delete', path: '/queue/n-0000000000', version: -1 },
      next,
    ]
    const rows = wishes.map((wish) => this.numberRow(server, wish))
    const latest = rows.at(-1)?.[1]
    rows.push(...[{ op: 'delete', path: `/queue/${latest}`, version: -1 } as const, next].map((wish) => this.numberRow(server, wish)))
    this.stage.show(columns([['request', 'outcome', 'creations', 'children'], ...rows]))
    const queue = server.database.tree.getNode('/queue')
    if (queue !== undefined) queue.cversion = 0x7fff_fffe
    this.aside('Some 2147 million creations later:')
    this.stage.show(columns([next, next, next].map((wish) => this.numberRow(server, wish))))
  }

  private numberRow(server: Preparer, wish: Wish): string[] {
    const prepared = server.prepare(APP, wish)
    const outcome = server.commit(prepared) === 0 && 'path' in prepared.txn ? prepared.txn.path.slice(7) : tellTxn(prepared.txn)
    const { cversion = 0, children } = server.database.tree.getNode('/queue') ?? {}
    return [tellWish(wish), outcome, `${cversion}`, `${children?.size ?? 0}`]
  }

  private underWay(): void {
    this.heading('underWay', 'UNDER WAY: checked against what will be')
    const wishes: readonly Wish[] = [
      { op: 'setData', path: '/free', data: '39', version: 0 },
      { op: 'setData', path: '/free', data: '39', version: 0 },
      { op: 'multi', of: [buy('Ada'), { op: 'setData', path: '/free', data: '38', version: 0 }] },
      { op: 'multi', of: [buy('Ben'), { op: 'setData', path: '/free', data: '38', version: 1 }] },
    ]
    this.aside('/free is "40" and has version 0. Four requests arrive before the first of them is committed:')
    this.stage.show(this.allAtOnce(this.preparer(), wishes))
    this.aside('The same, at a leader that looks at its tree alone:')
    const forgetful = this.preparer()
    forgetful.forgetWhatIsUnderWay()
    this.stage.show(this.allAtOnce(forgetful, wishes))
  }

  /** Prepares all requests before the first is committed. */
  private allAtOnce(server: Preparer, wishes: readonly Wish[]): string[] {
    this.carryOut(server, { op: 'create', path: '/free', data: '40' })
    const prepared = wishes.map((wish) => server.prepare(APP, wish))
    for (const each of prepared) server.commit(each)
    const told = prepared.flatMap(({ txn }, i) => [`  ${i + 1}  ${tellWish(wishes[i] as Wish)}`, `     → ${tellTxn(txn)}`])
    const { tree } = server.database
    return [
      ...told,
      `  then /free is "${dataOf(tree, '/free')}", version ${tree.getNode('/free')?.version}; /seat-1 is ${dataOf(tree, '/seat-1') ?? 'free'}`,
    ]
  }

  private rights(): void {
    this.heading('rights', 'RIGHTS AND LIMITS: each znode has its own list')
    const server = this.preparer()
    const office: Id = { scheme: 'digest', id: digestId(utf8('office:secret')) }
    const acl: readonly ACL[] = [...readOnly, { perms: Perms.ALL, id: { scheme: 'auth', id: '' } }]
    const row = (who: string, wish: Wish, ids: readonly Id[] = []) => [who, tellWish(wish), tellCode(server.commit(server.prepare(APP, wish, ids)))]
    this.aside('The office makes /free such that everybody may read it, and it alone may do more.')
    this.stage.show(
      columns([
        row('anyone', { op: 'create', path: '/free', data: '40', acl }),
        row('office', { op: 'create', path: '/free', data: '40', acl }, [office]),
        row('anyone', { op: 'setData', path: '/free', data: '0', version: -1 }),
        row('office', { op: 'setData', path: '/free', data: '39', version: -1 }, [office]),
        row('anyone', { op: 'create', path: '/free/x', data: null }),
        row('anyone', { op: 'delete', path: '/free', version: -1 }),
      ]),
    )
    const quota = '/zookeeper/quota/queue'
    for (const path of ['/queue', quota]) this.carryOut(server, { op: 'create', path, data: null })
    this.carryOut(server, { op: 'create', path: `${quota}/zookeeper_limits`, data: 'count=-1,bytes=-1=;byteHardLimit=5' })
    this.carryOut(server, { op: 'create', path: `${quota}/zookeeper_stats`, data: null })
    this.aside('An operator allows five bytes for /queue and all below it.')
    this.stage.show(columns(['Ada', 'Ben'].map((data) => row('anyone', { op: 'create', path: `/queue/${data}`, data }))))
    this.stage.show([`  ${quota}/zookeeper_stats: ${dataOf(server.database.tree, `${quota}/zookeeper_stats`)}`])
  }

  private preparer(skew = 0, database?: ZKDatabase): Preparer {
    return new Preparer([APP], () => this.time + skew, database)
  }

  /** Returns what the client is told. */
  private carryOut(server: Preparer, wish: Wish, session = APP): string {
    return tellCode(server.commit(server.prepare(session, wish)))
  }

  private heading(name: string, text: string): void {
    this.stage.say('heading', name, text)
  }

  private aside(text: string): void {
    this.stage.say('aside', 'aside', text)
  }
}

/** A seat is sold, in a multi. */
function buy(owner: string) {
  return { op: 'create', path: '/seat-1', data: owner } as const
}

const readOnly: readonly ACL[] = [{ perms: Perms.READ, id: { scheme: 'world', id: 'anyone' } }]

/** The znodes of several servers, side by side. */
function comparison(trees: readonly DataTree[]): string[] {
  const queue = new Set(trees.flatMap((tree) => [...(tree.getNode('/queue')?.children ?? [])]))
  return columns([
    ['', ...SERVERS],
    ['/free', ...trees.map((tree) => `"${dataOf(tree, '/free')}" version ${tree.getNode('/free')?.version}`)],
    ['  made at', ...trees.map((tree) => timeOfDay(Number(tree.getNode('/free')?.ctime)))],
    ...[...queue].sort((a, b) => a.localeCompare(b)).map((name) => [`/queue/${name}`, ...trees.map((tree) => dataOf(tree, `/queue/${name}`) ?? '·')]),
  ])
}

/** What there is below the root but for ZooKeeper's own nodes. */
function paths(tree: DataTree): string {
  return [...tree.pathsBelow('/')].filter((path) => path !== '' && !path.startsWith('/zookeeper')).join(' ')
}

function dataOf(tree: DataTree, path: string): string | null {
  return textOf(tree.getNode(path)?.data ?? null)
}

function statOf(tree: DataTree, path: string) {
  const node = tree.getNode(path)
  if (node === undefined) throw new Error(`there is no ${path}`)
  return copyStat(node)
}

function timeOfDay(time: number): string {
  return new Date(time).toISOString().slice(11, 23)
}

perform(
  { play, telling, drawing, ask },
  chapterOptions('05-znodes', 'Znodes: why servers pass on outcomes, and what a znode knows of itself.', {}, [], null, broken),
)
