/** Claims about what people build from znodes. */
import { isKeeperError, type ZooKeeper } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { Election, ensurePath, Fence, Lock, Queue } from '../../src/recipes/index.ts'
import { crowdAt } from '../09-recipes/counting.ts'
import { electAsTold, type ToldElection, takeFirst } from '../09-recipes/first-versions.ts'
import type { Claim, Topic } from './claim.ts'

const SERVERS = ['s1', 's2', 's3']
const TIMEOUT = 2000

const releasedAtOnce: Claim = {
  number: 19,
  claim: 'An ephemeral lock is released when the network breaks',
  verdict: 'half',
  truth:
    'When the session expires. Until then nobody has it, and afterwards the old holder may still believe in it: what it guards has to look at a token.',
  evidence: async (run) => {
    await run.open()
    const [p1, p2] = [await run.client('p1', SERVERS, { timeout: TIMEOUT }), await run.client('p2', SERVERS, { timeout: TIMEOUT })]
    const first = await run.answer(new Lock(p1, '/lock').acquire())
    await run.settled()
    run.cut(run.linksBetween(['p1'], SERVERS), 'fault', 'p1 has the lock. Nothing passes between p1 and the servers any more.')
    const since = run.now
    await run.wait(TIMEOUT / 2)
    run.found(
      run.dataAt(run.leader, first.path) === null,
      `one second later its znode ${run.dataAt(run.leader, first.path) === null ? 'is gone' : 'is there'}`,
    )
    await run.until('the lock is free', () => run.dataAt(run.leader, first.path) === null)
    run.found(true, `${((run.now - since) / 1000).toFixed(1)} s after the break it is gone, with the session`)
    const second = await run.answer(new Lock(p2, '/lock').acquire())
    run.mend('mend', 'p2 takes the lock, and stands still until its session has expired too. Then p3 takes it.')
    run.ensemble.world.pause('p2')
    const p3 = await run.client('p3', SERVERS, { timeout: TIMEOUT })
    const third = await run.answer(new Lock(p3, '/lock').acquire())
    const [unfenced, fenced, fence] = [[] as string[], [] as string[], new Fence()]
    const write = (who: string, token: bigint) => {
      unfenced.push(who)
      try {
        fence.admit(token)
        fenced.push(who)
      } catch {
        // The token is older than the last one that was let in.
      }
    }
    write('p3', third.token)
    const believes = second.isHeld
    if (believes) write('p2', second.token)
    run.found(
      !believes,
      `p2 wakes up and ${believes ? 'believes that it has the lock' : 'knows that it has lost it'}: ${unfenced.join(' and ')} write, and with a fencing token ${fenced.join(' and ')}`,
    )
  },
}

const noLivelock: Claim = {
  number: 20,
  claim: 'Locks made of sequential znodes know no deadlock and no livelock',
  verdict: 'half',
  truth: 'They serve in the order of coming, and who dies makes room. Livelock is avoided only if everybody watches just the one before.',
  evidence: async (run) => {
    await run.open({ servers: 1 })
    // What a crowd says is counted, and not written down.
    run.ensemble.world.onStep = null
    const app = await run.client('app', ['s1'], { timeout: 20_000 })
    const crowd = 100
    const line = await run.answer(crowdAt(app, '/line', crowd, 'each watches one'))
    const herd = await run.answer(crowdAt(app, '/herd', crowd, 'all watch the list'))
    run.found(
      line.inOrder,
      `${crowd} wait for one lock, each for the one before it: served in ${line.inOrder ? 'their' : 'ANOTHER'} order, ${line.wakeUps} wake up`,
    )
    run.found(herd.wakeUps <= line.wakeUps, `the same with everybody watching the list: ${herd.wakeUps} wake up, and almost all for nothing`)
    const dying = await run.client('dying', ['s1'], { timeout: TIMEOUT })
    await run.answer(new Lock(dying, '/lock').acquire())
    const next = run.begun(new Lock(app, '/lock').acquire())
    run.ensemble.world.crash('dying', 'kill')
    await run.wait(3 * TIMEOUT)
    run.found(next.outcome === 'ok', `the holder dies: who waits behind it ${next.outcome === 'ok' ? 'gets the lock' : 'WAITS FOR EVER'}`)
  },
}

