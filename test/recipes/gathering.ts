/** Trials of the recipes in which many wait for one another: barriers, groups, services, two-phase commit. */

import { KeeperError, KeeperErrorCode } from '../../src/client/index.ts'
import { fromUtf8 } from '../../src/kernel/index.ts'
import { Barrier, type Decision, DoubleBarrier, Group, ServiceRegistry, TwoPhaseCommit } from '../../src/recipes/index.ts'
import type { Stage, Trial } from './stage.ts'

const CROWD = ['a1', 'a2', 'a3', 'a4']

export const barrier: Trial = {
  name: 'barrier',
  promise: 'Nobody passes before it is opened, and then everybody does.',
  play(stage) {
    let opened = false
    let closed = false
    for (const name of CROWD) {
      stage.actor(name, async (zk) => {
        while (!closed) await zk.sleep(20)
        await new Barrier(zk, '/barrier').pass()
        if (!opened) stage.complain(`${name} has passed a closed barrier`)
        stage.count('passed')
      })
    }
    stage.actor('porter', async (zk, { random }) => {
      const gate = new Barrier(zk, '/barrier')
      if (!opened) await gate.close()
      closed = true
      await zk.sleep(random.below(4000))
      opened = true
      await gate.open()
    })
    return () => {}
  },
}

/** How many rounds of enter and leave are played. */
const ROUNDS = 4

export const doubleBarrier: Trial = {
  name: 'double barrier',
  promise: 'Nobody begins before all are there, and all come to an end.',
  play(stage) {
    const began = Array.from({ length: ROUNDS }, () => new Set<string>())
    const left = Array.from({ length: ROUNDS }, () => new Set<string>())
    const disturbed = new Set<number>()
    const rounds = new Map<string, number>()
    for (const name of CROWD) {
      stage.actor(name, async (zk, { session, random }) => {
        if (session > 1) disturbed.add(rounds.get(name) ?? 0)
        for (let round = rounds.get(name) ?? 0; round < ROUNDS; round++) {
          rounds.set(name, round)
          const gate = new DoubleBarrier(zk, `/barrier-${round}`, CROWD.length, name)
          await zk.sleep(random.below(500))
          began[round]?.add(name)
          await gate.enter()
          if (began[round]?.size !== CROWD.length) stage.complain(`${name} has begun round ${round} before all were there`)
          await zk.sleep(random.below(500))
          left[round]?.add(name)
          await gate.leave()
          // A member whose session has ended has left, whatever it meant to do.
          if (!disturbed.has(round) && left[round]?.size !== CROWD.length)
            checkLater(stage, () => disturbed.has(round), `${name} has ended round ${round} too early`)
          stage.count('rounds')
        }
      })
    }
    return () => {}
  },
}

/** A session that has ended is noticed by its owner last. */
function checkLater(stage: Stage, excused: () => boolean, complaint: string): void {
  stage.actor(`${complaint} at ${stage.now}`, async (zk) => {
    while (!stage.closing) await zk.sleep(200)
    await zk.sleep(10_000)
    if (!excused()) stage.complain(complaint)
  })
}

export const group: Trial = {
  name: 'group',
  promise: 'In the end all see the members that there are, and no member is lost by its former life.',
  play(stage) {
    let seen: readonly string[] = []
    for (const name of CROWD) {
      stage.actor(name, async (zk, { random }) => {
        const members = new Group(zk, '/group')
        while (!stage.closing) {
          const membership = await members.join(name)
          stage.count('joined')
          await zk.sleep(random.below(2000))
          if (!stage.closing && random.below(2) === 0) await membership.leave()
        }
        const { lost } = await members.join(name)
        for (const left = untilAfter(stage, 15_000); left(); await zk.sleep(200)) if (lost.aborted) throw sessionOver()
      })
    }
    watcher(stage, async (zk) => {
      for await (const names of new Group(zk, '/group').members()) seen = names
    })
    stage.actor('looker', async (zk) => {
      while (!stage.closing) await zk.sleep(200)
      await zk.sleep(12_000)
      if (seen.join() !== CROWD.join()) stage.complain(`seen: ${seen.join()}`)
    })
    return () => {}
  },
}

