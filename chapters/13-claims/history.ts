/** Claims about the one history: its numbers, its order, and what it is when leaders change. */
import { counterOf, epochOf, formatId, makeZxid, type Zxid } from '../../src/kernel/index.ts'
import { type LeaderState, stepLeader } from '../../src/zab/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim } from './claim.ts'
import type { Run } from './run.ts'

export const uniqueZxid: Claim = {
  number: 16,
  claim: 'Every transaction has a unique number of 64 bits, the zxid',
  verdict: 'true',
  truth: 'The upper half is the epoch of the leader, the lower half counts. Before the count is used up, a new epoch begins.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client(
      'app',
      run.ensemble.members.map(({ name }) => name),
      { timeout: 10_000 },
    )
    const zxids: Zxid[] = []
    const epochs = new Set<bigint>()
    const sell = async (path: string) => {
      const outcome = await run.outcome(app.create(path))
      // Lost with the connection: done or not, it is asked again.
      if (outcome === 'CONNECTIONLOSS') return sell(path)
      zxids.push((await run.answer(app.exists(path))).stat?.czxid ?? 0n)
      epochs.add(run.ensemble.leader()?.serving?.epoch ?? 0n)
    }
    for (const seat of [1, 2]) await sell(`/seat-${seat}`)
    run.kill(run.leader)
    await run.gathered()
    for (const seat of [3, 4]) await sell(`/seat-${seat}`)
    run.show(columns([['zxid', 'epoch', 'count'], ...zxids.map((zxid) => [formatId(zxid), String(epochOf(zxid)), String(counterOf(zxid))])]))
    run.found(new Set(zxids).size === zxids.length, `${zxids.length} transactions have ${new Set(zxids).size} numbers`)
    run.found(
      zxids.every((zxid, i) => i === 0 || zxid > (zxids[i - 1] as Zxid)),
      `they grow, over ${epochs.size} leaderships`,
    )
    run.found(
      [...new Set(zxids.map(epochOf))].join() === [...epochs].join(),
      `their upper halves are the epochs of the leaders: ${[...epochs].join(', ')}`,
    )
    const { last, next } = atTheEnd(run)
    run.found(next.includes('abdicate'), `at the end of the count ${formatId(last)} is proposed; for the next one the leader does this: ${next}`)
  },
}

export const twoLeaders: Claim = {
  number: 34,
  claim: 'The majority rule makes two leaders at the same time impossible',
  verdict: 'half',
  truth: 'For a while two may believe it. Only one can commit, since an epoch takes the promises of a quorum.',
  evidence: async (run) => {
    await run.open({ servers: 5 })
    const old = run.leader
    const [mate = '', ...rest] = run.followers
    const app = await run.client('app', [old], { timeout: 10_000 })
    await run.settled()
    run.cut(run.linksBetween([old, mate], rest), 'fault', `The network breaks: ${old}, which leads, and ${mate} here, the other three there.`)
    const sold = run.begun(app.create('/seat-1', { data: 'Ada' }))
    await run.until('the three have a leader', () => rest.includes(run.leader))
    const leading = run.ensemble.members.filter(({ serving }) => serving?.role === 'leader').map(({ name }) => name)
    run.found(leading.length === 1, `at ${(run.now / 1000).toFixed(4)} s ${leading.join(' and ')} serve as leader`)
    const web = await run.client('web', rest)
    const other = await run.outcome(web.create('/seat-1', { data: 'Ben' }))
    await run.until('the app is told', () => sold.outcome !== null)
    const told = sold.outcome
    run.found((told === 'ok') !== (other === 'ok'), `a write at ${old} ends with ${told}, one at ${run.leader} with ${other}`)
    await run.until('the old leader gives up', () => run.ensemble.member(old)?.serving?.role !== 'leader')
    run.found(true, `${old} serves no longer at ${(run.now / 1000).toFixed(4)} s`)
  },
}

