/**
 * The same frames over real sockets, against a process that leads: it holds no more connections and file descriptors afterwards
 * than before, its memory stays bounded however many frames come, and a client that was connected all the time has lost nothing.
 * `ZK_FUZZ_SOCKET_FRAMES` says how many in all.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { createClient } from '../../src/index.ts'
import { Prng } from '../../src/kernel/index.ts'
import { Ensemble, type Server, until } from '../support/servers.ts'
import { conversation, type FuzzedPort } from './frames.ts'

const frames = Number(process.env['ZK_FUZZ_SOCKET_FRAMES'] ?? 3000)
const seed = BigInt(process.env['ZK_FUZZ_SEED'] ?? 1)
const atOnce = 16
/** How much more memory the process may hold at any time, in MiB: buffers of what is under way, garbage, code that was compiled. */
const allowance = 128

/** Server 1 needs nobody to elect it; the frames pretend to come from server 2. */
const alone = { 'group.1': '1:2', 'weight.1': 1, 'weight.2': 0 }

it('a process that leads is none the worse for frames as nobody should send them, on any of its ports', { timeout: 3_600_000 }, async () => {
  await using ensemble = await Ensemble.prepare(['ours', 'ours'], { extra: alone })
  const server = ensemble.server(1)
  server.start()
  await ensemble.serving()
  await using other = createClient({ servers: server.address, timeout: 20_000 })
  const { path } = await other.create('/other', { data: 'as it was', mode: 'EPHEMERAL' })
  const before = await held(server)
  const memory = server.memory

  const random = new Prng(seed)
  for (const [port, number] of Object.entries(portsOf(server)) as [FuzzedPort, number][]) {
    for (let sent = 0; sent < frames / 3; ) {
      const conversations = Array.from({ length: atOnce }, () => conversation(port, random))
      await Promise.all(conversations.map((pieces) => converse(number, pieces)))
      sent += conversations.reduce((sum, pieces) => sum + pieces.length, 0)
      expect(new TextDecoder().decode((await other.getData(path)).data ?? undefined)).toBe('as it was')
      expect(server.memory - memory).toBeLessThan(allowance)
    }
    if (process.env['ZK_FUZZ_SOCKET_FRAMES']) console.log(`${port}: ${Math.round(memory)} MiB before, ${Math.round(server.memory)} MiB now`)
  }

  await until('the server has let go of them', async () => {
    const now = await held(server)
    return now.connections <= before.connections && now.descriptors <= before.descriptors
  })
  expect(server.running).toBe(true)
  expect(await server.mode()).toBe('leader')
  // Nor is anything left that keeps others from writing.
  await other.setData(path, 'still there')
})

/** Writes to a port and hangs up, unless the other side does so first. */
async function converse(port: number, pieces: readonly Uint8Array[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      for (const bytes of pieces) socket.write(bytes)
      socket.end()
    })
    // What comes back does not matter, but has to be read for the end to be seen.
    socket.resume()
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('error', () => {})
    socket.once('close', () => resolve())
  })
}

/** What the server says that it holds. */
async function held(server: Server): Promise<{ readonly connections: number; readonly descriptors: number }> {
  const report = await server.fourLetterWord('mntr')
  const value = (name: string) => Number(new RegExp(`^${name}\\t(\\d+)`, 'm').exec(report)?.[1])
  return { connections: value('zk_num_alive_connections'), descriptors: value('zk_open_file_descriptor_count') }
}

function portsOf(server: Server): Record<FuzzedPort, number> {
  const [, quorum, election] = /^server\.1=127\.0\.0\.1:(\d+):(\d+)/m.exec(readFileSync(server.configFile, 'utf8')) ?? []
  return { client: server.clientPort, quorum: Number(quorum), election: Number(election) }
}
