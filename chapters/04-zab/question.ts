/** What chapter 04 lets one predict: a leader has failed, the disks are as they are, and the real rules know what follows. */
import { type Proposal, supersedes } from '../../src/election/index.ts'
import { assert, formatId, makeZxid, Prng, type Zxid } from '../../src/kernel/index.ts'
import { majority } from '../../src/quorum/index.ts'
import { CommittedLog, decideSync } from '../../src/zab/index.ts'
import type { Question } from '../support/question.ts'

const EPOCH = 1n
const NEXT = 2n
const SERVERS = [1, 2, 3] as const
const BUYERS = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hal']

/** The disks when the leader has failed: of the epoch's transactions each server has the first few. */
interface Disks {
  readonly lengths: ReadonlyMap<number, number>
  /** The leader that has failed. */
  readonly down: number
  /** Whether the next leader makes a transaction before the failed one returns. */
  readonly goesOn: boolean
}

/** One of three questions about the disks that the seed draws. */
export function ask(seed: bigint): Question {
  const random = new Prng(seed)
  const disks = drawn(random)
  return random.pick([whoLeads, whatSurvives, howItReturns])(disks, random)
}

function drawn(random: Prng): Disks {
  const everywhere = 1 + random.below(3)
  const down = random.pick(SERVERS)
  const lengths = new Map(SERVERS.map((sid) => [sid, everywhere + random.below(3)]))
  // A leader has all that it proposed.
  lengths.set(down, Math.max(...lengths.values()))
  return { lengths, down, goesOn: random.below(2) === 1 }
}

function whoLeads(disks: Disks): Question {
  const winner = winnerOf(disks)
  return {
    situation: situationOf(disks),
    question: 'Which server leads next?',
    choices: SERVERS.map((sid) => `s${sid}`),
    answer: `s${winner}`,
    because:
      `s${disks.down} does not vote. Of the other two the one with the longer log wins, and of equal logs the larger number: ` +
      `s${winner} ends with ${formatId(lastOf(disks, winner))}.`,
  }
}

function whatSurvives(disks: Disks, random: Prng): Question {
  const longest = Math.max(...disks.lengths.values())
  const asked = Math.max(1, longest - random.below(2))
  const winner = winnerOf(disks)
  const survives = lengthOf(disks, winner) >= asked
  return {
    situation: situationOf(disks),
    question: `When the other two serve again, does seat-${asked} belong to ${BUYERS[asked - 1]}?`,
    choices: ['yes', 'no'],
    answer: survives ? 'yes' : 'no',
    because: survives
      ? `s${winner} leads next, and what the leader has in its log is the history of the new epoch, confirmed or not.`
      : `s${winner} leads next and lacks ${formatId(makeZxid(EPOCH, BigInt(asked)))}. It cannot have been confirmed: only s${disks.down} had it.`,
  }
}

function howItReturns(disks: Disks): Question {
  const winner = winnerOf(disks)
  const { down, goesOn } = disks
  const last = lastOf(disks, down)
  const decision = decideSync(factsOf(disks, winner))
  assert(decision.kind !== 'LOG', 'the log in memory reaches back far enough')
  const { kind, zxid } = decision
  const then = goesOn
    ? `It sells one more seat, ${formatId(makeZxid(NEXT, 1n))}, and then s${down} returns.`
    : `Before it sells anything, s${down} returns.`
  const reasons = {
    DIFF: `The leader has ${formatId(last)} in its log of recent transactions and sends what comes after it.`,
    TRUNC: `${formatId(last)} is beyond the leader's last transaction ${formatId(zxid)}: s${down} must cut its log there.`,
    SNAP: `The leader's log of recent transactions reaches beyond ${formatId(last)} and does not contain it. It cannot tell where the two histories part, and sends everything.`,
  }
  return {
    situation: `${situationOf(disks)}\n\ns${winner} leads next, in epoch ${NEXT}. ${then}`,
    question: `What does s${winner} send to s${down} first?`,
    choices: ['DIFF', 'TRUNC', 'SNAP'],
    answer: kind,
    because: reasons[kind],
  }
}

function situationOf(disks: Disks): string {
  const longest = Math.max(...disks.lengths.values())
  const seats = Array.from({ length: longest }, (_, i) => i)
  const row = (head: string, cells: readonly string[]) => `  ${head.padEnd(5)}${cells.map((cell) => cell.padEnd(13)).join('')}`.trimEnd()
  const table = [
    row(
      '',
      seats.map((i) => formatId(makeZxid(EPOCH, BigInt(i + 1)))),
    ),
    row(
      '',
      seats.map((i) => `seat-${i + 1} ${BUYERS[i]}`),
    ),
    ...SERVERS.map((sid) =>
      row(
        `s${sid}${sid === disks.down ? ' †' : ''}`,
        seats.map((i) => (i < lengthOf(disks, sid) ? '■' : '·')),
      ),
    ),
  ]
  return `Three servers, epoch ${EPOCH}. The leader, s${disks.down}, has failed (†). What is on the disks:\n\n${table.join('\n')}`
}

/** The better of the two that are left, by the election's own rule. */
function winnerOf(disks: Disks): number {
  const verifier = majority(SERVERS.map(BigInt))
  const candidates = SERVERS.filter((sid) => sid !== disks.down).map(
    (sid): Proposal => ({ leader: BigInt(sid), zxid: lastOf(disks, sid), peerEpoch: EPOCH }),
  )
  return Number(candidates.reduce((best, other) => (supersedes(other, best, verifier) ? other : best)).leader)
}

function factsOf(disks: Disks, winner: number) {
  const committedLog = new CommittedLog()
  const zxids = Array.from({ length: lengthOf(disks, winner) }, (_, i) => makeZxid(EPOCH, BigInt(i + 1)))
  if (disks.goesOn) zxids.push(makeZxid(NEXT, 1n))
  for (const zxid of zxids) committedLog.add({ zxid, bytes: new Uint8Array(0) })
  const lastProposed = makeZxid(NEXT, disks.goesOn ? 1n : 0n)
  return { peerLastZxid: lastOf(disks, disks.down), lastProcessed: lastProposed, lastProposed, committedLog, logFrom: null }
}

function lengthOf({ lengths }: Disks, sid: number): number {
  return lengths.get(sid) ?? 0
}

function lastOf(disks: Disks, sid: number): Zxid {
  return makeZxid(EPOCH, BigInt(lengthOf(disks, sid)))
}
