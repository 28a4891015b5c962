/** One line on each move of the small world, for the story of how a promise was broken. */
import { formatId, fromUtf8 } from '../../../kernel/index.ts'
import type { SmallWorldMove } from './draft.ts'
import type { Item, SmallServer } from './small-server.ts'

/** @param serverOf the state of a server before the move */
export function tellMove(move: SmallWorldMove, serverOf: (server: number) => SmallServer, itemOf: (item: number) => Item): string {
  switch (move.kind) {
    case 'cut':
      return `the connection between ${name(move.link.learner)} and ${name(move.link.leader)} breaks`
    case 'connect':
      return `${name(move.server)} connects to ${name(move.leader)}`
    case 'notice': {
      const { learner, leader } = move.link
      return move.to === 'learner'
        ? `${name(learner)} finds its leader ${name(leader)} gone`
        : `${name(leader)} finds its learner ${name(learner)} gone`
    }
    case 'deliver': {
      const { learner, leader, toLearner, toLeader } = move.link
      const [from, to, queue] = move.to === 'learner' ? [leader, learner, toLearner] : [learner, leader, toLeader]
      return `${name(from)} → ${name(to)}: ${tellItem(itemOf(queue[0] as number))}`
    }
    case 'step':
      return tellStep(serverOf(move.server), move)
  }
}

function tellStep(server: SmallServer, { server: index, input }: SmallWorldMove & { kind: 'step' }): string {
  const who = name(index)
  switch (input.kind) {
    case 'start':
      return `${who} starts`
    case 'crash': {
      const lost = server.unflushed.map(({ zxid }) => formatId(zxid))
      return `${who} loses its power${lost.length > 0 ? `, and ${lost.join(', ')} with it` : ''}`
    }
    case 'lead':
      return `${who} is elected`
    case 'follow':
      return `${who} follows s${input.leader}`
    case 'giveUp':
      return `${who} gives up leading`
    case 'unreachable':
      return `${who} does not reach its leader`
    case 'flush':
      return `the disk of ${who} has ${formatId(server.unflushed[0]?.zxid ?? 0n)}`
    case 'operate':
      return `the disk of ${who} has ${tellTask(server)}`
    case 'propose':
      return `${who} proposes ${formatId((server.leading?.lastProposed ?? 0n) + 1n)}`
    default:
      return `${who}: ${input.kind}`
  }
}

function tellTask({ tasks: [task] }: SmallServer): string {
  if (task === undefined) return 'nothing to do'
  if (task.kind === 'takeSnapshot') return `a snapshot as of ${formatId(task.position)}`
  if (task.kind === 'readLog') return `read its log up to ${formatId(task.upTo)}`
  return task.kind === 'truncate' ? `cut its log after ${formatId(task.zxid)}` : `${task.kind} ${task.epoch}`
}

function tellItem(item: Item): string {
  if (item.kind === 'database')
    return `its database, ${item.history.length === 0 ? 'empty' : item.history.map(({ bytes }) => fromUtf8(bytes)).join(', ')}`
  return `${item.kind} ${formatId(item.zxid)}`
}

function name(server: number): string {
  return `s${server + 1}`
}
