/** Claims about sessions and watches. */
import type { WatchedEvent } from '../../src/client/index.ts'
import { formatId } from '../../src/kernel/index.ts'
import { initialSessionId } from '../../src/sessions/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'

const sessionId: Claim = {
  number: 10,
  claim: 'To stay in its session a client has to keep the session id',
  verdict: 'half',
  truth: 'The id and the password of 16 bytes. A wrong password is answered as if the session had expired.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader], { timeout: 10_000 })
    await run.answer(app.create('/hold-7', { mode: 'EPHEMERAL' }))
    await run.settled()
    const { sessionId, passwd } = app.session()
    const forged = await run.newClient('forged', run.followers, { session: { sessionId, passwd: new Uint8Array(16) } })
    await run.until('it knows', () => forged.state().session !== 'SUSPENDED')
    run.found(forged.state().session === 'CONNECTED', `the id alone, with 16 zeros for a password: ${forged.state().session}`)
    run.ensemble.world.pause('app')
    const moved = await run.client('moved', run.followers, { session: { sessionId, passwd } })
    const { ephemerals } = await run.answer(moved.getEphemerals())
    run.found(
      moved.state().sessionId === sessionId && ephemerals.includes('/hold-7'),
      `id and password, at another server: session ${formatId(moved.state().sessionId)} goes on, and has ${ephemerals.join()}`,
    )
  },
}

const connectionLost: Claim = {
  number: 11,
  claim: 'When the connection breaks, the session is over',
  verdict: 'false',
  truth: 'It lives until its timeout has passed without a word. Only the leader ends it, and the client learns of it when it comes back.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', run.followers, { timeout: 4000 })
    await run.answer(app.create('/hold-7', { mode: 'EPHEMERAL' }))
    const before = run.serverOf(app)
    run.ensemble.world.network.breakConnections('app', before)
    run.fault(`The connection to ${before} breaks.`)
    await run.until('the app is elsewhere', () => app.state().session === 'CONNECTED' && run.serverOf(app) !== before)
    run.found(
      run.dataAt(run.leader, '/hold-7') === null,
      `at ${run.serverOf(app)} the session goes on; its ephemeral ${there(run.dataAt(run.leader, '/hold-7'))}`,
    )
    const names = run.ensemble.members.map(({ name }) => name)
    const since = run.now
    run.cut(run.linksBetween(['app'], names), 'fault', 'Now nothing passes between the app and the servers.')
    await run.until('the session ends', () => run.dataAt(run.leader, '/hold-7') === null)
    const lasted = run.now - since
    run.found(lasted < 1000, `the session lasts ${(lasted / 1000).toFixed(1)} s more; its timeout is 4 s`)
    const believed = app.state().session
    run.mend('mend', 'The network is whole again.')
    await run.until('the app knows', () => app.state().session === 'LOST')
    run.found(believed === 'LOST', `when it ended the app knew of ${believed}; now that it has come back it knows of ${app.state().session}`)
  },
}

const uniqueIds: Claim = {
  number: 36,
  claim: 'Session ids are unique over all servers',
  verdict: 'half',
  truth: 'As long as server ids differ in their low byte, and a server does not start twice at the same time of its monotonic clock.',
  evidence: async (run) => {
    await run.open()
    const given: bigint[] = []
    for (const { name } of run.ensemble.members) {
      for (const i of [1, 2]) given.push((await run.client(`c${i}-${name}`, [name])).state().sessionId)
    }
    run.found(
      new Set(given).size === given.length,
      `three servers give two each: ${given.map((id) => formatId(id).slice(0, 5)).join('…, ')}…, ${new Set(given).size} different ids`,
    )
    const first = (sid: bigint, elapsed: number) => initialSessionId(sid, elapsed)
    const [one, other] = [first(1n, 5000), first(257n, 5000)]
    run.found(one !== other, `servers 1 and 257, when their clocks show the same: ${formatId(one)} and ${formatId(other)}`)
    const again = first(1n, 5000)
    run.found(one !== again, `server 1, started twice when its clock shows the same, as after two boots: ${formatId(one)} and ${formatId(again)}`)
  },
}

const everyChange: Claim = {
  number: 14,
  claim: 'A watcher is told of every change',
  verdict: 'false',
  truth:
    'A watch fires once; the read that sets it anew shows what is. A persistent watch stays, but tells nothing of what happened meanwhile if the connection was lost.',
  evidence: async (run) => {
    await run.open()
    const app = await run.client('app', [run.leader], { timeout: 10_000 })
    const board = await run.client('board', run.followers, { timeout: 10_000 })
    await run.answer(app.create('/seat-1', { data: 'nobody' }))
    await run.settled()
    let events = 0
    const count = ({ path }: WatchedEvent) => {
      if (path === '/seat-1') events++
    }
    const changes = async () => {
      const before = events
      for (const owner of ['Ada', 'Ben', 'Cleo']) await run.answer(app.setData('/seat-1', owner))
      await run.settled()
      return events - before
    }
    const standard = await run.answer(board.getData('/seat-1', { watch: true }))
    void standard.watch.then(count)
    const once = await changes()
    const watch = await run.answer(board.addWatch('/seat-1', { mode: 'PERSISTENT' }))
    const listen = async () => {
      for await (const event of watch) count(event)
    }
    run.begun(listen())
    const connected = await changes()
    const servers = run.ensemble.members.map(({ name }) => name)
    run.cut(run.linksBetween(['board'], servers), 'fault', 'The board is cut off for a moment, and the seat changes hands three times.')
    run.ensemble.world.network.breakConnections('board', run.serverOf(board))
    await run.until('the board notices', () => board.state().session !== 'CONNECTED')
    const before = events
    for (const owner of ['Ada', 'Ben', 'Cleo']) await run.answer(app.setData('/seat-1', owner))
    run.mend('mend', 'The board is back.')
    await run.until('the board is back', () => board.state().session === 'CONNECTED')
    await run.settled()
    const away = events - before
    await run.answer(watch.close())
    run.show(
      columns([
        ['', 'changes', 'events'],
        ['a standard watch', '3', String(once)],
        ['a persistent one', '3', String(connected)],
        ['the same, the connection being lost', '3', String(away)],
      ]),
    )
    run.found(once === 3, `a standard watch: changes told of 3: ${once}`)
    run.found(away === 3, `a persistent watch whose client is away for a moment: changes told of 3: ${away}`)
  },
}

export const sessions: Topic = { name: 'Sessions and watches', claims: [sessionId, connectionLost, uniqueIds, everyChange] }

function there(data: string | null): string {
  return data === null ? 'is gone' : 'is there'
}
