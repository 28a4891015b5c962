/** The same schedule on whole servers: leaders fail at the same moments, with the same things on their disks. */
import { Ensemble, ensembleOptions, type ServerAddress } from '../../src/hosts/simulation/index.ts'
import { parseTrace, utf8 } from '../../src/kernel/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { CreateMode } from '../../src/wire/index.ts'
import { Clerk } from '../support/clerk.ts'
import { Logs } from '../support/logs.ts'
import { Recording } from '../support/recording.ts'
import type { Stage } from '../support/stage.ts'
import { BALCONY, STALLS } from './log.ts'

const NAMES = ['s1', 's2', 's3'] as const

/** Plays it, puts it on stage, and returns the paths that all servers have in the end. */
export function zabOnTheSameSchedule(stage: Stage, seed: bigint): string {
  const run = new Run(seed)
  run.play()
  for (const { host, machine, event, effects, notes } of parseTrace(run.recording.lines.join('\n')).records) {
    stage.record({ host, machine, event, effects, notes })
  }
  return run.outcome()
}

class Run {
  readonly recording: Recording
  private readonly ensemble: Ensemble
  private readonly logs = new Logs(NAMES)
  private readonly clerk = new Clerk()
  private readonly addresses: ServerAddress[] = []

  constructor(seed: bigint) {
    this.ensemble = new Ensemble(ensembleOptions(seed, { servers: 3, clients: 0, sessionTimeout: 20_000 }), createPeer)
    this.recording = new Recording(this.ensemble, {})
    this.recording.observers.push((observed) => this.logs.observe(observed))
  }

  play(): void {
    const { recording, ensemble, logs } = this
    const { world } = ensemble
    recording.say('heading', 'zab1', 'ZAB ON THE SAME SCHEDULE: s3 leads')
    for (const name of NAMES) world.start(name)
    recording.until('all serve', () => ensemble.isWhole())
    this.addresses.push(...NAMES.toReversed().map((name) => ensemble.member(name)?.address as ServerAddress))
    ensemble.addClient('app', this.clerk, this.addresses.slice(0, 1), 3)
    this.create('/seat-1 Ada')
    recording.until('the first seat is sold', () => this.clerk.waiting === 0 && this.isSettled())
    const links = [
      ['s3', 's1'],
      ['s3', 's2'],
    ] as const
    recording.cut(links, 'fault', 'A switch fails: nothing that s3 says is heard any more.')
    const last = logs.last('s3')
    for (const change of BALCONY) this.create(change)
    recording.until('s3 has both changes', () => logs.has('s3', last + 2n))
    this.powerFails('s3', 's2', 'zab2')
    this.newClient('app2', 's2')
    this.create(STALLS)
    recording.until('the seat is sold', () => logs.last('s1') === logs.last('s2') && this.isSettled() && this.clerk.waiting === 0)
    this.powerFails('s2', 's1', 'zab3', 's3')
    recording.say('aside', 'disks', 'What is on the disks now:')
    recording.show(logs.table())
  }

  outcome(): string {
    return this.logs
      .table()
      .slice(1, 2)
      .join('')
      .trim()
      .split(/\s+/)
      .filter((name) => name.startsWith('/'))
      .join(', ')
  }

  /** The leader is gone; the two that are left, one of which may have to be started first, agree on the next one. */
  private powerFails(name: string, next: string, scene: string, starting?: string): void {
    const { recording, ensemble } = this
    ensemble.world.crash(name, 'power')
    recording.say('fault', 'fault', `The power of ${name} fails.`)
    recording.say('heading', scene, `ZAB ON THE SAME SCHEDULE: ${next} leads`)
    if (starting) {
      recording.mend('fault', `The network is whole again, and ${starting} is back with what it has on its disk.`)
      ensemble.world.start(starting)
    }
    recording.until('the others serve', () => ensemble.leader()?.name === next && this.isSettled())
  }

  private newClient(name: string, at: string): void {
    this.ensemble.addClient(name, this.clerk, [this.ensemble.member(at)?.address as ServerAddress], 1)
  }

  private create(change: string): void {
    const [path = '', owner = ''] = change.split(' ')
    this.clerk.ask({ kind: 'create', path, data: utf8(owner), mode: CreateMode.PERSISTENT })
  }

  /** Whether all that run serve in one epoch, with one log. */
  private isSettled(): boolean {
    const { ensemble, logs } = this
    const leader = ensemble.leader()
    if (leader === null) return false
    const last = logs.last(leader.name)
    const up = NAMES.filter((name) => ensemble.world.isUp(name))
    return up.length > 1 && up.every((name) => ensemble.member(name)?.serving?.epoch === leader.serving?.epoch && logs.last(name) === last)
  }
}
