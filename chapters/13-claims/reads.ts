/** Claims about what a read shows, and who answers it. */
import type { ZooKeeper } from '../../src/client/index.ts'
import { formatId } from '../../src/kernel/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import { readsFromMemory } from './live.ts'
import type { Run } from './run.ts'

const BUYERS = ['Ben', 'Cleo', 'Dan', 'Eve', 'Finn']

const noStrongConsistency: Claim = {
  number: 12,
  claim: 'Updates take time, so there is no strong consistency: add a clock',
  verdict: 'half',
  truth: 'Writes are linearizable, reads may be old. sync, then read, helps unless a leader has been replaced unawares; a write first always helps.',
  evidence: async (run) => {
    const { leader, behind, reader, app } = await laggard(run)
    const old = await run.answer(reader.getData('/seat-1'))
    run.found(text(old.data) !== 'Ada', `the app has sold seat 1 to Ada; a reader at ${behind} sees "${text(old.data)}"`)
    const synced = run.begun(reader.sync('/'))
    run.ensemble.world.network.unblock(leader, behind)
    await run.until('sync has ended', () => synced.outcome !== null)
    const fresh = await run.answer(reader.getData('/seat-1'))
    run.found(text(fresh.data) !== 'Ada', `it says sync, and reads "${text(fresh.data)}"`)
    const clock = fresh.stat.mzxid > old.stat.mzxid
    run.found(!clock, `which of the two is newer says the zxid of each: ${formatId(old.stat.mzxid)}, ${formatId(fresh.stat.mzxid)}`)
    run.cut(
      run.linksBetween([leader], run.followers),
      'fault',
      `Now ${leader} is cut off from the others and does not know it. A reader is connected to it.`,
    )
    const outside = run.followers
    await run.until('the others have a leader', () => outside.includes(run.leader))
    const web = await run.client('web', outside)
    await run.answer(web.setData('/seat-1', 'Ben'))
    // The app is connected to the old leader, which has not yet missed its followers.
    await run.outcome(app.sync('/'))
    const deposed = await run.answer(app.getData('/seat-1'))
    run.found(
      text(deposed.data) !== 'Ben',
      `web has sold seat 1 to Ben at ${run.leader}; at ${leader} one says sync, and reads "${text(deposed.data)}"`,
    )
    const writing = run.begun(app.create('/mark'))
    await run.until('the write has ended', () => writing.outcome !== null)
    run.found(writing.outcome === 'ok', `a write there, before a read: ${writing.outcome}`)
  },
}

const alwaysLatest: Claim = {
  number: 28,
  claim: 'What a client sees is always the latest state',
  verdict: 'false',
  truth: 'It is a state of the past, never older than what this client has seen before.',
  evidence: async (run) => {
    const cast = await beginning(run)
    const { behind, reader, app } = cast
    const seen = async () => text((await run.answer(reader.getData('/seat-1'))).data)
    let latest = 0
    for (const buyer of BUYERS) {
      await run.answer(app.setData('/seat-1', buyer))
      await run.settled()
      if ((await seen()) === buyer) latest++
    }
    run.aside(`A first try, on a quiet network: the app writes ${BUYERS.length} times, and ${latest} times a read at ${behind} shows what it wrote.`)
    await lag(run, cast)
    const shown = await seen()
    run.found(shown === 'Ada', `the app has been told that seat 1 is sold to Ada; a reader at ${behind} sees "${shown}"`)
  },
}

const knownToAll: Claim = {
  number: 22,
  claim: 'A changed znode is known to all clients at once',
  verdict: 'half',
  truth: 'A quorum has logged it before the writer is told. The others follow within syncLimit, or serve no longer.',
  evidence: async (run) => {
    const { leader, behind, logged } = await laggard(run)
    const having = run.ensemble.members.filter(({ name }) => run.dataAt(name, '/seat-1') === 'Ada').map(({ name }) => name)
    run.found(logged.length >= 2, `when the app is told, ${logged.join(' and ')} have the change in their logs`)
    run.found(
      having.length === 3,
      `at that moment a client sees it at ${having.join(' and ')}, and nowhere else; ${behind} hears nothing of ${leader}`,
    )
    const since = run.now
    const { tickTime, syncLimit } = run.ensemble.members[0]?.settings ?? { tickTime: 0, syncLimit: 0 }
    await run.until('it serves no longer', () => run.ensemble.member(behind)?.serving == null)
    const ticks = (run.now - since) / tickTime
    run.found(ticks <= syncLimit, `${behind} serves old data for ${ticks.toFixed(1)} ticks more; syncLimit is ${syncLimit}`)
  },
}

