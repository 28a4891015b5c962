import { join } from 'node:path'
import { expect } from 'vitest'
import { describeWith, itOnEither } from '../support/describe-with.ts'
import { java, python, zkCli } from '../support/oracle.ts'
import { Ensemble } from '../support/servers.ts'
import { Shell } from '../support/shell.ts'
import { root } from '../support/source.ts'

const kills = 10

/** Seconds of the monotonic clock, the one that `kazoo_load.py` prints. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e9
}

/** Clients of kazoo at work on an ensemble, and all that they ever said. */
class Load implements AsyncDisposable {
  readonly #shell: Shell
  #said = ''

  constructor(connectString: string) {
    this.#shell = new Shell(python, '-B', join(root, 'test/interop/kazoo_load.py'), connectString)
  }

  /** What went wrong so far, as the clients see it. */
  get complaints(): readonly string[] {
    return this.#said.match(/^(?:(?:LOST|STALE|MISSING|SILENT).*|Traceback[\s\S]*)/gm) ?? []
  }

  /** Gives a command and waits for its answer. */
  async tell(command: string, answer: RegExp): Promise<void> {
    this.#shell.say(command)
    await this.#hear(answer)
  }

  /** Waits for the acknowledgement of a write that began after `instant`; gives when that was. */
  async acknowledgedAfter(instant: number): Promise<number> {
    for (;;) {
      const [, started, ended] = /ack \d+ (\S+) (\S+)\n$/.exec(await this.#hear(/^ack .*\n/m)) ?? []
      if (Number(started) > instant) return Number(ended)
    }
  }

  /** Waits until each server alone has been asked for all that was acknowledged; gives its answers. */
  async verify(): Promise<string[]> {
    this.#shell.say('verify')
    const answers = await this.#hear(/^done$/m)
    return answers.split('\n').filter((line) => /^(verified|MISSING)/.test(line))
  }

  /** How many reads were made. */
  get reads(): number {
    return this.#said.match(/^read /gm)?.length ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell[Symbol.asyncDispose]()
  }

  async #hear(pattern: RegExp): Promise<string> {
    const text = await this.#shell.heard(pattern)
    this.#said += text
    return text
  }
}

describeWith([java, 'the package python3-kazoo'], 'clients keep working while servers die', () => {
  itOnEither(`the leader is killed ${kills} times in a row: %s`, async (kind) => {
    await using ensemble = await Ensemble.start([kind, kind, kind], { tickTime: 2000 })
    await using load = new Load(ensemble.connectString)
    await load.acknowledgedAfter(0)
    const times: number[] = []
    for (let k = 1; k <= kills; k++) {
      const leader = await ensemble.leader()
      const killed = monotonic()
      await leader.kill()
      times.push((await load.acknowledgedAfter(killed)) - killed)
      await load.tell(`fire ${k}`, new RegExp(`^(fired|SILENT watch) ${k}\n`, 'm'))
      leader.start()
      await ensemble.serving()
    }
    const answers = await load.verify()
    const sorted = times.toSorted((a, b) => a - b)
    const seconds = times.map((time) => time.toFixed(2)).join(' ')
    console.log(
      `${kind}: service back after ${seconds} s; median ${median(sorted).toFixed(2)} s, longest ${sorted.at(-1)?.toFixed(2)} s; ${load.reads} reads`,
    )
    expect(load.complaints).toEqual([])
    expect(answers).toEqual(ensemble.servers.map((server) => expect.stringMatching(`^verified ${server.address} [1-9]`)))
    expect(load.reads).toBeGreaterThan(0)
  })

  itOnEither('all servers are killed in the middle of writing: %s', async (kind) => {
    await using ensemble = await Ensemble.start([kind, kind, kind], { tickTime: 2000 })
    await using load = new Load(ensemble.connectString)
    for (let round = 0; round < 3; round++) {
      for (let writes = 0; writes < 100; writes++) await load.acknowledgedAfter(0)
      await Promise.all(ensemble.servers.map((server) => server.kill()))
      const killed = monotonic()
      for (const server of ensemble.servers) server.start()
      await ensemble.serving()
      await load.acknowledgedAfter(killed)
    }
    const answers = await load.verify()
    expect(load.complaints).toEqual([])
    expect(answers).toEqual(ensemble.servers.map((server) => expect.stringMatching(`^verified ${server.address} [1-9]`)))
  })
})

describeWith([java, 'the package zookeeper (zkCli.sh)'], 'a session of zkCli moves on with all it has', () => {
  itOnEither('its watches and its ephemeral outlive a restart of all servers: %s', async (kind) => {
    await using ensemble = await Ensemble.start([kind, kind, kind])
    const open = async () => {
      const shell = new Shell(zkCli, '-timeout', '20000', '-server', ensemble.connectString)
      await shell.heard(/state:SyncConnected type:None .*\n/)
      return shell
    }
    const tell = async (shell: Shell, lines: readonly string[]) => {
      for (const line of lines) shell.say(line)
      shell.say('get /end')
      return shell.heard(/Node does not exist: \/end\n/)
    }
    await using keeper = await open()
    await tell(keeper, ['create /a x', 'create -e /mine x', 'get -w /a', 'ls -w /a', 'stat -w /later'])
    await Promise.all(ensemble.servers.map((server) => server.kill()))
    for (const server of ensemble.servers) server.start()
    await ensemble.serving()
    await keeper.heard(/state:Disconnected(.|\n)*state:SyncConnected type:None .*\n/)
    await using other = await open()
    expect(await tell(other, ['get /mine'])).toMatch(/^x$/m)
    await tell(other, ['set /a y', 'create /a/child x', 'create /later x'])
    const events = await keeper.heard(/type:NodeCreated path:\/later\n/)
    expect(events.match(/type:Node\w+ path:.*/g)).toEqual([
      'type:NodeDataChanged path:/a',
      'type:NodeChildrenChanged path:/a',
      'type:NodeCreated path:/later',
    ])
  })
})

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}