const queue: Claim = {
  number: 42,
  claim: 'Sequential znodes, taken in their order, are a queue',
  verdict: 'half',
  truth: 'If each consumer makes sure that an item is its own before it acts, and if the list of all items fits into a packet.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', SERVERS, { timeout: 8000 })
    const sellers = [await run.client('c1', SERVERS, { timeout: 8000 }), await run.client('c2', SERVERS, { timeout: 8000 })]
    const seats = ['seat 1', 'seat 2', 'seat 3', 'seat 4']
    await run.answer(ensurePath(app, '/returned'))
    for (const seat of seats) {
      await run.answer(app.create('/returned/n-', { data: seat, mode: 'PERSISTENT_SEQUENTIAL' }))
      await run.answer(new Queue(app, '/queue').put(seat))
    }
    const naive = await run.answer(Promise.all(sellers.map((zk) => takeFirst(zk, '/returned'))))
    const takeTwo = async (zk: ZooKeeper) => [await takeOne(new Queue(zk, '/queue')), await takeOne(new Queue(zk, '/queue'))]
    const careful = (await run.answer(Promise.all(sellers.map(takeTwo)))).flat()
    run.found(new Set(naive).size === naive.length, `two consumers read the first item and delete it: they have ${naive.join(' and ')}`)
    run.found(
      new Set(careful).size === careful.length && careful.length === 4,
      `two that first claim what they take, twice each: ${careful.join(', ')}`,
    )
    await run.answer(Promise.all(Array.from({ length: 200 }, () => app.create('/returned/n-', { mode: 'PERSISTENT_SEQUENTIAL' }))))
    const small = await run.client('small', SERVERS, { maxFrameLength: 3000 })
    const outcome = await run.outcome(small.getChildren('/returned'))
    run.found(outcome === 'ok', `200 items, and a client that takes packets of up to 3000 bytes: the list ends with ${outcome}`)
  },
}

const toldElection: Claim = {
  number: 47,
  claim: 'Elect so: make a sequential znode, watch the smallest, start again',
  verdict: 'false',
  truth: 'Each candidate makes one znode, keeps it, and watches the one before its own. Whose is the smallest leads.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', SERVERS, { timeout: 8000 })
    await run.answer(Promise.all([ensurePath(app, '/leader-election'), ensurePath(app, '/lead')]))
    const candidates = ['p1', 'p2', 'p3']
    const told = new Map<string, ToldElection>(candidates.map((name) => [name, { rounds: 0, leader: false, failures: [] }]))
    const clients: ZooKeeper[] = []
    for (const name of candidates) {
      const zk = await run.client(name, SERVERS, { timeout: TIMEOUT })
      clients.push(zk)
      void electAsTold(zk, '/leader-election', name, told.get(name) as ToldElection).catch(ignoreEnd)
      await run.wait(200)
    }
    const leaders = () => [...told].filter(([, { leader }]) => leader).length
    run.found(leaders() > 0, `three candidates: ${leaders()} of them find themselves, as no name is without its number`)
    await run.answer((clients[0] as ZooKeeper).close())
    await run.wait(1000)
    const left = [...told].slice(1)
    run.found(
      left.filter(([, { rounds }]) => rounds > 1).length <= 1,
      `p1 leaves: ${left.filter(([, { rounds }]) => rounds > 1).length} of the 2 that are left wake up and begin again`,
    )
    const { children } = await run.answer(app.getChildren('/leader-election'))
    run.found(children.length <= left.length, `they have ${children.length} znodes now: ${[...children].sort((a, b) => (a < b ? -1 : 1)).join(' ')}`)
    const leads: string[] = []
    for (const [i, name] of candidates.slice(1).entries())
      void new Election(clients[i + 1] as (typeof clients)[number], '/lead').lead({ data: name }).then(() => leads.push(name), ignoreEnd)
    await run.wait(500)
    const before = leads.join()
    await run.answer((clients[1] as ZooKeeper).close())
    await run.wait(500)
    run.aside(`The recipe of chapter 09, with the same two: ${before} leads; it closes its session, and ${leads.at(-1)} leads.`)
  },
}

export const recipes: Topic = { name: 'Recipes', claims: [releasedAtOnce, noLivelock, queue, toldElection] }

async function takeOne(queue: Queue): Promise<string> {
  const item = await queue.take()
  await item.done()
  return fromUtf8(item.data ?? new Uint8Array(0))
}

function ignoreEnd(error: unknown): void {
  if (!isKeeperError(error, 'SESSIONEXPIRED', 'CONNECTIONLOSS')) throw error
}
