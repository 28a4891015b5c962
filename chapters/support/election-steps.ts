/** What the two machines of an election do, as a stage records it. */
import type { CnxEffect, CnxEvent, ElectionConnection, ElectionEffect, ElectionEvent } from '../../src/election/index.ts'
import { formatId, type Sid } from '../../src/kernel/index.ts'
import type { Notification } from '../../src/wire/index.ts'
import type { StageMessage } from './stage.ts'

/** One step of one machine: what it says to another server is there as a message. */
export interface ElectionStep {
  readonly host: string
  readonly machine: 'election' | 'connections'
  readonly event: ElectionEvent | CnxEvent | { readonly kind: 'start' }
  readonly effects: readonly (ElectionEffect | CnxEffect | StageMessage)[]
}

/** An effect as it is told: as a message, if it says something to another server. `otherEnd` knows who is at the end of a connection. */
export function asMessage(effect: CnxEffect, otherEnd: (connection: ElectionConnection) => Sid | undefined): CnxEffect | StageMessage {
  switch (effect.kind) {
    case 'connect':
      return message(effect.sid, 'CALL', `calls server ${effect.sid}`)
    case 'introduce':
      return message(otherEnd(effect.connection), 'INITIAL', `I am server ${effect.message.sid}`)
    case 'send':
      return message(otherEnd(effect.connection), 'VOTE', textOf(effect.notification))
    case 'close':
      return message(otherEnd(effect.connection), 'CLOSE', 'hangs up')
    default:
      return effect
  }
}

function message(to: Sid | undefined, name: string, text: string): StageMessage {
  return { kind: 'message', to: `s${to}`, name, text }
}

function textOf({ state, leader, zxid, peerEpoch, electionEpoch }: Notification): string {
  return `${state}: ${leader} (epoch ${peerEpoch}, ${formatId(zxid)}), round ${electionEpoch}`
}
