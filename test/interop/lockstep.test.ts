/**
 * Ours and Java's 3.8.0 in lock step: random sessions of raw requests go to both, step by step, and everything that their clients
 * see has to be the same: replies, error codes, Stat fields, events and their order, closed connections. What is meant to differ
 * (test/differences.md) and what damages 3.8.0 is not sent. A difference is shrunk and printed as a transcript.
 *
 * `ZK_LOCKSTEP_OPERATIONS` says how many operations to send in all, `ZK_LOCKSTEP_SEED` where to begin.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java } from '../support/oracle.ts'
import { Ensemble, type Kind } from '../support/servers.ts'
import { compareAtRandom } from './lockstep/compare.ts'
import { SESSION_TIMEOUT } from './lockstep/side.ts'
import type { Profile } from './lockstep/steps.ts'

const operations = Number(process.env['ZK_LOCKSTEP_OPERATIONS'] ?? 3000)
const seed = Number(process.env['ZK_LOCKSTEP_SEED'] ?? 1)

/** The password is `test`. */
const superDigest = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU='
/** Nodes must not be swept while one side is looked at and the other is not yet. */
const noSweeping = { 'znode.container.checkIntervalMs': '86400000' }

const shares: readonly { readonly servers: number; readonly name: string; readonly share: number; readonly profile: Profile }[] = [
  { servers: 1, name: 'several clients', share: 0.4, profile: { readable: true, ensemble: false, alone: false } },
  { servers: 1, name: 'one client', share: 0.15, profile: { readable: true, ensemble: false, alone: true } },
  { servers: 1, name: 'nodes that not everybody may read', share: 0.2, profile: { readable: false, ensemble: false, alone: false } },
  { servers: 3, name: 'several clients, each at a server of its own', share: 0.25, profile: { readable: true, ensemble: true, alone: false } },
]

describeWith([java], 'in lock step with Java 3.8.0', () => {
  for (const servers of [1, 3]) {
    describeWith([java], servers === 1 ? 'one server' : `an ensemble of ${servers}`, () => {
      const ensembles = new Map<Kind, Ensemble>()
      const stop = async () => {
        await Promise.all([...ensembles.values()].map((ensemble) => ensemble[Symbol.asyncDispose]()))
        ensembles.clear()
      }
      const restart = async () => {
        await stop()
        for (const kind of ['java', 'ours'] as const) ensembles.set(kind, await start(kind, servers))
      }
      beforeAll(restart)
      afterAll(stop)

      for (const { name, share, profile } of shares.filter((one) => one.servers === servers)) {
        it(name, { timeout: 3_600_000 }, async () => {
          let [sent, next] = [0, seed]
          while (sent < operations * share) {
            const [ours, theirs] = [portsOf(ensembles.get('ours')), portsOf(ensembles.get('java'))]
            const outcome = await compareAtRandom({ ours, java: theirs, profile, operations: operations * share - sent, seed: next })
            if (outcome.difference !== null) expect.fail(outcome.difference)
            sent += outcome.operations
            next = outcome.nextSeed
            if (process.env['ZK_LOCKSTEP_OPERATIONS']) console.log(`${name}: ${sent} operations${outcome.stalled ? ', then 3.8.0 stalled' : ''}`)
            if (outcome.stalled) await restart()
          }
        })
      }
    })
  }
})

function start(kind: Kind, servers: number): Promise<Ensemble> {
  return Ensemble.start(Array<Kind>(servers).fill(kind), {
    tickTime: 2000,
    properties: noSweeping,
    extra: {
      forceSync: 'no',
      extendedTypesEnabled: servers === 1 ? 'true' : 'false',
      'DigestAuthenticationProvider.superDigest': superDigest,
      snapCount: 1_000_000,
      maxSessionTimeout: SESSION_TIMEOUT,
    },
  })
}

function portsOf(ensemble: Ensemble | undefined): number[] {
  return (ensemble?.servers ?? []).map((server) => server.clientPort)
}
