/** A server as `zk-server` runs it: what it offers over HTTP, and what it deletes. */
import fs from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { askWord } from '../../src/cli/four-letter-word.ts'
import { purge } from '../../src/hosts/node/autopurge.ts'
import { AdminServerFailed, loadConfiguration, MetricsPortFailed, NodeDisk, runServer } from '../../src/hosts/node/index.ts'
import { createClient } from '../../src/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { until } from '../support/servers.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const provider = 'metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider\nmetricsProvider.httpHost=127.0.0.1'

function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-http-'))
  cleanups.push(() => fs.rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a server with these lines more in its zoo.cfg, and waits until it serves. */
async function serverWith(more: string): Promise<{ readonly clientPort: number; readonly logs: string[] }> {
  const folder = temporaryFolder()
  const clientPort = await freePort()
  const file = path.join(folder, 'zoo.cfg')
  fs.writeFileSync(file, `dataDir=${folder}\nclientPort=${clientPort}\nclientPortAddress=127.0.0.1\n4lw.commands.whitelist=*\n${more}\n`)
  const logs: string[] = []
  const server = await runServer(loadConfiguration(file, {}), createPeer, (level, message) => logs.push(`${level} ${message}`))
  cleanups.push(() => {
    server.stop()
    return server.ended
  })
  await until('the server serves', async () => (await askWord('127.0.0.1', clientPort, 'srvr', 1000))?.includes('Mode: '))
  return { clientPort, logs }
}

async function freePort(): Promise<number> {
  const probe = net.createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as net.AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** A port that somebody listens on. */
async function takenPort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return (server.address() as net.AddressInfo).port
}

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: string
}

function ask(port: number, target: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path: target, method }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], body }))
    })
    request.on('error', reject).end()
  })
}

describe('the AdminServer', () => {
  it('answers commands as JSON and lists them at its root', async () => {
    const port = await freePort()
    await serverWith(`admin.serverAddress=127.0.0.1\nadmin.serverPort=${port}`)
    const ruok = { status: 200, type: 'application/json', body: '{\n  "command" : "ruok",\n  "error" : null\n}' }
    expect(await ask(port, '/commands/ruok')).toEqual(ruok)
    const { status, type, body } = await ask(port, '/commands')
    expect({ status, type }).toEqual({ status: 200, type: undefined })
    expect(body).toContain('<a href="/commands/zabstate">zabstate</a>\n<br/>\n')
    expect((await ask(port, '/commands/')).body).toBe(body)
    expect(JSON.parse((await ask(port, '/commands/icfg')).body)).toMatchObject({ initial_configuration: expect.stringContaining('admin.serverPort') })
  })

  it('refuses other methods and other paths', async () => {
    const port = await freePort()
    await serverWith(`admin.serverAddress=127.0.0.1\nadmin.serverPort=${port}\nadmin.commandURL=/do`)
    expect((await ask(port, '/do/ruok')).status).toBe(200)
    expect((await ask(port, '/do/ruok', 'HEAD')).status).toBe(200)
    expect((await ask(port, '/do/ruok', 'POST')).status).toBe(405)
    expect((await ask(port, '/do/ruok', 'TRACE')).status).toBe(403)
    expect((await ask(port, '/commands/ruok')).status).toBe(404)
    expect((await ask(port, '/doruok')).status).toBe(404)
  })

  it('resets counters, as the word does', async () => {
    const port = await freePort()
    const { clientPort } = await serverWith(`admin.serverAddress=127.0.0.1\nadmin.serverPort=${port}`)
    await using zk = createClient({ servers: `127.0.0.1:${clientPort}` })
    await zk.create('/a')
    const counted = async () => Number(/^zk_cnt_updatelatency\t(\d+)$/m.exec((await askWord('127.0.0.1', clientPort, 'mntr', 1000)) ?? '')?.[1])
    expect(await counted()).toBeGreaterThan(0)
    await ask(port, '/commands/srst')
    expect(await counted()).toBe(0)
    await zk.create('/b')
    expect(await counted()).toBe(1)
    expect(await askWord('127.0.0.1', clientPort, 'srst', 1000)).toBe('Server stats reset.\n')
    expect(await counted()).toBe(0)
  })

  it('must open the port that was asked for: exit code 4', async () => {
    const port = await takenPort()
    const failure = await serverWith(`admin.serverAddress=127.0.0.1\nadmin.serverPort=${port}`).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AdminServerFailed)
    expect(failure).toMatchObject({ exitCode: 4 })
  })
})

describe('an AdminServer that nobody asked for', () => {
  it('goes on without a port that nobody asked for, with one warning', async () => {
    const blocker = http.createServer()
    // Somebody else may have it already: that is as good.
    await new Promise<void>((resolve) => blocker.once('error', () => resolve()).listen(8080, () => resolve()))
    cleanups.push(() => blocker.close())
    const { logs } = await serverWith('')
    expect(logs.filter((line) => line.startsWith('warn '))).toEqual([
      expect.stringMatching(/^warn Problem starting AdminServer .*: going on without it$/),
    ])
  })
})

describe('metrics for Prometheus', () => {
  it('are at /metrics', async () => {
    const port = await freePort()
    const { clientPort } = await serverWith(`admin.enableServer=false\n${provider}\nmetricsProvider.httpPort=${port}`)
    await using zk = createClient({ servers: `127.0.0.1:${clientPort}` })
    await zk.create('/a')
    await zk.getData('/a')
    const { status, type, body } = await ask(port, '/metrics')
    expect({ status, type }).toEqual({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' })
    const value = (name: string) =>
      Number(
        body
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1],
      )
    expect(value('znode_count')).toBe(6)
    expect(value('global_sessions')).toBe(1)
    expect(value('updatelatency_count')).toBe(1)
    expect(value('readlatency_count')).toBeGreaterThan(0)
    // The session and the node.
    expect(value('fsynctime_count')).toBeGreaterThanOrEqual(2)
    expect(value('connection_request_count')).toBe(1)
    expect(value('bytes_received_count')).toBeGreaterThan(0)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0)
    expect((await ask(port, '/')).status).toBe(404)
  })

  it('must have their port', async () => {
    const port = await takenPort()
    const failure = serverWith(`admin.enableServer=false\n${provider}\nmetricsProvider.httpPort=${port}`)
    await expect(failure).rejects.toBeInstanceOf(MetricsPortFailed)
  })
})

describe('purging', () => {
  it('leaves the newest snapshots and the logs behind them', async () => {
    const folder = temporaryFolder()
    const whole = Buffer.from([...'a snapshot'].map((letter) => letter.charCodeAt(0)).concat(0, 0, 0, 1, 0x2f))
    for (const zxid of ['1', '5', 'a', '14', '1e']) fs.writeFileSync(path.join(folder, `snapshot.${zxid}`), whole)
    fs.writeFileSync(path.join(folder, 'snapshot.28'), 'torn')
    for (const zxid of ['1', '4', '9', 'c', '19']) fs.writeFileSync(path.join(folder, `log.${zxid}`), 'log')
    const logs: string[] = []
    await purge(new NodeDisk({ log: folder, snap: folder }), 3, (_, message) => logs.push(message))
    expect(new Set(fs.readdirSync(folder))).toEqual(new Set(['log.19', 'log.9', 'log.c', 'snapshot.14', 'snapshot.1e', 'snapshot.28', 'snapshot.a']))
    expect(logs).toEqual(['Purge: deleted 4 files; the newest 3 snapshots and the logs behind them stay'])
  })
})
