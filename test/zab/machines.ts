/** Short words for tests that speak to one machine, packet by packet. */

import { encode } from '../../src/jute/index.ts'
import { formatId, utf8, type Zxid } from '../../src/kernel/index.ts'
import { type EnsembleConfiguration, parseConfiguration } from '../../src/quorum/index.ts'
import { AckEpoch, LearnerInfo, type PacketKind, type QuorumPacket, quorumPacket } from '../../src/wire/index.ts'
import {
  CommittedLog,
  createLeader,
  createLearner,
  type EncodedTxn,
  type LeaderEffect,
  type LeaderEvent,
  type LearnerEffect,
  type LearnerEvent,
  stepLeader,
  stepLearner,
} from '../../src/zab/index.ts'

export const TICK = 100

export function ensembleOf(voters: number, observers = 0): EnsembleConfiguration {
  const line = (id: number) => `server.${id}=s${id}:2888:3888:${id > voters ? 'observer' : 'participant'}`
  return parseConfiguration(Array.from({ length: voters + observers }, (_, i) => line(i + 1)).join('\n'))
}

export function txn(zxid: Zxid): EncodedTxn {
  return { zxid, bytes: utf8(`txn ${formatId(zxid)}`) }
}

export function packet(kind: PacketKind, zxid: Zxid, data: Uint8Array | null = null): QuorumPacket {
  return quorumPacket(kind, zxid, data)
}

export function learnerInfo(
  sid: bigint,
  acceptedEpoch: bigint,
  kind: 'FOLLOWERINFO' | 'OBSERVERINFO' = 'FOLLOWERINFO',
  configVersion = 0n,
): QuorumPacket {
  return packet(kind, acceptedEpoch << 32n, encode(LearnerInfo, { serverid: sid, protocolVersion: 0x10000, configVersion }))
}

export function ackEpoch(zxid: Zxid, currentEpoch: number): QuorumPacket {
  return packet('ACKEPOCH', zxid, encode(AckEpoch, { currentEpoch }))
}

/** `KIND 0x…` for packets, the kind and what matters for the rest; notes are left out. */
export function words(effects: readonly (LeaderEffect | LearnerEffect)[]): string[] {
  return effects.filter(({ kind }) => kind !== 'note').map(wordsOf)
}

function wordsOf(effect: LeaderEffect | LearnerEffect): string {
  const packetWords = ({ kind, zxid }: QuorumPacket) => `${kind} ${zxid === -1n ? '-1' : formatId(zxid)}`
  switch (effect.kind) {
    case 'send':
      return 'connection' in effect ? `${effect.connection}: ${packetWords(effect.packet)}` : packetWords(effect.packet)
    case 'broadcast':
      return `${effect.connections.join('+')}: ${packetWords(effect.packet)}`
    case 'writeEpoch':
      return `${effect.file} = ${effect.epoch}`
    case 'append':
    case 'commit':
    case 'apply':
      return `${effect.kind} ${formatId(effect.txn.zxid)}`
    case 'closeLearner':
      return `close ${effect.connection}: ${effect.reason}`
    case 'abdicate':
      return `abdicate [${effect.logged.map(({ zxid }) => formatId(zxid)).join(' ')}]: ${effect.reason}`
    case 'abandon':
      return `abandon [${effect.logged.map(({ zxid }) => formatId(zxid)).join(' ')}]${effect.reload ? ' and reload' : ''}: ${effect.reason}`
    case 'setTimer':
      return `${effect.timer} in ${effect.delay}`
    case 'cancelTimer':
      return `no ${effect.timer}`
    case 'truncate':
    case 'receiveSnapshot':
      return `${effect.kind} ${formatId(effect.zxid)}`
    default:
      return effect.kind
  }
}

/** A leader, server 1 of `voters`, whose log holds these transactions. */
export class LeaderBench {
  readonly committedLog = new CommittedLog()
  readonly state
  elapsed = 0

  constructor(voters = 3, log: readonly Zxid[] = [], epochs = { accepted: 0n, current: 0n }, observers = 0, logFrom: Zxid | null = null) {
    for (const zxid of log) this.committedLog.add(txn(zxid))
    const configuration = ensembleOf(voters, observers)
    this.state = createLeader({
      myid: 1n,
      configuration,
      configurationText: 'version=0',
      tickTime: TICK,
      initLimit: 10,
      syncLimit: 5,
      committedLog: this.committedLog,
    })
    this.lead = { kind: 'lead', acceptedEpoch: epochs.accepted, currentEpoch: epochs.current, lastZxid: log.at(-1) ?? 0n, logFrom }
  }
  readonly lead: LeaderEvent

