/**
 * What 5,000 idle sessions and 100,000 watches cost a server in memory, beside Java on the same work. The sessions are raw
 * connections, and each watches 20 nodes of its own which do not exist, so that nothing is shared.
 */
import { afterAll, expect, it } from 'vitest'
import { encode } from '../../src/jute/index.ts'
import { ConnectRequest, OpCode, PathWatchRequest } from '../../src/wire/index.ts'
import { describeWith } from '../support/describe-with.ts'
import { frame, requestFrame } from '../support/lone-server.ts'
import { java } from '../support/oracle.ts'
import { Ensemble, type Kind } from '../support/servers.ts'
import { Connection } from './lockstep/connection.ts'

const sessions = 5000
const watchesEach = 20
/** What ours may hold in all, in MiB. */
const limit = 280

const hello = frame(
  encode(ConnectRequest, { protocolVersion: 0, lastZxidSeen: 0n, timeOut: 120_000, sessionId: 0n, passwd: new Uint8Array(16), readOnly: false }),
)

/** Answers of so many frames each, or an error. */
async function answered(connections: readonly Connection[], count: number): Promise<void> {
  for (const connection of connections) {
    if (!(await connection.until((frames) => frames.length >= count))) throw new Error('a connection is not answered')
    if (connection.takeFrames().length < count) throw new Error('a connection was closed')
  }
}

/** Memory in MiB: of the server alone, with the sessions, with their watches too. */
async function measure(kind: Kind): Promise<readonly [number, number, number]> {
  // Sessions of two minutes, none of which has to ping meanwhile.
  await using ensemble = await Ensemble.start([kind], { tickTime: 6000 })
  const server = ensemble.server(1)
  const alone = server.memory
  const connections: Connection[] = []
  try {
    while (connections.length < sessions) {
      const some = Array.from({ length: 100 }, () => new Connection(server.clientPort))
      connections.push(...some)
      for (const connection of some) connection.send(hello)
      await answered(some, 1)
    }
    const withSessions = server.memory
    for (const [index, connection] of connections.entries()) {
      for (let i = 1; i <= watchesEach; i++)
        connection.send(requestFrame(i, OpCode.exists, PathWatchRequest, { path: `/watched-by/session-${index}/node-${i}`, watch: true }))
      if (index % 100 === 99) await answered(connections.slice(index - 99, index + 1), watchesEach)
    }
    const report = await server.fourLetterWord('mntr')
    expect(report).toMatch(new RegExp(`^zk_watch_count\\t${sessions * watchesEach}$`, 'm'))
    expect(Number(/^zk_num_alive_connections\t(\d+)$/m.exec(report)?.[1])).toBeGreaterThanOrEqual(sessions)
    return [alone, withSessions, server.memory]
  } finally {
    for (const connection of connections) connection.destroy()
  }
}

describeWith([java], `${sessions} idle sessions and ${sessions * watchesEach} watches`, () => {
  const lines: string[] = []
  afterAll(() => console.log(lines.join('\n')))

  const told = (kind: Kind, [alone, withSessions, withWatches]: readonly [number, number, number]) =>
    `${kind}: ${Math.round(alone)} MiB alone, ${Math.round(withSessions)} with the sessions, ${Math.round(withWatches)} with the watches too`

  it(`take less than ${limit} MiB`, async () => {
    const theirs = await measure('java')
    lines.push(told('java', theirs))
    const ours = await measure('ours')
    lines.push(told('ours', ours))
    expect(ours[2]).toBeLessThan(limit)
  })
})
