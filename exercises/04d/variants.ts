import type { RightSolution, WrongSolution } from '../support/exercise.ts'

const ACK = "out.push({ kind: 'send', packet: quorumPacket('ACK', zxid) })"
const APPEND = "state.unacked.push(txn.zxid)\n  out.push({ kind: 'append', txn })"
const NEXT = 'if (txn === undefined || txn.zxid !== zxid) {'

export const wrong: readonly WrongSolution[] = [
  {
    name: 'acks-at-once',
    tempts: 'It has the proposal, so it says so. What it has is in memory.',
    caughtBy: 'a proposal goes to the log, and nothing is said yet',
    edits: [[APPEND, "out.push({ kind: 'append', txn }, { kind: 'send', packet: quorumPacket('ACK', txn.zxid) })"]],
  },
  {
    name: 'one-ack-for-all',
    tempts: 'The last one stands for all before it. The leader commits each by its own, and a Java leader counts only what is named.',
    caughtBy: 'what is durable is acknowledged, each by itself and in order',
    bodies: {
      ackFlushed: `
        let last: Zxid | null = null
        for (let zxid = state.unacked.peek(); zxid !== undefined && zxid <= upTo; zxid = state.unacked.peek()) {
          state.unacked.shift()
          last = zxid
        }
        if (last !== null) out.push({ kind: 'send', packet: quorumPacket('ACK', last) })`,
    },
    visibleWithin: 2,
  },
  {
    name: 'all-that-waits-is-durable',
    tempts: 'A flush seems to be for everything that was written; but something may have been given to the log since it began.',
    caughtBy: 'what is durable is acknowledged, each by itself and in order',
    edits: [['zxid !== undefined && zxid <= upTo', 'zxid !== undefined']],
  },
  {
    name: 'acks-again',
    tempts: 'The disk reports up to where it is; acknowledging all up to there is right, and is done at every report.',
    caughtBy: 'each is acknowledged once',
    bodies: {
      ackFlushed: `
        for (let index = 0; ; index++) {
          const zxid = state.unacked.at(index)
          if (zxid === undefined || zxid > upTo) return
          out.push({ kind: 'send', packet: quorumPacket('ACK', zxid) })
        }`,
    },
  },
  {
    name: 'commit-waits-for-the-disk',
    tempts: 'A server that shows what its own disk lacks looks careless. With all servers doing that, a client waits for the slowest.',
    caughtBy: 'a commit does not wait for the own disk',
    edits: [[NEXT, `if (txn !== undefined && (state.unacked.peek() ?? txn.zxid + 1n) <= txn.zxid) return\n  ${NEXT}`]],
    visibleWithin: 3,
  },
  {
    name: 'committed-needs-no-ack',
    tempts: 'It is committed: nobody waits for this acknowledgement any more. The leader watches who falls behind.',
    caughtBy: 'what is committed is acknowledged all the same',
    edits: [['state.pendingTxns.shift()', 'state.pendingTxns.shift()\n  if (state.unacked.peek() === zxid) state.unacked.shift()']],
  },
  {
    name: 'commits-what-is-named',
    tempts: 'The COMMIT names its transaction, so that one is looked for. If an earlier COMMIT was lost, the history has a hole.',
    caughtBy: 'a commit of anything but the oldest gives up',
    bodies: {
      onCommit: `
        const all = state.pendingTxns.toArray()
        const txn = all.find((one) => one.zxid === zxid)
        if (txn === undefined) return abandon(state, out, 'COMMIT of what is not known')
        state.pendingTxns.clear()
        for (const one of all) if (one !== txn) state.pendingTxns.push(one)
        out.push({ kind: 'commit', txn })`,
    },
  },
  {
    name: 'commits-up-to',
    tempts: 'A COMMIT of the third is taken for the first and second too, as with acknowledgements of TCP. Then a lost packet is never noticed.',
    caughtBy: 'a commit of anything but the oldest gives up',
    bodies: {
      onCommit: `
        if (zxid > state.received) return abandon(state, out, 'COMMIT of what is not known')
        for (let txn = state.pendingTxns.peek(); txn !== undefined && txn.zxid <= zxid; txn = state.pendingTxns.peek()) {
          state.pendingTxns.shift()
          out.push({ kind: 'commit', txn })
        }`,
    },
  },
  {
    name: 'larger-is-enough',
    tempts: 'Zxids rise, so a larger one than the last seems to be the next one. One may be missing.',
    caughtBy: 'what does not follow is not taken',
    edits: [['!follows(state.received, txn.zxid)', 'txn.zxid <= state.received']],
  },
  {
    name: 'plus-one',
    tempts: 'The next zxid is one more, unless an epoch has begun.',
    caughtBy: 'what does not follow is not taken',
    edits: [['!follows(state.received, txn.zxid)', 'txn.zxid !== state.received + 1n']],
  },
]

export const right: readonly RightSolution[] = [
  {
    name: 'one-question-at-a-time',
    how: 'Each reason to give up has its own line, and the loop over the queue is a while.',
    bodies: {
      nextTransaction: `
        const txn = transactionOf(packet)
        if (txn === null) {
          abandon(state, out, packet.kind + ' is empty')
          return null
        }
        const isNext = follows(state.received, txn.zxid)
        if (isNext) state.received = txn.zxid
        else abandon(state, out, packet.kind + ' leaves something out')
        return isNext ? txn : null`,
      onCommit: `
        const oldest = state.pendingTxns.peek()
        if (oldest === undefined) return abandon(state, out, 'COMMIT, and nothing is pending')
        if (oldest.zxid < zxid) return abandon(state, out, 'a COMMIT was lost')
        if (oldest.zxid > zxid) return abandon(state, out, 'a COMMIT comes twice')
        out.push({ kind: 'commit', txn: oldest })
        state.pendingTxns.shift()`,
      ackFlushed: `
        while ((state.unacked.peek() ?? upTo + 1n) <= upTo) out.push({ kind: 'send', packet: quorumPacket('ACK', state.unacked.shift() as Zxid) })`,
    },
  },
  {
    name: 'append-first',
    how: 'The log is told first and the queues are filled after it; what is durable is taken out as a list.',
    bodies: {
      logProposal: `
        out.push({ kind: 'append', txn })
        state.unacked.push(txn.zxid)
        state.pendingTxns.push(txn)`,
      ackFlushed: `
        const durable = state.unacked.toArray().filter((zxid) => zxid <= upTo)
        for (const zxid of durable) {
          state.unacked.shift()
          ${ACK}
        }`,
    },
  },
]
