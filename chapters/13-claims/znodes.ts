/** Claims about znodes: their kinds, their names, their sizes, their versions. */
import type { ZooKeeper } from '../../src/client/index.ts'
import { formatId } from '../../src/kernel/index.ts'
import { Counter } from '../../src/recipes/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import type { Run } from './run.ts'

const MODES = ['PERSISTENT', 'EPHEMERAL', 'PERSISTENT_SEQUENTIAL', 'EPHEMERAL_SEQUENTIAL', 'CONTAINER', 'PERSISTENT_WITH_TTL'] as const

const goneAtOnce: Claim = {
  number: 5,
  claim: 'An ephemeral znode is gone once created, and is not replicated',
  verdict: 'false',
  truth: 'It is replicated as every znode is, and it goes with its session: on all servers by the same transaction.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', run.followers, { timeout: 4000 })
    await run.answer(app.create('/hold-7', { mode: 'EPHEMERAL' }))
    await run.settled()
    await run.wait(10_000)
    const having = run.ensemble.members.filter(({ name }) => run.peer(name).database.tree.getNode('/hold-7') !== undefined)
    run.found(having.length === 0, `10 s after it was created it is there on ${having.length} of 3 servers`)
    const goneWith = new Map<string, bigint>()
    run.ensemble.onObserved = ({ host, fact }) => {
      if (fact.kind !== 'applied' || goneWith.has(host)) return
      if (run.peer(host).database.tree.getNode('/hold-7') === undefined) goneWith.set(host, fact.zxid)
    }
    await run.outcome(app.close())
    await run.settled()
    const zxids = new Set(goneWith.values())
    run.found(
      goneWith.size < 3 || zxids.size > 1,
      `its session is closed: gone on ${goneWith.size} servers, by transaction ${[...zxids].map(formatId).join(', ')}`,
    )
  },
}

const persistentGoes: Claim = {
  number: 6,
  claim: 'A persistent znode is removed when the session of its creator times out',
  verdict: 'false',
  truth: 'Sessions take only their ephemerals with them.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', run.followers, { timeout: 2000 })
    await run.answer(app.create('/seat-7', { mode: 'PERSISTENT' }))
    await run.answer(app.create('/hold-7', { mode: 'EPHEMERAL' }))
    run.ensemble.world.pause('app')
    run.fault('The app stands still until its session has expired.')
    const { tree } = run.peer(run.leader).database
    await run.until('the session expires', () => tree.ephemerals.size === 0)
    run.found(
      tree.getNode('/seat-7') === undefined,
      `/seat-7, persistent, ${thereOrGone(tree.getNode('/seat-7'))}; /hold-7, ephemeral, ${thereOrGone(tree.getNode('/hold-7'))}`,
    )
  },
}

const sequence: Claim = {
  number: 7,
  claim: 'The names of sequential znodes are unique and increasing',
  verdict: 'half',
  truth: 'Below one parent, while that parent lives, and up to 2147483647. The number is how many children were ever created there.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    const app = await run.client('app', ['s1'])
    const make = async () => (await run.answer(app.create('/q/n-', { mode: 'PERSISTENT_SEQUENTIAL' }))).path.slice(5)
    await run.answer(app.create('/q'))
    const names = [await make(), await make()]
    await run.answer(app.delete(`/q/n-${names[1]}`))
    await run.answer(app.create('/q/other'))
    names.push(await make(), await make())
    run.found(
      names.every((name, i) => i === 0 || name > (names[i - 1] as string)),
      `four, with a deletion and another child in between: ${names.join(' ')}`,
    )
    for (const { name } of await children(run, app)) await run.answer(app.delete(`/q/${name}`))
    await run.answer(app.delete('/q'))
    await run.answer(app.create('/q'))
    const again = await make()
    run.found(!names.includes(again), `the parent is deleted and created again: ${again}`)
    const parent = run.peer('s1').database.tree.getNode('/q')
    if (parent) parent.cversion = 2 ** 31 - 1
    const last = await make()
    const beyond = await run.outcome(app.create('/q/n-', { mode: 'PERSISTENT_SEQUENTIAL' }))
    run.found(beyond === 'ok', `at the end of the counter: ${last}, and then ${beyond}`)
  },
}

const withoutValue: Claim = {
  number: 8,
  claim: 'There is a fourth kind of znode: the one without a value',
  verdict: 'false',
  truth: 'Data may be null or empty in every kind. Kinds differ in when a znode goes, and in whether its name gets a number.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    const app = await run.client('app', ['s1'])
    const rows: string[][] = []
    for (const [i, mode] of MODES.entries()) {
      const ttl = mode === 'PERSISTENT_WITH_TTL' ? 60_000 : undefined
      const { path } = await run.answer(app.create(`/k${i}-`, { mode, data: null, ttl }))
      const { data, stat } = await run.answer(app.getData(path))
      rows.push([mode, path, data === null ? 'null' : 'some', String(stat.dataLength)])
    }
    run.show(columns([['mode', 'path', 'data', 'length'], ...rows]))
    const without = rows.filter(([, , data]) => data === 'null').length
    run.found(without <= 1, `${without} of ${MODES.length} kinds hold no value if they are given none`)
  },
}

