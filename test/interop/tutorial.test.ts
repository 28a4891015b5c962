import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { describeWith, itOnEither } from '../support/describe-with.ts'
import { java, python } from '../support/oracle.ts'
import { Ensemble, type Kind, type Server, until } from '../support/servers.ts'
import { root } from '../support/source.ts'

/**
 * The five servers of the classic tutorial, each from a plain zoo.cfg and a myid file, started and asked by the script of
 * their kind: `zkServer.sh` for Java, `zk-server` for ours.
 */
const scripts: Record<Kind, readonly string[]> = {
  java: ['/usr/share/zookeeper/bin/zkServer.sh'],
  ours: [process.execPath, join(root, 'bin/zk-server.js')],
}

describeWith([java, 'the package python3-kazoo'], 'the five servers of the tutorial', () => {
  itOnEither('start one by one, survive two of them and come back after three: %s', async (kind) => {
    await using ensemble = await Ensemble.prepare([kind, kind, kind, kind, kind])
    const [one, two, three, four, five] = ensemble.servers as [Server, Server, Server, Server, Server]
    const all = ensemble.servers
    for (const server of all) writePlainConfig(server)
    const control = controlOf(kind)
    try {
      for (const server of all)
        expect(control('start', server)).toMatchObject({ status: 0, output: expect.stringMatching(/^Starting zookeeper \.\.\. STARTED$/m) })
      expect(control('start', one)).toMatchObject({ status: 1, output: expect.stringMatching(/already running as process \d+/) })
      const roles = async (up: readonly Server[]) =>
        until(`${up.length} servers have roles`, () => {
          const found = up.map((server) => /^Mode: (\w+)$/m.exec(control('status', server).output)?.[1] ?? 'none')
          return !found.includes('none') && found.toSorted((a, b) => (a < b ? -1 : 1))
        })
      expect(await roles(all)).toEqual(['follower', 'follower', 'follower', 'follower', 'leader'])
      expect(control('status', one)).toMatchObject({
        status: 0,
        output: expect.stringMatching(new RegExp(`^Client port found: ${one.clientPort}\\b`, 'm')),
      })
      write(ensemble, '/five')

      for (const server of [four, five])
        expect(control('stop', server)).toMatchObject({ status: 0, output: expect.stringMatching(/^Stopping zookeeper \.\.\. STOPPED$/m) })
      expect(await roles([one, two, three])).toEqual(['follower', 'follower', 'leader'])
      write(ensemble, '/three')

      control('stop', three)
      await until('two of five do not serve', () => [one, two].every((server) => control('status', server).status === 1))
      expect(control('status', one).output).toMatch(/^Error contacting service\. It is probably not running\.$/m)

      control('start', five)
      expect(await roles([one, two, five])).toEqual(['follower', 'follower', 'leader'])
      write(ensemble, '/again')
      expect(children(five)).toEqual(['again', 'five', 'three', 'zookeeper'])
    } finally {
      for (const server of all) kill(server)
    }
  })
})

/** The configuration as the tutorial has it, no line more; the members' lines are kept. */
function writePlainConfig(server: Server): void {
  const members = readFileSync(server.configFile, 'utf8').match(/^server\..*\n/gm) ?? []
  const lines = ['tickTime=2000', `dataDir=${server.dataDir}`, `clientPort=${server.clientPort}`, 'initLimit=5', 'syncLimit=2']
  writeFileSync(server.configFile, `${lines.join('\n')}\n${members.join('')}`)
}

function controlOf(kind: Kind): (verb: string, server: Server) => { status: number | null; output: string } {
  const [program = '', ...args] = scripts[kind]
  return (verb, server) => {
    const env = { ...process.env, JMXDISABLE: 'true', ZOO_LOG_DIR: server.folder }
    // The server that `start` leaves behind must not hold our pipe open: output goes to a file.
    const command = ['-c', 'out=$1; shift; "$@" >"$out" 2>&1', 'sh', join(server.folder, 'control.out'), program, ...args, verb, server.configFile]
    const { status } = spawnSync('/bin/sh', command, { cwd: server.folder, env })
    return { status, output: readFileSync(join(server.folder, 'control.out'), 'utf8') }
  }
}

function write(ensemble: Ensemble, path: string): void {
  kazoo(`client = KazooClient(hosts=${JSON.stringify(ensemble.connectString)}, connection_retry=again)`, `client.create(${JSON.stringify(path)})`)
}

function children(server: Server): string[] {
  return kazoo(`client = KazooClient(hosts=${JSON.stringify(server.address)})`, `client.sync('/'); print(*sorted(client.get_children('/')))`).split(
    ' ',
  )
}

function kazoo(connect: string, action: string): string {
  const imports = 'from kazoo.client import KazooClient\nfrom kazoo.retry import KazooRetry\nagain = KazooRetry(max_tries=-1, delay=0.05, backoff=1)'
  const program = `${imports}\n${connect}\nclient.start(timeout=60)\n${action}\nclient.stop()`
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`kazoo: ${stderr}`)
  return stdout.trim()
}

/** Ends what a script has started, by the process id that it wrote down. */
function kill(server: Server): void {
  const pidFile = join(server.dataDir, 'zookeeper_server.pid')
  if (!existsSync(pidFile)) return
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