  on(event: LeaderEvent): string[] {
    return words(stepLeader(this.state, event, { elapsed: this.elapsed, wall: 0 }))
  }

  from(connection: number, received: QuorumPacket): string[] {
    return this.on({ kind: 'packet', connection, packet: received })
  }

  connect(connection: number, sid: bigint, acceptedEpoch: bigint, kind: 'FOLLOWERINFO' | 'OBSERVERINFO' = 'FOLLOWERINFO'): string[] {
    this.on({ kind: 'learnerConnected', connection })
    return this.from(connection, learnerInfo(sid, acceptedEpoch, kind))
  }

  written(file: 'acceptedEpoch' | 'currentEpoch'): string[] {
    return this.on({ kind: 'epochWritten', file, epoch: this.state.epoch })
  }

  propose(zxid: Zxid): string[] {
    return this.on({ kind: 'propose', txn: txn(zxid) })
  }

  /** Does what the pipeline does with a committed transaction. */
  apply(zxid: Zxid): string[] {
    this.committedLog.add(txn(zxid))
    return this.on({ kind: 'applied', zxid })
  }

  /** Up to BROADCAST, with just enough followers, each on the connection of its number, which have the leader's history. */
  serve(): this {
    const { lastZxid, acceptedEpoch, currentEpoch } = this.lead as LeaderEvent & { kind: 'lead' }
    const voters = this.state.settings.configuration.verifier.votingMembers.size
    const followers = Array.from({ length: Math.floor(voters / 2) }, (_, i) => i + 2)
    this.on(this.lead)
    for (const id of followers) this.connect(id, BigInt(id), acceptedEpoch)
    this.written('acceptedEpoch')
    for (const id of followers) this.from(id, ackEpoch(lastZxid, Number(currentEpoch)))
    this.written('currentEpoch')
    for (const id of followers) this.from(id, packet('ACK', this.state.epoch << 32n))
    return this
  }

  /** Another learner, from its connection to the end of synchronization. */
  join(connection: number, sid: bigint, lastZxid: Zxid, kind: 'FOLLOWERINFO' | 'OBSERVERINFO' = 'FOLLOWERINFO'): string[] {
    this.connect(connection, sid, 0n, kind)
    return this.from(connection, ackEpoch(lastZxid, 0))
  }
}

/** Server 2, which follows server 1. */
export class LearnerBench {
  readonly state
  elapsed = 0

  constructor(learnerType: 'participant' | 'observer' = 'participant') {
    this.state = createLearner({ myid: 2n, learnerType, configVersion: 0n, tickTime: TICK, initLimit: 10, syncLimit: 5 })
  }

  on(event: LearnerEvent): string[] {
    return words(stepLearner(this.state, event, { elapsed: this.elapsed, wall: 0 }))
  }

  receive(kind: PacketKind, zxid: Zxid, data: Uint8Array | null = null): string[] {
    return this.on({ kind: 'packet', packet: packet(kind, zxid, data) })
  }

  /** A PROPOSAL, COMMIT pair. */
  receiveCommitted(zxid: Zxid): string[] {
    return [...this.receive('PROPOSAL', zxid, txn(zxid).bytes), ...this.receive('COMMIT', zxid)]
  }

  /** Up to ACKEPOCH in epoch 2. */
  register(lastZxid: Zxid, accepted = 1n): string[] {
    this.on({ kind: 'follow', leader: 1n, role: 'FOLLOWING', acceptedEpoch: accepted, currentEpoch: 1n, lastZxid })
    this.on({ kind: 'connected' })
    this.receive('LEADERINFO', 0x200000000n, Uint8Array.of(0, 1, 0, 0))
    return this.on({ kind: 'epochWritten', file: 'acceptedEpoch', epoch: 2n })
  }

  /** Up to UPTODATE in epoch 2, with an empty DIFF. */
  serve(lastZxid: Zxid): this {
    this.register(lastZxid)
    this.receive('DIFF', lastZxid)
    this.receive('NEWLEADER', 0x200000000n)
    this.on({ kind: 'epochWritten', file: 'currentEpoch', epoch: 2n })
    this.receive('UPTODATE', -1n)
    return this
  }
}
