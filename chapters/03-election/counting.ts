/** Elections counted: over many seeds, over sizes, over waits. */
import { createElection, stepElection } from '../../src/election/index.ts'
import { type Millis, makeZxid, Prng } from '../../src/kernel/index.ts'
import { type EnsembleConfiguration, parseConfiguration } from '../../src/quorum/index.ts'
import { ElectionWorld } from '../support/election-world.ts'

/** In ms. */
export const SPREAD = 400

/** So many voters. */
export function voters(count: number): EnsembleConfiguration {
  return parseConfiguration(Array.from({ length: count }, (_, i) => `server.${i + 1}=s${i + 1}:2888:3888:participant`).join('\n'))
}

/** What the last wait is worth: of `elections`, in which five servers start within {@link SPREAD}, how many does the best log win, and how long do they take? */
export function withFinalizeWait(finalizeWait: Millis, elections: number): { best: number; time: Millis } {
  let [best, time] = [0, 0]
  for (let seed = 1n; seed <= elections; seed++) {
    const world = new ElectionWorld({ seed, configuration: voters(5), delay: [1, 30], waits: { finalizeWait } })
    const random = new Prng(seed)
    const winner = BigInt(1 + random.below(5))
    const starts = [...world.servers.values()].map((server) => {
      Object.assign(server, { currentEpoch: 1n, zxid: makeZxid(1n, server.sid === winner ? 9n : BigInt(random.below(9))) })
      return { at: random.below(SPREAD), sid: server.sid }
    })
    for (const { at, sid } of starts.sort((one, other) => one.at - other.at)) {
      world.run(at)
      world.start(sid)
    }
    const begun = world.now
    world.run(60_000, () => world.settled)
    if (world.role(winner) === 'LEADING') best++
    time += world.now - begun
  }
  return { best, time: Math.round(time / elections) }
}

/** Notifications that servers send from their start, all together, until each knows its leader. */
export function untilDecided(count: number): number {
  const world = new ElectionWorld({ seed: 1n, configuration: voters(count), delay: [1, 20] })
  for (const sid of world.servers.keys()) world.start(sid)
  world.run(60_000, () => [...world.servers.keys()].every((sid) => world.role(sid) !== 'LOOKING'))
  return world.sent.length
}

/** Notifications that less than half of the servers send to each other in one minute: they reach each other, and elect nobody. */
export function ofAMinority(count: number, maxNotificationInterval: Millis): number {
  const world = new ElectionWorld({ seed: 1n, configuration: voters(count), delay: [1, 20], waits: { maxNotificationInterval } })
  for (const sid of [...world.servers.keys()].slice(0, Math.ceil(count / 2) - 1)) world.start(sid)
  world.run(60_000)
  return world.sent.length
}

/** When a server that hears nothing asks again, for as long as it takes: the machine alone. In ms from its start. */
export function askingTimes(maxNotificationInterval: Millis, until: Millis): Millis[] {
  const state = createElection({ myid: 1n, learnerType: 'participant', configuration: voters(3), maxNotificationInterval })
  const now = { elapsed: 0, wall: 0 }
  const times: Millis[] = []
  let effects = stepElection(state, { kind: 'lookForLeader', leader: 1n, zxid: 0n, peerEpoch: 0n }, now)
  for (;;) {
    const timer = effects.find((effect) => effect.kind === 'setTimer')
    now.elapsed += timer?.delay ?? 0
    if (now.elapsed > until) return times
    times.push(now.elapsed)
    effects = stepElection(state, { kind: 'timeout', timer: 'notification', delivered: true }, now)
  }
}
