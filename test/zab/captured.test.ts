/** Exchanges captured between Java servers, spoken by our machines, byte for byte. */
import { expect, test } from 'vitest'
import { encode } from '../../src/jute/index.ts'
import { fromHex, hexOf, utf8 } from '../../src/kernel/index.ts'
import { PacketType, QuorumPacket } from '../../src/wire/index.ts'
import { CommittedLog, createLeader, createLearner, type LeaderEvent, type LearnerEvent, stepLeader, stepLearner } from '../../src/zab/index.ts'
import { ensembleOf, TICK } from './machines.ts'

const TEXT = 'server.1=s1:2888:3888:participant\nversion=0'

/** Leader 2 and follower 1, whose disks answer at once. Every packet is recorded as its bytes on the wire. */
class Exchange {
  readonly lines: string[] = []
  private readonly committedLog = new CommittedLog()
  private readonly leader = createLeader({
    ...{ myid: 2n, configuration: ensembleOf(3), configurationText: TEXT, tickTime: TICK, initLimit: 10, syncLimit: 5 },
    committedLog: this.committedLog,
  })
  private readonly learner = createLearner({ myid: 1n, learnerType: 'participant', configVersion: 0n, tickTime: TICK, initLimit: 10, syncLimit: 5 })
  private readonly now = { elapsed: 0, wall: 0 }

  atLeader(event: LeaderEvent): void {
    for (const effect of stepLeader(this.leader, event, this.now)) {
      if (effect.kind === 'send' || effect.kind === 'broadcast') this.toLearner(effect.packet)
      else if (effect.kind === 'writeEpoch') this.atLeader({ ...effect, kind: 'epochWritten' })
    }
  }

  atLearner(event: LearnerEvent): void {
    for (const effect of stepLearner(this.learner, event, this.now)) {
      if (effect.kind === 'send') this.toLeader(effect.packet)
      else if (effect.kind === 'sendTouches') this.toLeader({ kind: 'PING', zxid: effect.zxid, data: new Uint8Array(), authinfo: null })
      else if (effect.kind === 'writeEpoch') this.atLearner({ ...effect, kind: 'epochWritten' })
      else if (effect.kind === 'append') this.atLearner({ kind: 'flushed', upTo: effect.txn.zxid })
    }
  }

  private toLeader(packet: QuorumPacket): void {
    this.lines.push(`1→L ${hexOf(encode(QuorumPacket, packet))}`)
    this.atLeader({ kind: 'packet', connection: 1, packet })
  }

  private toLearner(packet: QuorumPacket): void {
    this.lines.push(`L→1 ${hexOf(encode(QuorumPacket, packet))}`)
    this.atLearner({ kind: 'packet', packet })
  }

  start(): this {
    this.atLeader({ kind: 'lead', acceptedEpoch: 0n, currentEpoch: 0n, lastZxid: 0n, logFrom: null })
    this.atLearner({ kind: 'follow', leader: 2n, role: 'FOLLOWING', acceptedEpoch: 0n, currentEpoch: 0n, lastZxid: 0n })
    this.atLeader({ kind: 'learnerConnected', connection: 1 })
    this.atLearner({ kind: 'connected' })
    return this
  }
}

/** A line of a capture, `1→L ACK 100000000 [hex]`, as bytes: type, zxid, data (null without brackets), null authinfo. */
function bytesOf(line: string): string {
  const [, way, kind, zxid, data] = /^(\S+) (\S+) +(\S+)(?: +\[(.*)\])?$/.exec(line) as unknown as [
    string,
    string,
    keyof typeof PacketType,
    string,
    string?,
  ]
  const number = (value: bigint, bits: number) =>
    BigInt.asUintN(bits, value)
      .toString(16)
      .padStart(bits / 4, '0')
  const bare = data?.replace(/\s/g, '')
  const buffer = bare === undefined ? 'ffffffff' : number(BigInt(bare.length / 2), 32) + bare
  return `${way} ${number(BigInt(PacketType[kind]), 32)}${number(zxid === '-1' ? -1n : BigInt(`0x${zxid}`), 64)}${buffer}ffffffff`
}

test('first start', () => {
  const exchange = new Exchange().start()
  exchange.atLeader({ kind: 'timeout', timer: 'halfTick' })
  expect(exchange.lines).toEqual(
    [
      '1→L FOLLOWERINFO 0            [0000000000000001 00010000 0000000000000000]',
      'L→1 LEADERINFO   100000000    [00010000]',
      '1→L ACKEPOCH     0            [00000000]',
      'L→1 DIFF         0',
      `L→1 NEWLEADER    100000000    [${hexOf(utf8(TEXT))}]`,
      '1→L ACK          100000000',
      'L→1 UPTODATE     -1',
      '1→L ACK          100000000',
      'L→1 PING         100000000',
      '1→L PING         100000000    []',
    ].map(bytesOf),
  )
})

test('a session through follower 1: a write, a sync, a renewed session', () => {
  const exchange = new Exchange().start()
  exchange.lines.length = 0
  const session = 0x01000009998c0000n
  const record = '01000009998c0000 00000000 0000000100000001 000001a1f84e78fd fffffff6 00001f40 00000002 0000000051c6d660'
  exchange.atLearner({ kind: 'request', request: { sessionId: session, cxid: 0, type: -10, payload: fromHex('00001f40') }, authInfo: null })
  exchange.atLeader({ kind: 'propose', txn: { zxid: 0x100000001n, bytes: fromHex(record) } })
  exchange.atLeader({ kind: 'flushed', upTo: 0x100000001n })
  exchange.atLeader({ kind: 'sync', connection: 1 })
  exchange.atLearner({ kind: 'revalidate', sessionId: session, timeout: 8000 })
  exchange.atLeader({ kind: 'revalidated', connection: 1, sessionId: session, valid: true })
  expect(exchange.lines).toEqual(
    [
      '1→L REQUEST    -1          [01000009998c0000 00000000 fffffff6 00001f40]',
      `L→1 PROPOSAL   100000001   [${record}]`,
      '1→L ACK        100000001',
      'L→1 COMMIT     100000001',
      'L→1 SYNC       0',
      '1→L REVALIDATE -1          [01000009998c0000 00001f40]',
      'L→1 REVALIDATE -1          [01000009998c0000 01]',
    ].map(bytesOf),
  )
})
