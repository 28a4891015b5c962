/** The host with a machine of the tests instead of a peer: what it delivers, in which order, and what becomes of the effects. */
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeDisk, NodeHost, type ServerMachine } from '../../src/hosts/node/index.ts'
import { fromUtf8, utf8 } from '../../src/kernel/index.ts'
import type { PeerEffect, PeerEvent } from '../../src/peer/index.ts'
import { until } from '../support/servers.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

type React = (event: PeerEvent) => readonly PeerEffect[]

/** A host whose machine opens a client port at the start and otherwise does what `react` says. */
async function hostOf(react: React): Promise<{
  readonly events: PeerEvent[]
  readonly logs: string[]
  readonly ends: { readonly code: number; readonly message: string }[]
  readonly port: number
  readonly host: NodeHost
}> {
  const port = await freePort()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-host-'))
  const events: PeerEvent[] = []
  const logs: string[] = []
  const ends: { code: number; message: string }[] = []
  const machine: ServerMachine = {
    step(event) {
      // Bytes are the machine's only until the step returns.
      events.push(event.kind === 'data' ? { ...event, bytes: event.bytes.slice() } : event)
      const first: PeerEffect[] = event.kind === 'start' ? [{ kind: 'listen', port: 'client', host: '127.0.0.1', number: port }] : []
      return [...first, ...react(event)]
    },
  }
  const host = new NodeHost(machine, {
    disk: new NodeDisk({ log: folder, snap: folder }),
    log: (_, message) => logs.push(message),
    adminCommand: (word) => ({ text: `answer to ${word}` }),
    clientPortListenBacklog: -1,
    onExit: (code, message) => ends.push({ code, message }),
  })
  host.start()
  await until('the port', () => events.some(({ kind }) => kind === 'listening' || kind === 'listenFailed'))
  cleanups.push(() => {
    react = () => [{ kind: 'exit', code: 0, message: '' }]
    host.stop()
    fs.rmSync(folder, { recursive: true })
  })
  return { events, logs, ends, port, host }
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A client that collects what it gets. */
function clientOf(port: number): { readonly socket: net.Socket; received: string; ended: boolean } {
  const client = { socket: net.connect({ host: '127.0.0.1', port }), received: '', ended: false }
  client.socket.on('data', (bytes) => {
    client.received += bytes.toString('latin1')
  })
  client.socket.on('end', () => {
    client.ended = true
  })
  client.socket.on('error', () => {})
  cleanups.push(() => client.socket.destroy())
  return client
}

const echo: React = (event) => (event.kind === 'data' ? [{ kind: 'send', connection: event.connection, bytes: event.bytes.slice() }] : [])

describe('the Node host', () => {
  it('carries bytes in and out and tells who came and went', async () => {
    const { events, port } = await hostOf(echo)
    const client = clientOf(port)
    client.socket.write('hello')
    await until('the echo', () => client.received === 'hello')
    client.socket.end()
    await until('the end', () => events.some(({ kind }) => kind === 'closed'))
    expect(events.find(({ kind }) => kind === 'accepted')).toMatchObject({ connection: 1, port: 'client', remoteAddress: '127.0.0.1' })
    expect(events.find(({ kind }) => kind === 'closed')).toMatchObject({ connection: 1 })
  })

  it('ends every batch of events with one turn, and holds back what is sent until then', async () => {
    const { events, port } = await hostOf((event) =>
      event.kind === 'data'
        ? [...fromUtf8(event.bytes)].map((letter): PeerEffect => ({ kind: 'send', connection: event.connection, bytes: utf8(letter) }))
        : event.kind === 'turn'
          ? [{ kind: 'send', connection: 1, bytes: utf8('.') }]
          : [],
    )
    const client = clientOf(port)
    client.socket.write('abc')
    await until('the echo', () => client.received.includes('abc'))
    expect(client.received).toMatch(/^\.*abc\.+$/)
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.join(' ')).not.toContain('turn turn')
    expect(kinds.slice(kinds.indexOf('data')).slice(0, 2)).toEqual(['data', 'turn'])
  })

  it('delivers the answer of the disk after the step that asked', async () => {
    const { events } = await hostOf((event) =>
      event.kind === 'start' ? [{ kind: 'disk', token: 7, operation: { kind: 'write', file: 'log/log.1', position: 0, bytes: utf8('x') } }] : [],
    )
    expect(events[1]).toEqual({ kind: 'disk', token: 7, result: { kind: 'done' } })
  })

  it('answers a four-letter word, although the client has ended its side', async () => {
    const { port, events } = await hostOf((event) =>
      event.kind === 'data' ? [{ kind: 'adminCommand', connection: event.connection, word: fromUtf8(event.bytes), argument: utf8('') }] : [],
    )
    const client = clientOf(port)
    client.socket.end('ruok')
    await until('the answer', () => client.ended)
    expect(client.received).toBe('answer to ruok')
    expect(events.filter(({ kind }) => kind === 'closed')).toHaveLength(1)
  })

  it('sends everything before it closes', async () => {
    const { port } = await hostOf((event) =>
      event.kind === 'data'
        ? [
            { kind: 'send', connection: event.connection, bytes: new Uint8Array(3 << 20).fill(97) },
            { kind: 'send', connection: event.connection, bytes: utf8('z') },
            { kind: 'close', connection: event.connection, reason: 'enough' },
          ]
        : [],
    )
    const client = clientOf(port)
    client.socket.write('x')
    await until('the end', () => client.ended)
    expect(client.received.length).toBe((3 << 20) + 1)
    expect(client.received.endsWith('az')).toBe(true)
  })

  it('stops reading from a client that does not read, and goes on when it does', async () => {
    const piece = new Uint8Array(1 << 20)
    const { events, logs, port } = await hostOf((event) =>
      event.kind === 'data' ? [{ kind: 'send', connection: event.connection, bytes: piece }] : [],
    )
    const client = clientOf(port)
    client.socket.pause()
    // Every request of one byte asks for a mebibyte. The kernel takes some; then the host must stop listening to us.
    const asking = setInterval(() => client.socket.write('x'), 1)
    cleanups.push(() => clearInterval(asking))
    await until('the host to stop reading', () => logs.some((message) => message.includes('unread')))
    const before = events.filter(({ kind }) => kind === 'data').length
    client.socket.resume()
    await until('the host to go on', () => events.filter(({ kind }) => kind === 'data').length > before)
  })

  it('pauses and resumes a connection', async () => {
    const { events, port } = await hostOf((event) => {
      if (event.kind === 'accepted')
        return [
          { kind: 'pause', connection: event.connection },
          { kind: 'setTimer', timer: 'halfTick', delay: 30 },
        ]
      return event.kind === 'timeout' ? [{ kind: 'resume', connection: 1 }] : []
    })
    clientOf(port).socket.write('x')
    await until('the byte', () => events.some(({ kind }) => kind === 'data'))
    const kinds = events.map(({ kind }) => kind)
    expect(kinds.indexOf('timeout')).toBeLessThan(kinds.indexOf('data'))
  })

  it('fires each timer once, and a cancelled one never', async () => {
    const { events } = await hostOf((event) =>
      event.kind === 'start'
        ? [
            { kind: 'setTimer', timer: 'initLimit', delay: 1 },
            { kind: 'setTimer', timer: 'initLimit', delay: 40 },
            { kind: 'setTimer', timer: 'halfTick', delay: 20 },
            { kind: 'setTimer', timer: 'handshake', delay: 5 },
            { kind: 'cancelTimer', timer: 'handshake' },
          ]
        : [],
    )
    const fired = () => events.flatMap((event) => (event.kind === 'timeout' ? [event.timer] : []))
    await until('both timers', () => fired().length === 2)
    expect(fired()).toEqual(['halfTick', 'initLimit'])
  })

  it('says that a port is taken', async () => {
    const taken = await hostOf(() => [])
    const { events } = await hostOf((event) =>
      event.kind === 'start' ? [{ kind: 'listen', port: 'election', host: '127.0.0.1', number: taken.port }] : [],
    )
    await until('the failure', () => events.some(({ kind }) => kind === 'listenFailed'))
    expect(events.find(({ kind }) => kind === 'listenFailed')).toEqual({
      kind: 'listenFailed',
      port: 'election',
      message: `port ${taken.port} of 127.0.0.1 is taken by another program: end it, or choose another port`,
    })
  })

  it('opens connections and says when one cannot be made', async () => {
    const closed = await freePort()
    const { events } = await hostOf((event) =>
      event.kind === 'start' ? [{ kind: 'connect', connection: -1, host: '127.0.0.1', port: closed, timeout: 5_000 }] : [],
    )
    await until('the refusal', () => events.some(({ kind }) => kind === 'closed'))
    expect(events.find(({ kind }) => kind === 'closed')).toMatchObject({ connection: -1, reason: expect.stringContaining('ECONNREFUSED') as string })
    const other = await hostOf(() => [])
    const { events: ours } = await hostOf((event) =>
      event.kind === 'start' ? [{ kind: 'connect', connection: -1, host: '127.0.0.1', port: other.port, timeout: 5_000 }] : [],
    )
    await until('the connection', () => ours.some(({ kind }) => kind === 'connected'))
  })

  it('ends with code 1 and a message when a step throws', async () => {
    const { ends, host } = await hostOf((event) => {
      if (event.kind === 'stop') throw new Error('planted')
      return []
    })
    host.stop()
    expect(ends).toMatchObject([{ code: 1, message: expect.stringContaining('planted') as string }])
  })

  it('ends as the machine says, and delivers nothing afterwards', async () => {
    const { ends, host, events } = await hostOf((event) => (event.kind === 'stop' ? [{ kind: 'exit', code: 14, message: 'enough' }] : []))
    host.stop()
    host.stop()
    expect(ends).toEqual([{ code: 14, message: 'enough' }])
    expect(events.filter(({ kind }) => kind === 'stop')).toHaveLength(1)
  })
})
