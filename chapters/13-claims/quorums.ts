/** Claims about how many servers it takes. */
import type { Sid } from '../../src/kernel/index.ts'
import { majority } from '../../src/quorum/index.ts'
import { factsOf } from '../01-quorums/counting.ts'
import { packetsOfAWrite } from '../10-ensemble/packets.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'

const tooMany: Claim = {
  number: 1,
  claim: 'An ensemble of N servers survives N/2 + 1 failures',
  verdict: 'false',
  truth: 'N/2 + 1 is the quorum: so many must be left. What may fail is the rest, ⌊(N−1)/2⌋.',
  evidence: async (run) => {
    await run.open()
    const sizes = range(1, 9).map(Number)
    const rows = sizes.map((size) => [String(size), String(Math.floor(size / 2) + 1), String(survivedBy(size))])
    run.show(columns([['servers', 'N/2 + 1', 'survives any'], ...rows]))
    for (const size of [3, 5, 7]) {
      const claimed = Math.floor(size / 2) + 1
      run.found(survivedBy(size) >= claimed, `${size} servers, all sets of failures tried: ${survivedBy(size)} may fail; claimed were ${claimed}`)
    }
    const app = await run.client('app', [run.leader])
    for (const name of run.followers) run.kill(name)
    const outcome = await run.outcome(app.create('/seat-1'))
    run.found(outcome === 'ok', `3 servers, 2 of them killed: the next write ends with ${outcome}`)
  },
}

const evenNumbers: Claim = {
  number: 30,
  claim: '2n and 2n − 1 servers survive the same number of failures',
  verdict: 'true',
  truth: 'The server that makes the number even raises the quorum by one, and so buys nothing.',
  evidence: (run) => {
    for (const n of [1, 2, 3, 4, 5]) {
      const [odd, even] = [survivedBy(2 * n - 1), survivedBy(2 * n)]
      run.found(odd === even, `${2 * n - 1} servers survive any ${odd}, ${2 * n} servers any ${even}`)
    }
  },
}

const scale: Claim = {
  number: 25,
  claim: 'The more servers, the more the ensemble can do',
  verdict: 'half',
  truth: 'Every server adds reads. Every voter makes each write dearer; an observer adds one packet and no vote.',
  evidence: async (run) => {
    await run.open({ servers: 5 })
    const names = run.ensemble.members.map(({ name }) => name)
    const before = run.said().length
    for (const name of names) {
      const zk = await run.client(`app-${name}`, [name])
      for (let i = 0; i < 4; i++) await run.outcome(zk.exists('/'))
    }
    const heard = run.said().slice(before)
    const answered = names.map((name) => heard.filter((message) => message.name === 'exists' && message.to === name).length)
    const passedOn = heard.filter(({ name, text }) => name === 'REQUEST' && text.includes('exists')).length
    run.found(
      answered.every((count) => count === 4) && passedOn === 0,
      `5 servers, 20 reads: ${answered.join(', ')} were answered by each of them, ${passedOn} passed on`,
    )
    const cost = ([voters, observers]: readonly [number, number]) => packetsOfAWrite({ seed: 1n, voters, observers }).leader.total
    const [three = 0, ...others] = [[3, 0] as const, [5, 0] as const, [7, 0] as const].map(cost)
    run.found(
      others.every((packets) => packets <= three),
      `packets between servers for one write: ${three} with 3 voters, ${others.join(' with 5, ')} with 7`,
    )
    const watched = cost([3, 4])
    run.found(watched < Math.max(...others), `7 servers of which 4 observe: ${watched} packets`)
  },
}

export const quorums: Topic = { name: 'How many servers', claims: [tooMany, evenNumbers, scale] }

function survivedBy(size: number): number {
  return factsOf(majority(range(1, size)), range(1, size)).survives
}

function range(from: number, to: number): Sid[] {
  return Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i))
}
