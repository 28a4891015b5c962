/** Finds out from the steps of a run who said what to whom: the trace holds bytes on connections, a story needs words. */
import { JuteReader } from '../../jute/index.ts'
import { epochOf, formatId, fromHex, type TraceRecord } from '../../kernel/index.ts'
import { decodeNotification, decodeTransaction, keeperErrorName, QuorumPacket, quorumPacketLength } from '../../wire/index.ts'
import { ClientTalk, type Said } from './client-talk.ts'
import { hostAt } from './ensemble.ts'

/** One thing said. */
export interface Message {
  readonly from: string
  readonly to: string
  /** The port of an ensemble's server that it goes to or comes from; none among hosts that have no such ports. */
  readonly port?: 'client' | 'quorum' | 'election'
  /** The packet's name, such as `PROPOSAL`. */
  readonly name: string
  /** What it says, in a few words. */
  readonly text: string
}

/** Finds what was said in the steps of a run. It is given every step, in order. */
export interface Listener {
  /** What was said in this step of the trace. */
  hear(step: TraceRecord): readonly Message[]
}

interface Line {
  readonly to: string
  readonly port: Port
  readonly opener: boolean
  /** Nothing has been said in this direction yet. */
  fresh: boolean
  /** What was said in both directions. */
  readonly talk: ClientTalk
}

type Port = NonNullable<Message['port']>
type Effect = { readonly kind: string; readonly [key: string]: unknown }

const PORTS: ReadonlyMap<number, Port> = new Map([
  [2181, 'client'],
  [2888, 'quorum'],
  [3888, 'election'],
])

/** Follows the connections of an ensemble's run. */
export class Conversation implements Listener {
  private readonly lines = new Map<string, Line>()
  /** By opener and server: the latest connection between them. */
  private readonly talks = new Map<string, ClientTalk>()
  private readonly hosts: ReadonlySet<string> | null

  /** @param hosts only what these say to one another is to be understood; all hosts, unless given */
  constructor(hosts: readonly string[] | null = null) {
    this.hosts = hosts && new Set(hosts)
  }

  /** What was said in this step. */
  hear(step: TraceRecord): Message[] {
    const event = step.event as Effect
    if (event.kind === 'start') this.forget(step.host)
    if (event.kind === 'accepted') {
      const to = hostAt(event['remoteAddress'] as string)
      const talk = this.talks.get(`${to} ${step.host}`) ?? new ClientTalk()
      this.lines.set(`${step.host} ${event['connection']}`, { to, port: event['port'] as Port, opener: false, fresh: true, talk })
    }
    const messages: Message[] = []
    for (const effect of step.effects as readonly Effect[]) {
      if (effect.kind === 'connect') {
        const port = PORTS.get(effect['port'] as number) ?? 'client'
        const to = hostAt(effect['host'] as string)
        const talk = new ClientTalk()
        this.talks.set(`${step.host} ${to}`, talk)
        this.lines.set(`${step.host} ${effect['connection']}`, { to, port, opener: true, fresh: true, talk })
      }
      if (effect.kind === 'send') this.onSend(step.host, effect, messages)
    }
    return messages
  }

  private onSend(from: string, effect: Effect, messages: Message[]): void {
    const line = this.lines.get(`${from} ${effect['connection']}`)
    if (line === undefined || this.hosts?.has(from) === false || this.hosts?.has(line.to) === false) return
    const bytes = typeof effect['bytes'] === 'string' ? fromHex(effect['bytes']) : (effect['bytes'] as Uint8Array)
    const { to, port } = line
    for (const [name, text] of said(line, bytes)) messages.push({ from, to, port, name, text })
    line.fresh = false
  }

  private forget(host: string): void {
    for (const key of [...this.lines.keys()]) if (key.startsWith(`${host} `)) this.lines.delete(key)
  }
}

/** What these bytes say. What cannot be understood, such as the middle of a snapshot, says nothing. */
function said(line: Line, bytes: Uint8Array): Said[] {
  try {
    if (line.port === 'quorum') return packets(bytes)
    if (line.port === 'election') return notifications(line, bytes)
    return line.opener ? line.talk.requests(frames(bytes)) : line.talk.replies(frames(bytes))
  } catch {
    return []
  }
}

function packets(bytes: Uint8Array): Said[] {
  const found: Said[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = quorumPacketLength(bytes, at, bytes.length)
    if (length < 0) break
    const packet = QuorumPacket.read(new JuteReader(bytes, at))
    if (packet.kind === 'UNKNOWN') break
    found.push([packet.kind, tellPacket(packet)])
    if (packet.kind === 'SNAP') break
    at += length
  }
  return found
}

function tellPacket({ kind, zxid, data }: QuorumPacket): string {
  switch (kind) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return `${kind} acceptedEpoch ${epochOf(zxid)}`
    case 'LEADERINFO':
    case 'NEWLEADER':
      return `${kind} epoch ${epochOf(zxid)}`
    case 'ACKEPOCH':
      return `${kind} last zxid ${formatId(zxid)}`
    case 'PING':
    case 'REQUEST':
    case 'REVALIDATE':
    case 'SYNC':
    case 'UPTODATE':
      return kind
    case 'PROPOSAL':
    case 'INFORM':
      return `${kind} ${formatId(zxid)}${data === null ? '' : ` ${tellTransaction(data)}`}`
    default:
      return `${kind} ${formatId(zxid)}`
  }
}

function tellTransaction(bytes: Uint8Array): string {
  const { txn } = decodeTransaction(bytes)
  if (txn.kind === 'error') return `error ${keeperErrorName(txn.err) ?? txn.err}`
  if (txn.kind === 'setData') return `setData ${txn.path}, version ${txn.version}`
  if (txn.kind === 'closeSession' && txn.paths2Delete?.length) return `closeSession, deletes ${txn.paths2Delete.join(' ')}`
  return 'path' in txn ? `${txn.kind} ${txn.path}` : txn.kind
}

function notifications(line: Line, bytes: Uint8Array): Said[] {
  if (line.fresh && line.opener) return [['INITIAL', 'introduces itself']]
  return frames(bytes).flatMap((frame): Said[] => {
    const notification = decodeNotification(frame)
    if (notification === null) return []
    const { state, leader, zxid, electionEpoch } = notification
    if (leader < 0n) return [['VOTE', `${state}: looks on, round ${electionEpoch}`]]
    return [['VOTE', `${state}: leader ${leader}, zxid ${formatId(zxid)}, round ${electionEpoch}`]]
  })
}

function frames(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  const reader = new JuteReader(bytes)
  while (reader.remaining >= 4) found.push(reader.buffer() ?? new Uint8Array(0))
  return found
}