const versions: Claim = {
  number: 35,
  claim: 'A znode has three versions: of its data, its children and its ACL',
  verdict: 'true',
  truth: 'version, cversion and aversion; each counts its own changes.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    const app = await run.client('app', ['s1'])
    await run.answer(app.create('/hall'))
    const { acl } = await run.answer(app.getACL('/hall'))
    const look = async () => {
      const { stat } = await run.answer(app.exists('/hall'))
      return [stat?.version ?? 0, stat?.cversion ?? 0, stat?.aversion ?? 0]
    }
    const changes = [
      ['setData', () => app.setData('/hall', 'red')],
      ['a child is created', () => app.create('/hall/seat-1')],
      ['setACL', () => app.setACL('/hall', acl)],
    ] as const
    for (const [i, [what, change]] of changes.entries()) {
      const before = await look()
      await run.answer(change() as Promise<unknown>)
      const after = await look()
      const grown = after.map((version, at) => version - (before[at] as number))
      run.found(
        grown.every((by, at) => by === (at === i ? 1 : 0)),
        `${what}: version, cversion, aversion are ${before.join(', ')} and then ${after.join(', ')}`,
      )
    }
  },
}

const compareAndSwap: Claim = {
  number: 23,
  claim: 'With versions one can compare and swap',
  verdict: 'true',
  truth: 'setData with the version that one has read fails with BADVERSION if somebody was faster. Then one reads again.',
  evidence: async (run) => {
    await run.open()
    const counters: Counter[] = []
    const blind: Promise<unknown>[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const zk = await run.client(
        name,
        run.ensemble.members.map((member) => member.name),
      )
      counters.push(new Counter(zk, '/sold'))
      blind.push(run.outcome(zk.create('/blind', { data: '0' })))
    }
    await Promise.all(blind)
    await run.answer(
      Promise.all(
        counters.map(async (counter) => {
          for (let i = 0; i < 4; i++) await counter.add(1n)
        }),
      ),
    )
    const total = await run.answer((counters[0] as Counter).get())
    const retries = counters.reduce((sum, counter) => sum + counter.retries, 0)
    run.found(total === 20n, `5 clients add 1 four times each, all at once: the sum is ${total}`)
    run.found(retries > 0, `they were refused, and read again, ${retries} times`)
  },
}

const noChildren: Claim = {
  number: 31,
  claim: 'Ephemeral znodes have no children',
  verdict: 'true',
  truth: 'NOCHILDRENFOREPHEMERALS: a session that ends would have to take along what belongs to others.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    const app = await run.client('app', ['s1'])
    await run.answer(app.create('/hold', { mode: 'EPHEMERAL' }))
    for (const mode of ['PERSISTENT', 'EPHEMERAL'] as const) {
      const outcome = await run.outcome(app.create('/hold/child', { mode }))
      run.found(outcome !== 'ok', `a child of an ephemeral, ${mode}: ${outcome}`)
    }
  },
}

const ephemeralIsPersistent: Claim = {
  number: 40,
  claim: 'create with the flag EPHEMERAL makes a persistent znode',
  verdict: 'false',
  truth: 'The flag is the kind: the stat names the session as the owner, and with it the znode goes.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    const app = await run.client('app', ['s1'])
    const { stat } = await run.answer(app.create('/example', { mode: 'EPHEMERAL' }))
    const { sessionId } = app.state()
    run.found(stat.ephemeralOwner === 0n, `ephemeralOwner is ${formatId(stat.ephemeralOwner)}, the session is ${formatId(sessionId)}`)
    await run.outcome(app.close())
    await run.wait(1000)
    const left = run.peer('s1').database.tree.getNode('/example')
    run.found(left !== undefined, `after the end of the session it ${thereOrGone(left)}`)
  },
}

export const znodes: Topic = {
  name: 'Znodes',
  claims: [goneAtOnce, persistentGoes, sequence, withoutValue, ephemeralIsPersistent, noChildren, versions, compareAndSwap],
}

async function children(run: Run, app: ZooKeeper): Promise<{ name: string }[]> {
  const { children } = await run.answer(app.getChildren('/q'))
  return children.map((name) => ({ name }))
}

function thereOrGone(node: unknown): string {
  return node === undefined ? 'is gone' : 'is there'
}