const oneImage: Claim = {
  number: 29,
  claim: 'Every server shows the same data',
  verdict: 'half',
  truth: 'Not at the same moment. But a client never goes back in time: a server that is behind what the client has seen does not take it.',
  evidence: async (run) => {
    const cast = await beginning(run)
    const { leader, behind } = cast
    const web = await clientAt(run, 'web', leader, behind)
    await lag(run, cast)
    const shown = run.ensemble.members.map(({ name }) => `${name}: "${run.dataAt(name, '/seat-1')}"`)
    run.found(new Set(shown.map((one) => one.slice(4))).size === 1, `at one moment, ${shown.join(', ')}`)
    await run.answer(web.getData('/seat-1'))
    const seen = web.state().lastZxidSeen
    run.cut(run.linksBetween(['web'], [leader]), 'fault', `web has read at ${leader}, and seen ${formatId(seen)}. Now it can reach only ${behind}.`)
    run.ensemble.world.network.breakConnections('web', leader)
    await run.wait(1000)
    const refusals = run.logged(behind).filter((line) => line.startsWith('Refusing session'))
    const has = formatId(run.peer(behind).database.lastProcessedZxid)
    run.found(refusals.length > 0, `${behind}, which has only ${has}, turns it away (${refusals.length} ×); the session is ${web.state().session}`)
    run.ensemble.world.network.unblock(leader, behind)
    await run.until('it is let in', () => web.state().session === 'CONNECTED')
    const { data } = await run.answer(web.getData('/seat-1'))
    run.found(text(data) === 'Ada', `when ${behind} has caught up, the session goes on there, and sees "${text(data)}"`)
  },
}

const loadBalancing: Claim = {
  number: 53,
  claim: 'The servers that do not lead are there for load balancing',
  verdict: 'half',
  truth: 'Sessions spread over all servers, the leader too, and with them the reads. A session stays where it is, and all writes pass the leader.',
  evidence: async (run) => {
    await run.open()
    const names = run.ensemble.members.map(({ name }) => name)
    const clients = Array.from({ length: 9 }, (_, i) => `c${i + 1}`)
    const before = run.said().length
    for (const name of clients) {
      const zk = await run.client(name, names)
      for (let i = 0; i < 4; i++) await run.answer(zk.exists('/'))
      await run.answer(zk.create(`/${name}`))
    }
    const heard = run.said().slice(before)
    const reads = heard.filter(({ name, to }) => name === 'exists' && names.includes(to))
    const rows = names.map((server) => {
      const here = reads.filter(({ to }) => to === server)
      const proposed = heard.filter(({ name, from }) => name === 'PROPOSAL' && from === server).length / 2
      return { server, sessions: new Set(here.map(({ from }) => from)).size, reads: here.length, proposed }
    })
    run.show(columns([['', 'sessions', 'reads', 'writes proposed'], ...rows.map((row) => Object.values(row).map(String))]))
    run.found(
      rows.filter(({ reads }) => reads > 0).length > 1,
      `9 clients know all three servers: ${rows.map(({ reads }) => reads).join(', ')} reads at each, the leader included`,
    )
    const moving = clients.filter((client) => new Set(reads.filter(({ from }) => from === client).map(({ to }) => to)).size > 1).length
    run.found(moving > 0, `${moving} of the 9 had their reads answered by more than one server`)
    run.found(
      rows.filter(({ proposed }) => proposed > 0).length > 1,
      `all ${rows.reduce((sum, { proposed }) => sum + proposed, 0)} transactions are proposed by ${run.leader}`,
    )
  },
}

export const reads: Topic = { name: 'Reads', claims: [noStrongConsistency, alwaysLatest, knownToAll, oneImage, loadBalancing, readsFromMemory] }

interface Cast {
  readonly leader: string
  /** The follower that will lag. */
  readonly behind: string
  /** At the leader. */
  readonly app: ZooKeeper
  /** At the follower. */
  readonly reader: ZooKeeper
}

/** One follower no longer hears the leader. Then the app sells seat 1 to Ada. `logged`: who has the sale on its disk when the app is told. */
async function laggard(run: Run): Promise<Cast & { readonly logged: readonly string[] }> {
  const cast = await beginning(run)
  return { ...cast, logged: await lag(run, cast) }
}

async function beginning(run: Run): Promise<Cast> {
  await run.open()
  const { leader } = run
  const [behind = ''] = run.followers
  const app = await run.client('app', [leader], { timeout: 10_000 })
  const reader = await run.client('reader', [behind], { timeout: 10_000 })
  await run.answer(app.create('/seat-1', { data: 'nobody' }))
  await run.settled()
  return { leader, behind, app, reader }
}

async function lag(run: Run, { leader, behind, app }: Cast): Promise<readonly string[]> {
  run.ensemble.world.network.block(leader, behind)
  run.fault(`${leader} leads, and nothing that it says reaches ${behind} any more. Nobody is told.`)
  const logged = new Set<string>()
  run.ensemble.onObserved = ({ host, fact }) => {
    if (fact.kind === 'flushed') logged.add(host)
  }
  await run.answer(app.setData('/seat-1', 'Ada'))
  return [...logged]
}

/** A client of two servers that is at the first one. */
async function clientAt(run: Run, name: string, first: string, second: string): Promise<ZooKeeper> {
  const zk = await run.client(name, [first, second], { timeout: 10_000 })
  if (run.serverOf(zk) === second) run.ensemble.world.network.breakConnections(name, second)
  await run.until('it is at the first one', () => run.serverOf(zk) === first && zk.state().session === 'CONNECTED')
  return zk
}

function text(data: Uint8Array | null): string {
  return new TextDecoder().decode(data ?? undefined)
}
