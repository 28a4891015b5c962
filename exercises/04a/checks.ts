import { formatId, makeZxid } from '../../src/kernel/index.ts'
import { parseConfiguration } from '../../src/quorum/index.ts'
import { CommittedLog } from '../../src/zab/committed-log.ts'
import { isMoreRecent, reportAcceptedEpoch } from '../../src/zab/discovery.ts'
import type { LeaderEffect } from '../../src/zab/events.ts'
import { createLeader } from '../../src/zab/leader-state.ts'
import { combinations, permutations, same } from '../support/check.ts'
import type { Checks } from '../support/exercise.ts'

/** Who reports what; an observer has no sid that counts. */
type Report = readonly [sid: bigint | null, acceptedEpoch: bigint]

const LEADER = 3n

export const checks: Checks = {
  'a later epoch is more recent, then a larger zxid, and nothing than itself'() {
    const summaries = Array.from(combinations([0n, 1n, 2n], [0n, makeZxid(1n, 2n), makeZxid(1n, 3n)]), ([currentEpoch, lastZxid]) => ({
      currentEpoch,
      lastZxid,
    }))
    for (const [a, b] of combinations(summaries, summaries)) {
      const expected = a.currentEpoch === b.currentEpoch ? a.lastZxid > b.lastZxid : a.currentEpoch > b.currentEpoch
      const tell = ({ currentEpoch, lastZxid }: typeof a) => `epoch ${currentEpoch}, last zxid ${formatId(lastZxid)}`
      same(isMoreRecent(a, b), expected, { given: [`is   ${tell(a)}`, `than ${tell(b)}`, 'more recent?'] })
    }
  },

  'the epoch is one above the highest that a quorum has promised'() {
    for (const [mine, theirs] of combinations([0n, 1n, 4n, 5n], [0n, 1n, 4n, 5n])) {
      decides(
        [
          [LEADER, mine],
          [1n, theirs],
        ],
        (mine > theirs ? mine : theirs) + 1n,
        'whoever has promised more must not be asked to promise it again to somebody else',
      )
    }
    decides(
      [
        [LEADER, 4n],
        [1n, 4n],
      ],
      5n,
      'the first report makes the candidate 5; the second is equal to the first (ZOOKEEPER-1343)',
    )
  },

  'the order of the reports changes nothing'() {
    for (const order of permutations<Report>([
      [LEADER, 2n],
      [1n, 7n],
      [null, 3n],
    ]))
      decides(order, null, 'whoever comes first', true)
    for (const order of permutations<Report>([
      [LEADER, 2n],
      [1n, 7n],
    ]))
      decides(order, 8n, 'the highest promise is 7, whoever tells it first')
  },

  'without a quorum nothing is decided'() {
    decides([[LEADER, 4n]], null, 'the leader alone is no quorum of three')
    decides([], null, 'nobody has reported')
    decides(
      [
        [LEADER, 4n],
        [LEADER, 4n],
      ],
      null,
      'the same server twice is one server',
    )
  },

  'without the leader’s own promise nothing is decided'() {
    decides(
      [
        [1n, 4n],
        [2n, 4n],
      ],
      null,
      'a quorum that the leader does not belong to: it might have promised more to somebody else',
    )
    decides(
      [
        [1n, 4n],
        [2n, 4n],
        [LEADER, 9n],
      ],
      10n,
      'now the leader has reported too, and it has promised the most',
    )
  },

  'observers do not count, but their promises do'() {
    decides(
      [
        [LEADER, 1n],
        [null, 1n],
        [null, 2n],
      ],
      null,
      'observers have no vote (ZOOKEEPER-2959)',
    )
    decides(
      [
        [null, 8n],
        [LEADER, 1n],
        [1n, 2n],
      ],
      9n,
      'an observer has promised 8: it would not follow into an epoch below',
    )
    decides(
      [
        [LEADER, 1n],
        [9n, 3n],
      ],
      null,
      'server 9 is a stranger',
    )
  },

  'what is decided stays'() {
    for (const late of [
      [2n, 3n],
      [2n, 50n],
      [null, 70n],
      [1n, 80n],
    ] as const) {
      decides([[LEADER, 4n], [1n, 2n], late], 5n, 'epoch 5 was proposed to a quorum already; who comes later cannot change it')
    }
  },

  'the leader promises first, on its own disk, once'() {
    const { effects } = play([
      [LEADER, 4n],
      [1n, 2n],
      [2n, 2n],
      [1n, 2n],
    ])
    same(effects, ['write acceptedEpoch 5', 'initLimit anew'], {
      given: 'four reports, the third one after the decision; what is done?',
      because: 'the epoch on disk before anybody hears of it (ZOOKEEPER-1291); each wait has its own initLimit',
    })
    same(play([[LEADER, 4n]]).effects, [], { given: 'only the leader has reported; what is done?' })
  },
}

function decides(reports: readonly Report[], expected: bigint | null, because: string, whichever = false): void {
  const { epoch, decided } = play(reports)
  const given = [
    'servers 1 2 3 vote; 3 was elected',
    ...reports.map(([sid, promised]) => `  ${sid === null ? 'an observer' : `server ${sid}`} has promised epoch ${promised}`),
  ]
  if (!whichever)
    return same(decided ? epoch : null, expected, { given, because }, (answer) =>
      answer === null ? 'nothing is decided' : `epoch ${answer} is proposed`,
    )
  const promised = reports.slice(0, reports.findLastIndex(([sid]) => sid !== null) + 1).map(([, one]) => one)
  const highest = promised.reduce((most, one) => (one > most ? one : most))
  same(decided ? epoch : null, highest + 1n, { given, because }, (answer) => (answer === null ? 'nothing is decided' : `epoch ${answer} is proposed`))
}

function play(reports: readonly Report[]): { readonly epoch: bigint; readonly decided: boolean; readonly effects: string[] } {
  const configuration = parseConfiguration([1, 2, 3].map((id) => `server.${id}=s${id}:2888:3888:participant`).join('\n'))
  const state = createLeader({
    myid: LEADER,
    configuration,
    configurationText: '',
    tickTime: 100,
    initLimit: 10,
    syncLimit: 5,
    committedLog: new CommittedLog(),
  })
  const out: LeaderEffect[] = []
  for (const [sid, acceptedEpoch] of reports) reportAcceptedEpoch(state, out, acceptedEpoch, sid)
  return { epoch: state.epoch, decided: state.epochDecided, effects: out.flatMap(tellEffect) }
}

function tellEffect(effect: LeaderEffect): string[] {
  if (effect.kind === 'note') return []
  if (effect.kind === 'writeEpoch') return [`write ${effect.file} ${effect.epoch}`]
  return effect.kind === 'setTimer' ? [`${effect.timer} anew`] : [effect.kind]
}
