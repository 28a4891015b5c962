/** `zk-server` as a command: its texts, its exit codes, and a server that goes on in the background. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isAlive, readPid } from '../../src/cli/background.ts'
import { askWord } from '../../src/cli/four-letter-word.ts'
import { freePorts } from '../../src/cli/free-ports.ts'
import { root } from '../support/source.ts'

const folders: string[] = []
const pids: number[] = []
afterAll(() => {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true })
})

const ports = new Set<number>()

/** A folder with a zoo.cfg for a server of its own; `more` lines are added. */
async function setUp(more = ''): Promise<{ readonly folder: string; readonly cfg: string; readonly port: number; readonly pidFile: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-server-'))
  folders.push(folder)
  const [port = 0] = await freePorts('127.0.0.1', 24_500, 1, ports)
  const cfg = path.join(folder, 'zoo.cfg')
  fs.writeFileSync(cfg, `tickTime=2000\ndataDir=${folder}/data\nclientPort=${port}\nclientPortAddress=127.0.0.1\n${more}`)
  return { folder, cfg, port, pidFile: path.join(folder, 'data', 'zookeeper_server.pid') }
}

interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function launch(...args: string[]): { readonly child: ChildProcess; readonly result: Promise<Result> } {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'src/cli/zk-server.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ZOO_LOG_DIR: undefined },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString()
  })
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString()
  })
  return { child, result: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))) }
}

const zkServer = (...args: string[]) => launch(...args).result

/** Waits until the server on this port serves. */
async function serving(port: number): Promise<void> {
  while (!(await askWord('127.0.0.1', port, 'srvr', 1_000))?.includes('Mode: ')) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('zk-server', { timeout: 300_000 }, () => {
  it('starts, tells its status and stops, in the words of zkServer.sh', async () => {
    const { cfg, port, pidFile } = await setUp()
    const using = `Using config: ${cfg}\n`
    expect(await zkServer('status', cfg)).toEqual({
      code: 1,
      stdout: `Client port found: ${port}. Client address: 127.0.0.1. Client SSL: false.\nError contacting service. It is probably not running.\n`,
      stderr: using,
    })
    expect(await zkServer('start', cfg)).toEqual({ code: 0, stdout: 'Starting zookeeper ... STARTED\n', stderr: using })
    const pid = readPid(pidFile) as number
    pids.push(pid)
    await serving(port)
    expect(await zkServer('status', cfg)).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nMode: standalone\n$/) as string })
    expect(await zkServer('start', cfg)).toMatchObject({ code: 1, stdout: `Starting zookeeper ... already running as process ${pid}.\n` })
    expect(await zkServer('stop', cfg)).toEqual({ code: 0, stdout: 'Stopping zookeeper ... STOPPED\n', stderr: using })
    expect(isAlive(pid)).toBe(false)
    expect(await zkServer('stop', cfg)).toMatchObject({
      code: 0,
      stdout: `Stopping zookeeper ... no zookeeper to stop (could not find file ${pidFile})\n`,
    })
  })

  it('runs in the foreground, logs to standard output and ends cleanly with SIGTERM', async () => {
    const { cfg, port } = await setUp()
    const { child, result } = launch('start-foreground', cfg)
    pids.push(child.pid as number)
    await serving(port)
    child.kill('SIGTERM')
    const { code, stdout } = await result
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \[myid:\] - INFO {2}- /)
  })

  it('says which port is taken', async () => {
    const { cfg, port } = await setUp()
    const other = net.createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const { code, stdout } = await zkServer('start-foreground', cfg)
    expect(code).toBe(1)
    expect(stdout).toContain(`port ${port} of 127.0.0.1 is taken by another program`)
    const started = await zkServer('start', cfg)
    expect(started).toMatchObject({ code: 1, stdout: 'Starting zookeeper ... FAILED TO START\n' })
    expect(started.stderr).toContain(`port ${port} of 127.0.0.1 is taken by another program`)
    other.close()
  })

  it('refuses a configuration with its faults and exit code 2', async () => {
    const { cfg } = await setUp('initLimit=ten\n')
    expect(await zkServer('start-foreground', cfg)).toEqual({
      code: 2,
      stdout: '',
      stderr: `Using config: ${cfg}\n${cfg}:5: initLimit=ten: not a whole number\nInvalid config, exiting abnormally\n`,
    })
  })

  it('ends with 3 when it cannot use its folder', async () => {
    const { cfg, folder } = await setUp()
    fs.writeFileSync(path.join(folder, 'data'), 'a file')
    const { code, stderr } = await zkServer('start-foreground', cfg)
    expect(code).toBe(3)
    expect(stderr).toContain(`dataDir=${folder}/data cannot be used`)
  })

  it('ends with 1 when myid names nobody', async () => {
    const { cfg, folder } = await setUp('initLimit=10\nsyncLimit=5\nserver.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\n')
    fs.mkdirSync(path.join(folder, 'data'))
    fs.writeFileSync(path.join(folder, 'data', 'myid'), '4')
    expect(await zkServer('start-foreground', cfg)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('my id 4 is not in the list of servers') as string,
    })
  })

  it('explains itself', async () => {
    expect(await zkServer('begin')).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Usage: zk-server /) as string })
    expect((await zkServer('version')).stdout).toMatch(/^zookeeper-from-scratch, version 3\.8\.0-\S+ \d{4}-\d\d-\d\d \d\d:\d\d UTC\n$/)
  })
})
