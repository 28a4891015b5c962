/**
 * Frames as nobody should send them, on all three ports of a leader, from a seed. `ZK_FUZZ_FRAMES` says how many in all,
 * `ZK_FUZZ_SEED` where to begin.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../src/kernel/index.ts'
import { conversation, type FuzzedPort } from './frames.ts'
import { Target } from './target.ts'

const frames = Number(process.env['ZK_FUZZ_FRAMES'] ?? 15_000)
const seed = BigInt(process.env['ZK_FUZZ_SEED'] ?? 1)

/** How much more memory may be in use at the end than at the begin, in bytes: caches fill, code is compiled. */
const allowance = 48 * 1024 * 1024

/** Conversations between two looks at the other client, and one second of the server's time. */
const betweenLooks = 200

describe('frames as nobody should send them', () => {
  it.each<FuzzedPort>(['client', 'quorum', 'election'])(
    'on the %s port: no harm to the server or to another client, and nothing is left of them',
    {
      timeout: 3_600_000,
    },
    (port) => {
      const random = new Prng(seed)
      const target = new Target()
      const before = leftovers(target)
      const memory = memoryInUse()
      let sent = 0
      for (let round = 1; sent < frames / 3; round++) {
        const pieces = conversation(port, random)
        try {
          sent += target.converse(port, pieces)
        } catch (error) {
          const text = pieces.map((bytes) => Buffer.from(bytes).toString('hex')).join('\n')
          throw new Error(`ZK_FUZZ_SEED=${seed}, conversation ${round}:\n${text}`, { cause: error })
        }
        if (round % betweenLooks !== 0) continue
        target.pass(1000)
        expect(target.read('/untouched'), `ZK_FUZZ_SEED=${seed}, conversation ${round}`).toBe('as it was')
      }
      expect(target.canWrite()).toBe(true)
      // Long enough for every session of theirs to expire.
      for (let second = 0; second < 60; second++) target.pass(1000)
      expect(leftovers(target)).toEqual({ ...before, ephemerals: before.ephemerals + 1 })
      expect(sent).toBeGreaterThanOrEqual(frames / 3)
      expect(memoryInUse() - memory).toBeLessThan(allowance)
    },
  )
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function memoryInUse(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** What a server holds on behalf of others. */
function leftovers(target: Target) {
  const { connections, globalSessions, tree, leading } = target.server.peer.describe()
  return { connections: connections.length, globalSessions, watches: tree.watches, ephemerals: tree.ephemerals, learners: leading?.learners }
}
