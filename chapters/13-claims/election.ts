/** Claims about who leads, who is elected, and who has a part in it. */
import { createElection, stepElection } from '../../src/election/index.ts'
import type { Now, Sid } from '../../src/kernel/index.ts'
import type { EnsembleConfiguration } from '../../src/quorum/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import type { Run } from './run.ts'

const chosenLeader: Claim = {
  number: 2,
  claim: 'The leader should be a machine that somebody has chosen',
  verdict: 'false',
  truth: 'Any voter may lead. The election takes the latest epoch, then the longest log, then the largest id; nobody configures it.',
  evidence: async (run) => {
    await run.open()
    const rows: string[][] = []
    const tell = (what: string) => rows.push([what, ...run.ensemble.members.map(({ name }) => historyOf(run, name)), run.leader])
    tell('all start with empty logs')
    const [first, configuration] = [run.leader, run.ensemble.members[0]?.settings.ensemble]
    run.kill(first)
    await run.gathered()
    const app = await run.client('app', [run.leader])
    await run.answer(app.create('/seat-1'))
    await run.settled()
    tell(`${first} is killed, and a seat sold`)
    const second = run.leader
    run.kill(second)
    run.ensemble.world.start(first)
    await run.gathered()
    tell(`${second} is killed, ${first} starts`)
    run.show(columns([['', 'log of s1', 'log of s2', 'log of s3', 'leader'], ...rows]))
    const leaders = new Set([first, second, run.leader])
    const same = run.ensemble.members.every(({ settings }) => settings.ensemble === configuration)
    run.found(
      leaders.size === 1,
      `three elections, ${leaders.size} leaders: ${[...leaders].join(', ')}; the configuration is ${same ? 'the same' : 'ANOTHER ONE'}`,
    )
  },
}

const roles: Claim = {
  number: 3,
  claim: 'The roles in an ensemble are leader, server and client',
  verdict: 'half',
  truth: 'A server leads, follows or observes. A client is not part of the ensemble.',
  evidence: async (run) => {
    await run.open({ observers: 1 })
    await run.client('app', [run.leader])
    const modes = run.ensemble.members.map(({ name }) => [name, modeOf(run, name)] as const)
    const others = modes.filter(([, mode]) => mode !== 'leader').map(([name, mode]) => `${name}: ${mode}`)
    run.found(others.length === 3, `one of four servers says Mode: leader in srvr`)
    run.found(new Set(others.map((other) => other.slice(4))).size === 1, `the others have not one role between them: ${others.join(', ')}`)
    run.found(
      modes.some(([, mode]) => mode === 'client'),
      'a client is connected, and no mode tells of it',
    )
  },
}

const clientModes: Claim = {
  number: 4,
  claim: 'Clients run in standalone mode or in follower mode',
  verdict: 'false',
  truth: 'These are modes of a server. A client has a connection and a session, and keeps them while servers change their modes.',
  evidence: async (run) => {
    await run.open()
    const at = run.followers.at(-1) as string
    const app = await run.client('app', [at], { timeout: 10_000 })
    const { sessionId } = app.state()
    run.found('mode' in app.state(), `what a client knows of itself: ${Object.keys(app.state()).join(', ')}`)
    const before = modeOf(run, at)
    run.kill(run.leader)
    await run.gathered()
    await run.until('the client is back', () => app.state().session === 'CONNECTED')
    const same = app.state().sessionId === sessionId && run.serverOf(app) === at
    run.found(
      modeOf(run, at) === before,
      `${at} was ${before} and is ${modeOf(run, at)}; its client has ${same ? 'the same session' : 'ANOTHER SESSION'}`,
    )
  },
}

