/** Exhibits that believe something to be on the disk before it is, or forget what is there. */
import { type Epoch, makeZxid, type Now, type Zxid } from '../../../kernel/index.ts'
import type { Peer } from '../../../peer/index.ts'
import type { DiskEffect, DiskResult } from '../../../storage/index.ts'
import { type Exhibit, LEADERS_LOST, POWER_CUTS } from './exhibit.ts'
import { Afterwards, type EncodedTxn, onRole, type Passing, replaceMethod, rewriteEffects, rewriteEvents } from './surgery.ts'

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
    operate: (peer) => flushAtOnce(peer, 'learner', ({ stage }) => stage === 'SERVING'),
  },
  {
    name: 'leader-counts-itself-at-once',
    story: 'The leader counts its own acknowledgement before its disk has the transaction.',
    ticket: null,
    faults: POWER_CUTS,
    checkers: LOST,
    operate: (peer) => flushAtOnce(peer, 'leader', () => true),
  },
  {
    name: 'newleader-acked-before-flush',
    story: 'A follower acks NEWLEADER while the history it was sent is still on its way to the disk.',
    ticket: 'ZOOKEEPER-4646',
    faults: POWER_CUTS,
    checkers: LOST,
    operate: (peer) => flushAtOnce(peer, 'learner', ({ stage }) => stage === 'LOGGING'),
  },
  {
    name: 'epoch-before-history',
    story: 'At NEWLEADER a follower writes currentEpoch first and the history that the epoch stands for second.',
    ticket: 'ZOOKEEPER-4643',
    faults: POWER_CUTS,
    checkers: LOST,
    operate: (peer) =>
      onRole(peer, 'learner', (role) =>
        rewriteEffects(role, (effects) => {
          const history = effects.findLast(({ kind }) => kind === 'append')
          if (role.machine['stage'] !== 'LOGGING' || history === undefined) return effects
          peer.store.writeEpoch('currentEpoch', role.machine['epoch'] as Epoch)
          return effects
        }),
      ),
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
    operate(peer) {
      const afterwards = new Afterwards(peer)
      replaceMethod<[Now], void>(peer.store, 'takeDurableSnapshot', () => (now) => {
        peer.store.takeSnapshot(now)
        afterwards.do((later) => peer.snapshotTaken(later))
      })
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
    operate: (peer) => rewriteLeaving(peer, () => ({ logged: [] })),
  },
  {
    name: 'memory-ahead-of-disk',
    story: 'An aborted SNAP or TRUNC leaves a database that no disk holds, and the server goes on with it.',
    ticket: 'ZOOKEEPER-3642, ZOOKEEPER-5094',
    faults: LEADERS_LOST,
    checkers: [...LOST, 'no-crash', 'liveness'],
    operate: (peer) =>
      rewriteLeaving(peer, (reload) => {
        // The snapshot that was begun is given up here too, as when the disk is read again.
        if (reload) (peer.store as unknown as { abortSnapshot(): void }).abortSnapshot()
        return { reload: false }
      }),
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

/** The log answers at once that it is durable, while the role is in this state. */
function flushAtOnce(peer: Peer, mode: 'leader' | 'learner', when: (machine: Record<string, unknown>) => boolean): void {
  const afterwards = new Afterwards(peer)
  onRole(peer, mode, (role) =>
    rewriteEffects(role, (effects) => {
      const upTo = lastAppended(effects)
      if (upTo !== null && when(role.machine)) afterwards.do((now) => peer.flushed(upTo, now))
      return effects
    }),
  )
}

function lastAppended(effects: readonly Passing[]): Zxid | null {
  return effects.findLast(({ kind }) => kind === 'append')?.txn?.zxid ?? null
}

function rewriteDiskResults(peer: Peer, rewrite: (result: DiskResult) => DiskResult): void {
  replaceMethod<[number, DiskResult, Now], void>(peer.store, 'onDisk', (original) => (token, result, now) => original(token, rewrite(result), now))
}

/** Changes what a role says when it is over. */
function rewriteLeaving(peer: Peer, rewrite: (reload: boolean) => { readonly logged?: readonly EncodedTxn[]; readonly reload?: boolean }): void {
  replaceMethod<[string, readonly EncodedTxn[], boolean], void>(peer, 'leaveRole', (original) => (reason, logged, reload) => {
    const change = rewrite(reload)
    original(reason, change.logged ?? logged, change.reload ?? reload)
  })
}
