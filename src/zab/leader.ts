/**
 * The leader as a machine: discovery, synchronization and broadcast seen from the server that was elected. This file is
 * the entry: it dispatches events and keeps time; each phase is a file of its own.
 * Source: `Leader.lead`.
 */
import { type Millis, type Now, note, unreachable } from '../kernel/index.ts'
import { onApplied, onFlushed, onPropose, onSync } from './broadcast.ts'
import { onLeaderEpochWritten, reportAcceptedEpoch, restartInitLimit } from './discovery.ts'
import type { LeaderEffect, LeaderEvent, LearnerConnection } from './events.ts'
import { abdicate, closeLearner, forgetLearner, type LeaderState } from './leader-state.ts'
import { createLearnerHandler, isStreaming, type LearnerHandler } from './learner-handler.ts'
import { onLearnerPacket } from './learner-packets.ts'
import { onLogEnd, onLogRead, onLogUnusable } from './log-sync.ts'
import { quorumPacket, revalidateReply } from './packets.ts'

/** Takes one event. After `abdicate` everything is ignored. Effects are to be carried out in their order. */
export function stepLeader(state: LeaderState, event: LeaderEvent, now: Now): readonly LeaderEffect[] {
  const out: LeaderEffect[] = []
  if (state.over) return out
  state.elapsed = now.elapsed
  switch (event.kind) {
    case 'packet': {
      const learner = state.learners.get(event.connection)
      if (learner !== undefined) onLearnerPacket(state, out, learner, event.packet)
      break
    }
    case 'propose':
      onPropose(state, out, event.txn)
      break
    case 'flushed':
      onFlushed(state, out, event.upTo)
      break
    case 'applied':
      onApplied(state, event.zxid)
      break
    case 'sync':
      onSync(state, out, event.connection)
      break
    case 'revalidated': {
      const { connection, sessionId, valid } = event
      if (state.learners.has(connection)) out.push({ kind: 'send', connection, packet: revalidateReply(sessionId, valid) })
      break
    }
    case 'logRead':
      onLogRead(state, out, event.connection, event.txns)
      break
    case 'logEnd':
      onLogEnd(state, out, event.connection)
      break
    case 'logUnusable':
      onLogUnusable(state, out, event.connection, event.reason)
      break
    case 'learnerConnected':
      onLearnerConnected(state, event.connection)
      break
    case 'learnerClosed':
      forgetLearner(state, event.connection)
      break
    case 'epochWritten':
      onLeaderEpochWritten(state, out, event.file, event.epoch)
      break
    case 'lead':
      onLead(state, out, event)
      break
    case 'timeout':
      if (event.timer === 'halfTick') onHalfTick(state, out)
      else onInitLimit(state, out)
      break
    default:
      unreachable(event)
  }
  return out
}

function onLead(state: LeaderState, out: LeaderEffect[], event: LeaderEvent & { kind: 'lead' }): void {
  const { myid, tickTime } = state.settings
  state.zabState = 'DISCOVERY'
  state.currentEpoch = event.currentEpoch
  state.lastZxid = event.lastZxid
  state.lastProcessed = event.lastZxid
  state.logFrom = event.logFrom
  out.push(note('discovery', `Server ${myid} was elected and looks for a quorum that follows it into a new epoch.`, 'Leader.lead'))
  out.push({ kind: 'setTimer', timer: 'halfTick', delay: tickTime / 2 })
  restartInitLimit(state, out)
  reportAcceptedEpoch(state, out, event.acceptedEpoch, myid)
}

function onLearnerConnected(state: LeaderState, connection: LearnerConnection): void {
  const { initLimit, syncLimit } = state.settings
  state.learners.set(connection, createLearnerHandler(connection, state.elapsed, state.tick + initLimit + syncLimit))
}

function onInitLimit(state: LeaderState, out: LeaderEffect[]): void {
  if (state.zabState === 'BROADCAST') return
  const missing = !state.epochDecided ? 'epochs' : !state.historiesChecked ? 'promises of the new epoch' : 'acknowledgements of NEWLEADER'
  abdicate(state, out, `no quorum of ${missing} within initLimit`)
}

/** Every half tick: learners that fell silent, pings; every tick: is there still a quorum? Source: the loop in `Leader.lead`. */
function onHalfTick(state: LeaderState, out: LeaderEffect[]): void {
  out.push({ kind: 'setTimer', timer: 'halfTick', delay: state.settings.tickTime / 2 })
  for (const learner of [...state.learners.values()]) {
    const reason = lateness(state, learner)
    if (reason !== null) closeLearner(state, out, learner, reason)
  }
  if (state.zabState === 'BROADCAST') {
    state.isHalfTick = !state.isHalfTick
    if (state.isHalfTick && !stillHasQuorum(state)) return abdicate(state, out, 'not enough followers are synced to be a quorum')
  }
  const connections = [...state.learners.values()].filter(isStreaming).map(({ connection }) => connection)
  if (connections.length > 0) out.push({ kind: 'broadcast', connections, packet: quorumPacket('PING', state.lastProposed) })
}

/** Counts a tick, then the voters that have been heard within syncLimit ticks. Source: `Leader.lead`, `LearnerHandler.synced`. */
function stillHasQuorum(state: LeaderState): boolean {
  state.tick++
  const { configuration, myid } = state.settings
  const synced = new Set([myid])
  for (const { sid, learnerType, tickOfNextAckDeadline } of state.learners.values()) {
    if (sid !== null && learnerType === 'participant' && state.tick <= tickOfNextAckDeadline) synced.add(sid)
  }
  return configuration.verifier.containsQuorum(synced)
}

/** Why a learner has to go: it owes an answer, or the ack of a proposal, for too long. Null when it does not. */
function lateness({ settings, elapsed }: LeaderState, learner: LearnerHandler): string | null {
  const { tickTime, initLimit, syncLimit } = settings
  const limit: Millis = (learner.phase === 'SERVING' ? syncLimit : initLimit) * tickTime
  const owesAnswer =
    learner.phase === 'CONNECTED' || learner.phase === 'PROMISING' || learner.phase === 'SYNCHRONIZING' || learner.phase === 'SERVING'
  if (owesAnswer && elapsed - learner.lastHeard > limit) return `silent for ${elapsed - learner.lastHeard} ms while ${learner.phase}`
  const waited = learner.syncLimitCheck.waited(elapsed)
  return waited > syncLimit * tickTime ? `a proposal is unacked for ${waited} ms` : null
}