const onlyTheLeader: Claim = {
  number: 43,
  claim: 'Followers serve nobody, and have no part in votes and updates',
  verdict: 'false',
  truth: 'Followers answer reads, pass writes on, log and acknowledge what the leader proposes, and vote.',
  evidence: async (run) => {
    await run.open()
    const names = run.ensemble.members.map(({ name }) => name)
    for (const name of names) {
      const zk = await run.client(`app-${name}`, [name])
      for (let i = 0; i < 5; i++) await run.outcome(zk.exists('/'))
      await run.answer(zk.create(`/from-${name}`))
    }
    await run.settled()
    const heard = run.said()
    const count = (name: string, packet: string, end: 'from' | 'to') => heard.filter((said) => said.name === packet && said[end] === name).length
    const rows = names.map((name) => [
      count(name, 'exists', 'to'),
      count(name, 'REQUEST', 'from'),
      count(name, 'ACK', 'from'),
      count(name, 'VOTE', 'from'),
    ])
    run.show(
      columns([['', 'reads answered', 'writes passed on', 'acks', 'votes cast'], ...rows.map((row, i) => [names[i] as string, ...row.map(String)])]),
    )
    const ofFollowers = rows.filter((_, i) => names[i] !== run.leader)
    const sum = (at: number) => ofFollowers.reduce((total, row) => total + (row[at] as number), 0)
    for (const [at, what] of ['reads answered', 'writes passed on', 'acknowledgements', 'votes'].entries())
      run.found(sum(at) === 0, `by followers: ${sum(at)} ${what}`)
  },
}

const storms: Claim = {
  number: 54,
  claim: 'Notifications storm, votes must be checked, packets are sent again',
  verdict: 'half',
  truth: 'Servers speak when they change their minds, and ask again ever more rarely. Votes of old rounds are dropped. For packets there is TCP.',
  evidence: async (run) => {
    const rows: string[][] = []
    for (const servers of [3, 5, 7, 9]) {
      const before = run.said('VOTE').length
      await run.open({ servers })
      const votes = run.said('VOTE').length - before
      rows.push([String(servers), String(votes), (votes / (servers * (servers - 1))).toFixed(1)])
    }
    await run.open()
    run.show(columns([['servers that start', 'notifications', 'per pair'], ...rows]))
    const [one, ...others] = run.ensemble.members.map(({ name }) => name)
    for (const name of others) run.kill(name)
    const before = run.notes('asked-again').length
    await run.wait(600_000)
    const asked = run.notes('asked-again').length - before
    const steady = 600_000 / 200
    run.found(asked > steady / 2, `${one} is alone for 10 minutes: it asks ${asked} times; without the doubling of its wait it would be ${steady}`)
    run.found(!hearsOldRound(run), 'a vote of an earlier round comes: it is dropped')
    run.found(asked > 0, 'what nobody has answered is asked again')
  },
}

export const election: Topic = { name: 'Roles and elections', claims: [chosenLeader, roles, clientModes, onlyTheLeader, storms] }

function modeOf(run: Run, name: string): string {
  return run.peer(name).describe().mode ?? 'none'
}

function historyOf(run: Run, name: string): string {
  if (!run.ensemble.world.isUp(name)) return '(down)'
  return run.dataAt(name, '/seat-1') === null ? 'empty' : 'one sale'
}

/** A server in its second round is told of a vote of the first. */
function hearsOldRound(run: Run): boolean {
  const now: Now = { elapsed: 0, wall: 0 }
  const configuration = run.ensemble.members[0]?.settings.ensemble as EnsembleConfiguration
  const state = createElection({ myid: 1n, learnerType: 'participant', configuration })
  for (let i = 0; i < 2; i++) stepElection(state, { kind: 'lookForLeader', leader: 1n, zxid: 0n, peerEpoch: 0n }, now)
  const from: Sid = 3n
  const vote = { state: 'LOOKING', leader: 3n, zxid: 0n, electionEpoch: 1n, peerEpoch: 0n, version: 2, config: null } as const
  stepElection(state, { kind: 'notification', from, notification: vote }, now)
  return state.recvset.has(from)
}
