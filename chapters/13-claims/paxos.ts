/** Claims about Paxos, and about Zab being Paxos. */
import { type Proposal, supersedes } from '../../src/election/index.ts'
import type { Sid, Zxid } from '../../src/kernel/index.ts'
import { THE_DECREE } from '../../src/paxos/index.ts'
import { majority } from '../../src/quorum/index.ts'
import { executed, tableOf, twoLeaders } from '../02-paxos/log.ts'
import { ATTEMPTS, attempt, insist } from '../02-paxos/one-decree.ts'
import { zabOnTheSameSchedule } from '../02-paxos/zab.ts'
import { MISTAKES, type MistakeName, mostFrequent } from '../support/paxos-mistakes.ts'
import { PaxosWorld } from '../support/paxos-world.ts'
import { Stage } from '../support/stage.ts'
import type { Claim, Topic } from './claim.ts'

const zabIsPaxos: Claim = {
  number: 17,
  claim: "ZooKeeper's consistency, and its election, is Paxos",
  verdict: 'false',
  truth: 'Zab keeps the order of each primary: a change never stands without those it rests on. Multi-Paxos orders values, whoever proposed them.',
  evidence: (run) => {
    const paxos = twoLeaders(new Stage(1n, {}), 1n, 10)
    run.aside('s3 opens the balcony, sells a seat in it and fails; s2 sells another seat and fails; s1 takes over. The logs under Multi-Paxos:')
    run.show(tableOf(paxos))
    const log = executed(paxos.server('s1').delivered)
    const orphan = log.find(({ result }) => result.startsWith('IMPOSSIBLE'))
    const zab = zabOnTheSameSchedule(new Stage(1n, {}), 1n).split(', ')
    const orphanInZab = zab.some((path) => !zab.includes(path.slice(0, path.lastIndexOf('/'))) && path.lastIndexOf('/') > 0)
    run.found(
      (orphan === undefined) === !orphanInZab,
      `Multi-Paxos executes "${orphan?.value}" (${orphan?.result}); Zab, on the same schedule, ${orphanInZab ? 'does too' : `has ${zab.join(' and ')}`}`,
    )
    const [short, long] = [candidate(1n, 0n), candidate(2n, 0x100000001n)]
    const elected = supersedes(short, long, majority([1n, 2n, 3n]))
    const leads = leadsWithEmptyLog()
    run.found(
      leads === elected,
      `a server that lacks the last change ${leads ? 'may lead' : 'may not lead'} in Paxos; ZooKeeper votes for ${elected ? 'it' : 'the one that has it'}`,
    )
  },
}

const acceptorsWait: Claim = {
  number: 39,
  claim: 'In Paxos an acceptor votes when a majority has sent it proposals',
  verdict: 'false',
  truth: 'An acceptor answers every message by itself and at once. It is the proposer who counts a majority.',
  evidence: (run) => {
    const world = new PaxosWorld({ seed: 1n, servers: 5, window: 'one decree' })
    const heard = new Set<Sid>()
    world.onStep = ({ host, machine, event }) => {
      if (host === 's2' && machine === 'acceptor' && event.kind === 'message') heard.add(event.from)
    }
    world.ask('s1', { kind: 'propose', value: 'Ada' })
    for (const kind of ['prepare', 'accept'] as const) {
      world.pass(kind, 's1', 's2')
      const answer = world.letters.findLast(({ from }) => from === 's2')?.message.kind ?? 'nothing'
      run.found(world.verifier.containsQuorum(heard), `s2 has heard from ${heard.size} of 5 servers, and answers ${kind} with ${answer}`)
      if (kind === 'prepare') world.pass('prepare', 's1', 's1', 's3')
      world.exchange(({ message }) => message.kind === 'promise')
    }
  },
}

const mostReported: Claim = {
  number: 44,
  claim: 'The proposer takes the value that most acceptors have reported',
  verdict: 'false',
  truth: 'It takes the value of the highest ballot among those reported: only that one can have been chosen.',
  evidence: (run) => {
    const rows = [null, 'most-frequent' as const].map((name) => {
      const world = fiveServers(name)
      const reported = mostFrequent(world.server('s1'))
      return { name, chosen: [...world.chosen(THE_DECREE)], reported }
    })
    for (const { name, chosen, reported } of rows) {
      run.aside(`${name ?? 'highest ballot'}: most have reported ${reported}; chosen, ever: ${chosen.join(' AND ')}.`)
    }
    const [right, wrong] = rows
    run.found(wrong?.chosen.length === 1, `who takes what most report has ${wrong?.chosen.length} values chosen for one decree`)
    run.found(
      right?.chosen[0] === right?.reported,
      `who takes the highest ballot stays with ${right?.chosen}, although most report ${right?.reported}`,
    )
  },
}

const onlyGreater: Claim = {
  number: 45,
  claim: 'An acceptor accepts only numbers greater than any it has promised',
  verdict: 'false',
  truth: 'Greater or equal: the proposal for which it gave its promise must be the one that it accepts.',
  evidence: (run) => {
    for (const mistake of ['strictly-greater', null] as const) {
      const { last, chosen } = insist(mistake)
      const isChosen = chosen === 'Ada'
      run.found(
        mistake ? isChosen : !isChosen,
        `${mistake ? 'only greater' : 'greater or equal'}: after ${last} of up to ${ATTEMPTS} ballots ${chosen} is chosen`,
      )
    }
  },
}

export const paxos: Topic = { name: 'Paxos', claims: [zabIsPaxos, acceptorsWait, mostReported, onlyGreater] }

/** Ada has two of five, then Ben is chosen by three, and then s1 asks s1, s2 and s3: it hears of Ada twice and of Ben once. */
function fiveServers(name: MistakeName | null): PaxosWorld {
  const world = new PaxosWorld({ seed: 1n, servers: 5, window: 'one decree', ...(name ? { mistake: MISTAKES[name] } : {}) })
  attempt(world, 's1', 'Ada', ['s1', 's2', 's3'], ['s1', 's2'])
  attempt(world, 's5', 'Ben', ['s3', 's4', 's5'], ['s3', 's4', 's5'])
  attempt(world, 's1', 'Ada', ['s1', 's2', 's3'], ['s1', 's2', 's3'])
  return world
}

/** s3 leads and has a change accepted by s2; then s1, which has heard nothing of it, wants to lead. */
function leadsWithEmptyLog(): boolean {
  const world = new PaxosWorld({ seed: 1n, servers: 3, window: 10 })
  world.cut([['s3', 's1']])
  world.ask('s3', { kind: 'lead' })
  world.exchange()
  world.ask('s3', { kind: 'propose', value: '/seat-1 Ada' })
  world.exchange()
  world.crash('s3')
  const isEmpty = world.server('s1').acceptor.accepted.size === 0
  for (let i = 0; i < 2; i++) {
    if (world.server('s1').proposer.stage === 'IDLE') world.ask('s1', { kind: 'lead' })
    world.exchange()
  }
  return isEmpty && world.server('s1').proposer.stage === 'PROPOSING'
}

function candidate(leader: Sid, zxid: Zxid): Proposal {
  return { leader, zxid, peerEpoch: 1n }
}
