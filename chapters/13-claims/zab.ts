/** Claims about how a write becomes one, and what survives a leader. */
import { readFileSync } from 'node:fs'
import { type CreateServer, MUSEUM, parseScenario, playScenario, withBug } from '../../src/hosts/simulation/index.ts'
import { formatId, type Zxid } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import type { Claim, Topic } from './claim.ts'
import { allOrNone, fifo, twoLeaders, uniqueZxid } from './history.ts'

const votes: Claim = {
  number: 13,
  claim: "The servers vote on whether to accept a client's request",
  verdict: 'half',
  truth: 'They log and acknowledge, in order; nobody can say no. Whether a request is allowed, the leader has settled before it proposes.',
  told: ['create2', 'PROPOSAL', 'ACK', 'COMMIT', 'reply'],
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader])
    await run.settled()
    run.aside('The app creates /seat-1, and then once more.')
    const before = run.said().length
    await run.answer(app.create('/seat-1'))
    await run.settled()
    const again = await run.outcome(app.create('/seat-1'))
    await run.settled()
    const spoken = run
      .said()
      .slice(before)
      .filter(({ from, to, port }) => port === 'quorum' && to === run.leader && from !== run.leader)
    const answers = spoken.map(({ name }) => name).filter((name) => name !== 'PING')
    run.aside('Now nothing of what the followers say arrives at the leader.')
    for (const name of run.followers) run.ensemble.world.network.block(name, run.leader)
    const sale = run.begun(app.create('/seat-2'))
    await run.wait(500)
    run.found(
      sale.outcome !== 'ok',
      `without the acknowledgement of a quorum a write is ${sale.outcome === 'ok' ? 'answered all the same' : 'not answered'}`,
    )
    run.found(
      answers.some((name) => name !== 'ACK'),
      `to both requests the followers said ${[...new Set(answers)].join(' and ')}, ${answers.length} times; to the second one too, which was ${again}`,
    )
  },
}

const orderByCommit: Claim = {
  number: 18,
  claim: 'It is the commit phase that brings requests into an order',
  verdict: 'false',
  truth: 'The order is there when the leader proposes: the zxid is the order. COMMIT only says how far it may be applied.',
  told: ['create2', 'PROPOSAL', 'COMMIT'],
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader])
    await run.settled()
    const logs = new Map(run.ensemble.members.map(({ name }) => [name, [] as Zxid[]]))
    run.ensemble.onObserved = ({ host, fact }) => {
      if (fact.kind === 'appended') logs.get(host)?.push(fact.zxid)
    }
    run.aside('No acknowledgement arrives at the leader, so nothing is committed. The app creates two seats.')
    for (const name of run.followers) run.ensemble.world.network.block(name, run.leader)
    const before = run.said('COMMIT').length
    for (const path of ['/seat-1', '/seat-2']) run.begun(app.create(path))
    await run.wait(500)
    const commits = run.said('COMMIT').length - before
    const orders = [...logs.values()].map((log) => log.map(formatId).join(', '))
    run.found(
      commits > 0 || new Set(orders).size > 1,
      `${commits} COMMITs, and the logs of all three servers hold ${[...new Set(orders)].join(' or ')}`,
    )
  },
}

const phases: Claim = {
  number: 33,
  claim: 'There are four phases: election, discovery, synchronisation, broadcast',
  verdict: 'true',
  truth: 'As in the paper. Since the election already picks the best log, discovery here only finds a new epoch and moves no history.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader])
    await run.answer(app.create('/seat-1'))
    const stations = ['looking', 'discovery', 'histories-checked', 'leader-serves', 'committed']
    const names = ['election begins', 'discovery begins', 'synchronisation begins', 'broadcast begins', 'first commit']
    const notes = run.notes(...stations).filter(({ host }) => host === run.leader)
    const found = stations.map((station) => notes.find(({ name }) => name === station)?.at)
    for (const [i, at] of found.entries()) {
      const before = found[i - 1] ?? 0
      run.found(at !== undefined && at >= before, `${run.leader} at ${((at ?? 0) / 1000).toFixed(4)} s: ${names[i]}`)
    }
  },
}

const twoPhases: Claim = {
  number: 46,
  claim: 'Zab consists of two phases, propagation and atomic broadcast',
  verdict: 'half',
  truth: 'Those are the halves of its last phase. Without the recovery before it, a new leader loses what was acknowledged.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader])
    const before = run.said().length
    await run.answer(app.create('/seat-1'))
    await run.settled()
    const packets = new Set(
      run
        .said()
        .slice(before)
        .filter(({ port, name }) => port === 'quorum' && name !== 'PING')
        .map(({ name }) => name),
    )
    run.found(packets.has('PROPOSAL') && packets.has('COMMIT'), `a write takes ${[...packets].join(', ')}`)
    const name = 'leader-serves-alone'
    const scenario = parseScenario(readFileSync(new URL(`../../test/scenarios/${name}.txt`, import.meta.url), 'utf8'))
    const skipping = withBug(MUSEUM.find((exhibit) => exhibit.name === name) as (typeof MUSEUM)[number])
    const broken = (servers: CreateServer) => playScenario(scenario, servers).broken
    const [right, wrong] = [broken(createPeer), broken(skipping)]
    run.found(
      wrong.length === 0,
      `a leader that broadcasts before a quorum has its history breaks: ${wrong.join(', ')}; on the same schedule ours breaks ${right.join(', ') || 'nothing'}`,
    )
  },
}

export const zab: Topic = { name: 'Zab', claims: [votes, orderByCommit, uniqueZxid, phases, twoPhases, twoLeaders, fifo, allOrNone] }
