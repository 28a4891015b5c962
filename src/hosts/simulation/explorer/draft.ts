/** The state of the small world while a move is taken: what is changed is copied first. */
import type { PublicRecord } from './record.ts'
import type { Breach } from './search.ts'
import { type Input, TO_LEADER } from './small-server.ts'

/** How much may happen. What is possible within it happens in every order. */
export interface Bounds {
  /** Transactions that are proposed. */
  readonly writes: number
  /** Power cuts of a server; a server that is down may come back at any time. */
  readonly crashes: number
  /** Connections that break while both ends live. */
  readonly cuts: number
  /** How often somebody is elected, whoever it is. */
  readonly elections: number
}

/** A connection from a learner to its leader. What one end has sent may still arrive when that end is gone, up to any point. */
export interface Link {
  readonly learner: number
  readonly leader: number
  /** Which of the leader's connections to this learner it is. */
  readonly rank: number
  /** Numbers of items on their way. */
  readonly toLearner: readonly number[]
  readonly toLeader: readonly number[]
  readonly learnerEnd: boolean
  readonly leaderEnd: boolean
  readonly broken: boolean
}

export interface SmallWorldState {
  /** Numbers of the servers' states. */
  readonly servers: readonly number[]
  readonly links: readonly Link[]
  readonly record: PublicRecord
  readonly left: Bounds
}

export type SmallWorldMove =
  | { readonly kind: 'step'; readonly server: number; readonly input: Input }
  | { readonly kind: 'connect'; readonly server: number; readonly leader: number }
  | { readonly kind: 'deliver' | 'notice'; readonly link: Link; readonly to: 'learner' | 'leader' }
  | { readonly kind: 'cut'; readonly link: Link }

const RANKS = 8

/** What the leader calls a connection. */
export function connectionOf({ learner, rank }: Link): number {
  return learner * RANKS + rank
}

/** The learner of a connection, and the rank. */
export function connectionParts(connection: number): readonly [number, number] {
  return [Math.floor(connection / RANKS), connection % RANKS]
}

export class Draft {
  readonly servers: number[]
  record: PublicRecord
  left: Bounds
  breach: Breach | null = null
  readonly marks: string[] = []
  private links: readonly Link[]

  constructor({ servers, links, record, left }: SmallWorldState) {
    this.servers = [...servers]
    this.links = links
    this.record = record
    this.left = left
  }

  /** The new state: connections that nobody holds any more are gone. */
  finish(): SmallWorldState {
    const links = this.links.filter(({ learnerEnd, leaderEnd }) => learnerEnd || leaderEnd)
    return { servers: this.servers, links, record: this.record, left: this.left }
  }

  /** What this input costs. */
  spend({ kind }: Input): void {
    const { left } = this
    if (kind === 'crash') this.left = { ...left, crashes: left.crashes - 1 }
    else if (kind === 'lead') this.left = { ...left, elections: left.elections - 1 }
    else if (kind === 'propose') this.left = { ...left, writes: left.writes - 1 }
  }

  connect(learner: number, leader: number): Link {
    const taken = this.links.filter((link) => link.learner === learner && link.leader === leader).map(({ rank }) => rank)
    let rank = 0
    while (taken.includes(rank)) rank++
    const link: Link = { learner, leader, rank, toLearner: [], toLeader: [], learnerEnd: true, leaderEnd: true, broken: false }
    this.links = [...this.links, link]
    return link
  }

  replace(old: Link, link: Link): void {
    this.links = this.links.map((other) => (other === old ? link : other))
  }

  /** Puts an item on its way, if there is anybody to get it. */
  send(server: number, connection: number, item: number): void {
    const link = this.linkOf(server, connection)
    if (link === undefined || link.broken) return
    if (connection === TO_LEADER && link.leaderEnd) this.replace(link, { ...link, toLeader: [...link.toLeader, item] })
    else if (connection !== TO_LEADER && link.learnerEnd) this.replace(link, { ...link, toLearner: [...link.toLearner, item] })
  }

  /** A server lets go of a connection. */
  close(server: number, connection: number): void {
    const link = this.linkOf(server, connection)
    if (link !== undefined) this.closeEnd(link, connection === TO_LEADER ? 'learner' : 'leader')
  }

  /** A server is gone, and with it its ends of connections. */
  closeAll(server: number): void {
    for (const link of this.links) {
      if (link.learner === server) this.closeEnd(link, 'learner')
      else if (link.leader === server) this.closeEnd(link, 'leader')
    }
  }

  closeEnd(link: Link, end: 'learner' | 'leader'): void {
    this.replace(link, end === 'learner' ? { ...link, learnerEnd: false, toLearner: [] } : { ...link, leaderEnd: false, toLeader: [] })
  }

  private linkOf(server: number, connection: number): Link | undefined {
    if (connection === TO_LEADER) return this.links.find(({ learner, learnerEnd }) => learner === server && learnerEnd)
    return this.links.find((link) => link.leader === server && link.leaderEnd && connectionOf(link) === connection)
  }
}