/** True until so long after the stage has begun to close. */
function untilAfter(stage: Stage, time: number): () => boolean {
  let end = Number.POSITIVE_INFINITY
  return () => {
    if (stage.closing) end = Math.min(end, stage.now + time)
    return stage.now < end
  }
}

function sessionOver(): KeeperError {
  return new KeeperError(KeeperErrorCode.SESSIONEXPIRED, null)
}

/** Runs until the stage ends, with client after client. */
function watcher(stage: Stage, act: Parameters<Stage['actor']>[1]): void {
  stage.actor('watcher', act, false)
}

export const discovery: Trial = {
  name: 'discovery',
  promise: 'In the end all know the latest address of each instance.',
  play(stage) {
    const latest = new Map<string, string>()
    let seen = ''
    for (const name of CROWD) {
      stage.actor(name, async (zk, { session, random }) => {
        latest.set(name, `${name}:${session}`)
        const { lost } = await new ServiceRegistry(zk, '/services').register('tickets', name, `${name}:${session}`)
        stage.count('registered')
        for (const left = untilAfter(stage, 15_000); left(); await zk.sleep(random.below(500))) if (lost.aborted) throw sessionOver()
      })
    }
    watcher(stage, async (zk) => {
      for await (const instances of new ServiceRegistry(zk, '/services').instances('tickets')) {
        seen = instances.map(({ data }) => fromUtf8(data ?? new Uint8Array(0))).join()
      }
    })
    stage.actor('looker', async (zk) => {
      while (!stage.closing) await zk.sleep(200)
      await zk.sleep(12_000)
      const expected = CROWD.map((name) => latest.get(name)).join()
      if (seen !== expected) stage.complain(`seen: ${seen}, there are ${expected}`)
    })
    return () => {}
  },
}

const TRANSACTIONS = 6

export const twoPhaseCommit: Trial = {
  name: 'two-phase commit',
  promise: 'All do it or nobody does, and nobody does it against a no.',
  play(stage) {
    const told = new Map<number, Set<Decision>>()
    const votes = new Map<number, string[]>()
    const hear = (i: number, decision: Decision) => {
      told.set(i, (told.get(i) ?? new Set()).add(decision))
      stage.count(decision)
    }
    for (const name of CROWD.slice(0, 3)) {
      stage.actor(name, async (zk, { random }) => {
        for (let i = 0; i < TRANSACTIONS; i++) {
          const txn = new TwoPhaseCommit(zk, `/txn-${i}`, CROWD.slice(0, 3))
          await zk.sleep(random.below(400))
          const vote = await txn.vote(name, random.below(8) === 0 ? 'no' : 'yes')
          votes.set(i, [...(votes.get(i) ?? []), `${name} ${vote}`])
          hear(i, await txn.decision())
        }
      })
    }
    // Two coordinators, as after a fail-over that was no death: both decide.
    for (const name of ['c1', 'c2']) {
      stage.actor(name, async (zk, { random }) => {
        for (let i = 0; i < TRANSACTIONS; i++) {
          if (random.below(3) === 0) await zk.sleep(random.below(1500))
          hear(i, await new TwoPhaseCommit(zk, `/txn-${i}`, CROWD.slice(0, 3)).decide(random.below(3) === 0))
        }
      })
    }
    return () => {
      for (const [i, decisions] of told) {
        const no = votes.get(i)?.some((vote) => vote.endsWith('no')) ?? false
        if (decisions.size > 1) stage.complain(`transaction ${i} is both: ${[...decisions].join()}`)
        if (decisions.has('commit') && no) stage.complain(`transaction ${i} is committed against ${votes.get(i)?.join()}`)
        const yes = new Set(votes.get(i)?.filter((vote) => vote.endsWith('yes')))
        if (decisions.has('commit') && yes.size < 3) stage.complain(`transaction ${i} is committed with ${yes.size} votes`)
      }
    }
  },
}
