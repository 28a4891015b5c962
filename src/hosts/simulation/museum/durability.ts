/** Exhibits that believe something to be on the disk before it is, or forget what is there. */
import { type Epoch, makeZxid, type Now, type Zxid } from '../../../kernel/index.ts'
import type { Peer } from '../../../peer/index.ts'
import type { DiskEffect, DiskResult } from '../../../storage/index.ts'
import { COMING_AND_GOING, type Exhibit, LEADERS_LOST, POWER_CUTS } from './exhibit.ts'
import { tell } from './role-bug.ts'
import { Afterwards, onRole, type Passing, replaceMethod, rewriteEffects, rewriteEvents } from './surgery.ts'

const LOST = ['durability', 'committed-order']

export const durabilityExhibits: readonly Exhibit[] = [
  {
    name: 'ack-before-fsync',
    story: 'The log is written but not synced before it is acknowledged.',
    ticket: null,
    faults: POWER_CUTS,
    checkers: LOST,
    settings: { forceSync: false },
  },
  {
    name: 'follower-acks-at-once',
    story: 'A follower acknowledges a proposal when it has given it to its log, not when the log is durable.',
    ticket: null,
    faults: POWER_CUTS,
    checkers: LOST,
    bugs: { learner: { effects: ({ stage }, effects) => (stage === 'SERVING' ? flushedAtOnce(effects) : effects) } },
  },
  {
    name: 'leader-counts-itself-at-once',
    story: 'The leader counts its own acknowledgement before its disk has the transaction.',
    ticket: null,
    faults: POWER_CUTS,
    checkers: LOST,
    bugs: { leader: { effects: (_, effects) => flushedAtOnce(effects) } },
  },
  {
    name: 'newleader-acked-before-flush',
    story: 'A follower acks NEWLEADER while the history it was sent is still on its way to the disk.',
    ticket: 'ZOOKEEPER-4646',
    world: COMING_AND_GOING,
    checkers: LOST,
    bugs: { learner: { effects: ({ stage }, effects) => (stage === 'LOGGING' ? flushedAtOnce(effects) : effects) } },
  },
  {
    name: 'epoch-before-history',
    story: 'At NEWLEADER a follower writes currentEpoch first and the history that the epoch stands for second.',
    ticket: 'ZOOKEEPER-4643',
    world: COMING_AND_GOING,
    checkers: LOST,
    bugs: {
      learner: {
        effects({ stage, epoch }, effects) {
          const isHistory = stage === 'LOGGING' && lastAppended(effects) !== null
          return isHistory ? [{ kind: 'writeEpoch', file: 'currentEpoch', epoch: epoch as Epoch }, ...effects] : effects
        },
      },
    },
  },
  {
    name: 'no-epoch-persisted',
    story: 'Neither acceptedEpoch nor currentEpoch is written: a restarted server promises what it has promised before.',
    ticket: null,
    checkers: ['epochs', 'liveness', ...LOST],
    operate(peer) {
      const afterwards = new Afterwards(peer)
      replaceMethod<['acceptedEpoch' | 'currentEpoch', Epoch], void>(peer.store, 'writeEpoch', () => (file, epoch) => {
        afterwards.do((now) => {
          peer.store[file] = epoch
          peer.epochWritten(file, epoch, now)
        })
      })
    },
  },
  {
    name: 'accepted-epoch-not-persisted',
    story: 'acceptedEpoch is kept in memory only.',
    ticket: null,
    checkers: ['epochs', 'liveness'],
    operate(peer) {
      const afterwards = new Afterwards(peer)
      replaceMethod<['acceptedEpoch' | 'currentEpoch', Epoch], void>(peer.store, 'writeEpoch', (original) => (file, epoch) => {
        if (file === 'currentEpoch') return original(file, epoch)
        afterwards.do((now) => {
          peer.store.acceptedEpoch = epoch
          peer.epochWritten(file, epoch, now)
        })
      })
    },
  },
  {
    name: 'snapshot-not-synced',
    story: 'After SNAP a follower acks NEWLEADER before the snapshot is durable.',
    ticket: 'ZOOKEEPER-2872',
    checkers: [...LOST, 'liveness'],
    bugs: {
      learner: {
        effects: (_, effects) => effects.flatMap((effect) => (effect.kind === 'takeSnapshot' ? [effect, tell({ kind: 'snapshotTaken' })] : [effect])),
      },
    },
  },
  {
    name: 'recovery-overlooks-the-last-log',
    story: 'Recovery reads every log file but the newest.',
    ticket: null,
    checkers: [...LOST, 'liveness'],
    operate: (peer) =>
      rewriteDiskResults(peer, (result) => {
        if (result.kind !== 'listing') return result
        const newest = result.files.findLast(({ name }) => name.startsWith('log/log.'))
        return { ...result, files: result.files.filter((file) => file !== newest) }
      }),
  },
  {
    name: 'recovery-does-not-sync',
    story: 'Recovery reports what it has read from the last log file without making it durable: a power cut may still take it back.',
    ticket: null,
    faults: POWER_CUTS,
    checkers: [...LOST, 'no-crash', 'liveness'],
    operate: (peer) =>
      replaceMethod<['log' | 'recovery', DiskEffect], void>(peer.store, 'disk', (original) => (task, effect) => {
        const { operation } = effect
        if (task !== 'recovery' || operation.kind !== 'sync') return original(task, effect)
        original(task, { ...effect, operation: { kind: 'read', file: operation.file, offset: 0, length: 0 } })
      }),
  },
  {
    name: 'disk-error-ignored',
    story: 'A write or sync that has failed is taken for done.',
    ticket: 'ZOOKEEPER-4882',
    checkers: [...LOST, 'liveness', 'no-crash'],
    operate: (peer) => rewriteDiskResults(peer, (result) => (result.kind === 'failed' ? { kind: 'done' } : result)),
  },
  {
    name: 'uncommitted-log-forgotten',
    story: 'A role ends, and what was logged but not committed is forgotten in memory: the next vote tells less than the disk holds.',
    ticket: 'ZOOKEEPER-2845',
    faults: LEADERS_LOST,
    checkers: [...LOST, 'no-crash', 'liveness'],
    bugs: { leader: { effects: (_, effects) => effects.map(forgetLogged) }, learner: { effects: (_, effects) => effects.map(forgetLogged) } },
  },
  {
    name: 'memory-ahead-of-disk',
    story: 'An aborted SNAP or TRUNC leaves a database that no disk holds, and the server goes on with it.',
    ticket: 'ZOOKEEPER-3642, ZOOKEEPER-5094',
    faults: LEADERS_LOST,
    checkers: [...LOST, 'no-crash', 'liveness'],
    bugs: {
      learner: { effects: (_, effects) => effects.map((effect) => (effect.kind === 'abandon' ? { ...effect, reload: false } : effect)) },
    },
    // In a whole server, the snapshot that was begun must be given up as well, as when the disk is read again.
    operate: (peer) =>
      onRole(peer, 'learner', (role) =>
        replaceMethod<[], void>(role, 'end', (original) => () => {
          if (role.machine['isMemoryAhead']) (peer.store as unknown as { abortSnapshot(): void }).abortSnapshot()
          original()
        }),
      ),
  },
  {
    name: 'position-before-quorum',
    story: 'A prospective leader takes its new epoch for its position before anybody supports it, and votes with it.',
    ticket: 'ZOOKEEPER-790',
    faults: LEADERS_LOST,
    checkers: [...LOST, 'no-crash', 'liveness'],
    operate: (peer) =>
      onRole(peer, 'leader', (role) =>
        rewriteEffects(role, (effects) => {
          const promise = effects.find(({ kind, file }) => kind === 'writeEpoch' && file === 'acceptedEpoch')
          if (promise?.epoch !== undefined) peer.database.lastProcessedZxid = makeZxid(promise.epoch, 0n)
          return effects
        }),
      ),
  },
  {
    name: 'position-from-diff',
    story: 'A learner takes the zxid of the DIFF packet for its position before it has the transactions.',
    ticket: 'ZOOKEEPER-2355',
    faults: LEADERS_LOST,
    checkers: [...LOST, 'no-crash', 'liveness'],
    operate: (peer) =>
      onRole(peer, 'learner', (role) =>
        rewriteEvents(role, (event) => {
          if (event.packet?.kind === 'DIFF') peer.database.lastProcessedZxid = event.packet.zxid
          return [event]
        }),
      ),
  },
]

/** The log answers at once that it is durable. */
function flushedAtOnce(effects: readonly Passing[]): readonly Passing[] {
  const upTo = lastAppended(effects)
  return upTo === null ? effects : [...effects, tell({ kind: 'flushed', upTo })]
}

function forgetLogged(effect: Passing): Passing {
  return effect.kind === 'abdicate' || effect.kind === 'abandon' ? { ...effect, logged: [] } : effect
}

function lastAppended(effects: readonly Passing[]): Zxid | null {
  return effects.findLast(({ kind }) => kind === 'append')?.txn?.zxid ?? null
}

function rewriteDiskResults(peer: Peer, rewrite: (result: DiskResult) => DiskResult): void {
  replaceMethod<[number, DiskResult, Now], void>(peer.store, 'onDisk', (original) => (token, result, now) => original(token, rewrite(result), now))
}
