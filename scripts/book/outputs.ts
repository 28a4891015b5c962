/** What commands print: each is run once, several at the same time. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Played, Request } from './player.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const DEMO = /^npx tsx (chapters\/[\w-]+\.ts)((?: [\w.,=:/-]+)*)$/

export class Outputs {
  private readonly known = new Map<string, Promise<Played>>()
  private readonly waiting: { readonly request: Request; readonly done: (played: Played) => void }[] = []
  private readonly players = new Set<ChildProcess>()
  private readonly idle: ChildProcess[] = []

  /** Runs a command, unless it has been run before. Demos are played in processes that live on; others are handed to a shell. */
  run(command: string): Promise<Played> {
    const known = this.known.get(command)
    if (known) return known
    const [, file, args] = DEMO.exec(command) ?? []
    const played = file === undefined ? shell(command) : this.play({ file, args: (args ?? '').split(' ').filter(Boolean) })
    this.known.set(command, played)
    return played
  }

  /** Runs commands and returns who knows what they printed. */
  async of(commands: Iterable<string>): Promise<(command: string, exit: number) => string> {
    const played = new Map(await Promise.all([...commands].map(async (command) => [command, await this.run(command)] as const)))
    return (command, exit) => {
      const { status, stdout, stderr } = played.get(command) as Played
      if (status !== exit) throw new Error(`${command} ended with ${status}, not ${exit}\n${stderr}`)
      return stdout + stderr
    }
  }

  /** Ends the processes that live on. */
  close(): void {
    for (const player of this.players) player.disconnect()
    this.players.clear()
    this.idle.length = 0
  }

  private play(request: Request): Promise<Played> {
    return new Promise((done) => {
      this.waiting.push({ request, done })
      this.next(this.idle.pop() ?? this.hire())
    })
  }

  /** Another player, as long as there are processors for them. */
  private hire(): ChildProcess | null {
    if (this.players.size >= availableParallelism()) return null
    const player = fork(fileURLToPath(new URL('player.ts', import.meta.url)), {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.players.add(player)
    return player
  }

  private next(player: ChildProcess | null): void {
    if (player === null) return
    const job = this.waiting.shift()
    if (job === undefined) {
      this.idle.push(player)
      return
    }
    const died = () => job.done({ status: 1, stdout: '', stderr: 'the process that played it has ended' })
    player.once('exit', died).once('message', (played: Played) => {
      player.off('exit', died)
      job.done(played)
      this.next(player)
    })
    player.send(job.request)
  }
}

/** Runs any command as a shell does. Our own programs are run without npx, which would take its time to find them. */
async function shell(command: string): Promise<Played> {
  const direct = command.replace(/\bnpx tsx\b/g, 'node --import tsx').replace(/\bnpx (zk|zk-server)\b/g, 'node bin/$1.js')
  const child = spawn(direct, { cwd: root, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text
    })
  }
  const [status] = (await once(child, 'close')) as [number | null]
  return { status: status ?? 1, ...printed }
}
