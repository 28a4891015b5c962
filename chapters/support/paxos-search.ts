/** Every order in which things may happen, for small cases: the shortest way to two chosen values, or the knowledge that there is none. */
import { formatBallot, type PaxosMessage, type Proposal, type Slot, THE_DECREE } from '../../src/paxos/index.ts'
import type { Letter, PaxosServer, PaxosWorld } from './paxos-world.ts'

export interface Search {
  /** Different states that were seen; servers that have changed places do not make a different one. */
  readonly states: number
  /** What leads to two values, in order; null: no order does. */
  readonly fault: readonly Event[] | null
}

/** A letter arrives, and the answer does or does not. */
export interface Event {
  readonly letter: Letter
  readonly isAnswerLost: boolean
}

interface Node {
  readonly world: PaxosWorld
  readonly last: Event | null
  readonly parent: Node | null
}

/**
 * Visits all states that can be reached by delivering what proposers have sent, in every order; any letter may wait for ever.
 * A promise arrives at once or never: one that arrives later is the same as an accept that does. Two values that have a
 * quorum each are the fault.
 */
export function searchAllOrders(start: PaxosWorld): Search {
  const seen = new Set<string>()
  let level: Node[] = [{ world: start, last: null, parent: null }]
  while (level.length > 0) {
    const next: Node[] = []
    for (const node of level) {
      for (const child of childrenOf(node)) {
        const key = keyOf(child)
        if (seen.has(key)) continue
        seen.add(key)
        if (child.world.chosen(THE_DECREE).size > 1) return { states: seen.size, fault: wayTo(child) }
        next.push(child)
      }
    }
    level = next
  }
  return { states: seen.size, fault: null }
}

function childrenOf(node: Node): Node[] {
  return node.world.letters.flatMap(({ message }, i) =>
    (message.kind === 'prepare' ? [false, true] : [false]).map((isAnswerLost) => childOf(node, i, isAnswerLost)),
  )
}

function childOf(parent: Node, index: number, isAnswerLost: boolean): Node {
  const world = parent.world.clone()
  const letter = world.letters[index] as Letter
  world.deliver(letter)
  if (!isAnswerLost) world.exchange(({ message }) => message.kind === 'promise')
  world.lose(({ message }) => message.kind !== 'prepare' && message.kind !== 'accept')
  return { world, last: { letter, isAnswerLost }, parent }
}

function wayTo(node: Node): Event[] {
  return node.last === null || node.parent === null ? [] : [...wayTo(node.parent), node.last]
}

/** Two nodes with the same key have the same future. Everything is told by acceptor, and which acceptor is which does not matter. */
function keyOf({ world }: Node): string {
  const acceptors = world.servers.map((server) => acceptorKey(server, world)).sort(byText)
  return [...acceptors, ...world.servers.map(({ proposer }) => proposer.stage)].join('|')
}

function acceptorKey({ name, sid, acceptor }: PaxosServer, { servers, letters, accepted: everything }: PaxosWorld): string {
  const accepted = [...acceptor.accepted.values()].map(proposalOf)
  const reported = servers.filter(({ proposer }) => proposer.stage === 'PREPARING').map(({ proposer }) => reportOf(proposer.promises.get(sid)))
  const waiting = letters.filter(({ to }) => to === name).map(({ message }) => wordsOf(message))
  const told = everything.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length))
  return JSON.stringify([acceptor.promised && formatBallot(acceptor.promised), accepted, reported, waiting.sort(byText), told.sort(byText)])
}

function reportOf(accepted: ReadonlyMap<Slot, Proposal> | undefined): string {
  return accepted === undefined ? 'none' : [...accepted.values()].map(proposalOf).join()
}

function wordsOf(message: PaxosMessage): string {
  return `${message.kind} ${'value' in message ? proposalOf(message) : formatBallot(message.ballot)}`
}

function proposalOf({ ballot, value }: Proposal): string {
  return `${formatBallot(ballot)} ${value}`
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