export const fifo: Claim = {
  number: 37,
  claim: 'Updates of one client are applied in the order of their sending',
  verdict: 'true',
  truth: 'Also when thousands are under way at once, and when the leader fails in the middle: some may be lost then, none overtakes another.',
  evidence: async (run) => {
    await run.open()
    // So many steps nobody would read.
    run.ensemble.world.onStep = null
    const app = await run.client('app', run.followers, { timeout: 10_000 })
    await run.answer(app.create('/p'))
    let [sent, done, lost] = [0, 0, 0]
    const send = (count: number) => {
      for (let i = 0; i < count; i++) {
        const creation = app.create('/p/n-', { mode: 'PERSISTENT_SEQUENTIAL', data: String(sent++) })
        void creation.then(
          () => done++,
          () => lost++,
        )
      }
    }
    send(7000)
    await run.until('some are done', () => done > 2500)
    run.kill(run.leader)
    await run.until('the client knows', () => lost > 0)
    await run.until('it is back', () => app.state().session === 'CONNECTED')
    send(3000)
    await run.until('all have ended', () => done + lost === sent)
    await run.gathered()
    const { tree } = run.peer(run.leader).database
    const names = [...(tree.getNode('/p')?.children ?? [])].sort((a, b) => (a < b ? -1 : 1))
    const order = names.map((name) => Number(run.dataAt(run.leader, `/p/${name}`)))
    const gaps = order.filter((number, i) => i > 0 && number !== (order[i - 1] as number) + 1).length
    run.found(
      order.every((number, i) => i === 0 || number > (order[i - 1] as number)),
      `${sent} writes, many at once; the leader is killed: ${order.length} were applied, ${gaps} gap among them, none out of order`,
    )
    run.found(order.length >= done, `${done} were confirmed, and all of them are there`)
  },
}

export const allOrNone: Claim = {
  number: 38,
  claim: 'An update is applied by all servers or by none',
  verdict: 'half',
  truth: 'By all that are up, in one order. Who was away catches up before it serves; what only a dead leader had, is cut off there.',
  evidence: async (run) => {
    await run.open()
    const [away = ''] = run.followers
    const app = await run.client(
      'app',
      run.ensemble.members.map(({ name }) => name).filter((name) => name !== away),
      { timeout: 10_000 },
    )
    run.kill(away)
    await run.answer(app.create('/seat-1', { data: 'Ada' }))
    await run.settled()
    const having = () => run.ensemble.members.filter(({ name }) => run.ensemble.world.isUp(name) && run.dataAt(name, '/seat-1') === 'Ada')
    run.found(having().length === 3, `${away} is down, and a sale is confirmed that ${having().length} of 3 servers have`)
    run.ensemble.world.start(away)
    await run.until('it serves', () => run.ensemble.member(away)?.serving != null)
    run.found(having().length === 3, `${away} is back: in the moment in which it serves ${having().length} have it`)
    const old = run.leader
    const links = run.followers.map((name) => [old, name] as const)
    run.cut(links, 'fault', `What ${old} says is no longer heard. It logs one more sale, and its power fails.`)
    const sale = run.begun(app.create('/seat-2'))
    await run.wait(300)
    run.ensemble.world.crash(old, 'power')
    await run.gathered()
    run.mend('mend', `Another one leads. The network is whole again, and ${old} is back.`)
    run.ensemble.world.start(old)
    await run.gathered()
    await run.wait(500)
    await run.until('the app is told', () => sale.outcome !== null)
    const kept = run.ensemble.members.filter(({ name }) => run.dataAt(name, '/seat-2') !== null).length
    run.found(kept === 0 || kept === 3, `the app was told ${sale.outcome}; in the end ${kept} of 3 servers have that sale`)
  },
}

/** Winds the leader's counter on to its end and lets the machine of the leader, alone, propose as long as it does. */
function atTheEnd(run: Run): { readonly last: Zxid; readonly next: string } {
  const { machine } = run.peer(run.leader).role as unknown as { readonly machine: LeaderState }
  machine.lastProposed = makeZxid(machine.epoch, 0xfffffffcn)
  for (;;) {
    const zxid = (machine.lastProposed + 1n) as Zxid
    const effects = stepLeader(machine, { kind: 'propose', txn: { zxid, bytes: new Uint8Array(0) } }, { elapsed: 0, wall: 0 })
    if (machine.lastProposed !== zxid)
      return {
        last: machine.lastProposed,
        next: effects
          .map(({ kind }) => kind)
          .filter((kind) => !/note|Timer/.test(kind))
          .join(),
      }
  }
}
