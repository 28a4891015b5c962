/** `npm start`: an ensemble on this machine, to look at, to connect to and to break. */
import path from 'node:path'
import { Command as CommandLine, InvalidArgumentError } from 'commander'
import { unreachable } from '../kernel/index.ts'
import { type Command, readKey } from './commands.ts'
import { type Display, Lines, Screen } from './display.ts'
import { Ensemble, FolderInUse } from './ensemble.ts'
import { observe } from './observe.ts'
import { parseSwap, type Swap, SwapError } from './swap.ts'
import { coloured, type Paint, plain } from './table.ts'

/** How often the servers are asked, in ms. */
const GLANCE = 500

interface Options {
  readonly observers: number
  readonly data: string
  readonly fresh: boolean
  readonly port: number
  /** What has been given with `--with`, as it was typed. */
  readonly with: readonly string[]
}

const commandLine = new CommandLine('npm start --')
  .description('Starts an ensemble of ZooKeeper servers on 127.0.0.1, each a process of its own, and shows how it fares.')
  .argument('[servers]', 'how many vote, from 1 to 9', wholeNumber(1, 9), 3)
  .option('--observers <n>', 'how many follow without a vote', wholeNumber(0, 8), 0)
  .option('--data <folder>', 'where the data are kept between runs', 'data')
  .option('--fresh', 'forget the data of earlier runs', false)
  .option('--port <n>', 'the first client port to try', wholeNumber(1024, 60_000), 2181)
  .option('--with <file[@servers]>', 'your file in the place of one of src/, on all servers or on some: --with my/03a-supersedes@1,3', addTo, [])
  .addHelpText('after', '\nWith a terminal: k 1 kills server 1 (kill -9), p 1 pauses it, c 1 continues it, r 1 restarts it, q quits.')
  .action(run)

await commandLine.parseAsync()

async function run(servers: number, { observers, data, fresh, port, with: own }: Options): Promise<void> {
  if (servers + observers > 9) commandLine.error('error: at most 9 servers in all')
  if (servers === 1 && observers > 0) commandLine.error('error: observers need an ensemble of at least two voters')
  // Ensembles of different sizes share no data: servers that join empty could outvote those that know what was written.
  const folder = path.join(data, `${servers}-servers${observers > 0 ? `-${observers}-observers` : ''}`)
  try {
    const swaps = own.map(parseSwap)
    const stranger = swaps.flatMap(({ sids }) => [...(sids ?? [])]).find((sid) => sid < 1 || sid > servers + observers)
    if (stranger !== undefined) throw new SwapError(`--with: there is no server ${stranger} among ${servers + observers}`)
    const ensemble = await Ensemble.prepare({ participants: servers, observers, folder, port, fresh, swaps })
    await play(ensemble, swaps)
  } catch (error) {
    if (!(error instanceof FolderInUse || error instanceof RangeError || error instanceof SwapError)) throw error
    commandLine.error(`error: ${error.message}`)
  }
}

/** Runs the ensemble until somebody quits. */
async function play(ensemble: Ensemble, swaps: readonly Swap[]): Promise<void> {
  const display = process.stdout.isTTY ? new Screen(ensemble, colours()) : new Lines(ensemble)
  let over = false
  const quitting = new Promise<void>((resolve) => {
    readCommands(display, (command) => {
      if (command.kind === 'quit') resolve()
      else display.say(execute(ensemble, command))
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  display.open()
  for (const { source, sids } of swaps) display.say(`${source} is yours on ${sids === null ? 'all servers' : `server ${[...sids].join(', ')}`}`)
  ensemble.startAll()
  const watching = watch(ensemble, display, () => over)
  await quitting
  over = true
  display.say('stopping ...')
  await Promise.all([watching, ensemble.stopAll()])
  display.close()
  console.log(`stopped; the data stay in ${ensemble.folder}`)
  process.exit(0)
}

/** Takes keys from the keyboard, or the same characters from a pipe. */
function readCommands(display: Display, take: (command: Command) => void): void {
  const { stdin } = process
  let typed = ''
  if (stdin.isTTY) stdin.setRawMode(true)
  stdin.setEncoding('utf8').on('data', (keys: string) => {
    for (const key of keys) {
      const typing = readKey(typed, key)
      typed = typing.typed
      display.echo(typed)
      if (typing.command !== null) take(typing.command)
    }
  })
}

/** Does what a command says and tells what was done. */
function execute(ensemble: Ensemble, { kind, sid }: Exclude<Command, { kind: 'quit' }>): string {
  const member = ensemble.members.find((candidate) => candidate.sid === sid)
  if (member === undefined) return `there is no server ${sid}`
  switch (kind) {
    case 'kill':
      return ensemble.kill(member) ? `server ${sid}: killed with -9; r ${sid} starts it again` : `server ${sid} does not run`
    case 'pause':
      return ensemble.pause(member) ? `server ${sid}: paused; c ${sid} lets it go on` : `server ${sid} does not run`
    case 'continue':
      return ensemble.resume(member) ? `server ${sid}: goes on` : `server ${sid} is not paused`
    case 'restart':
      void ensemble.restart(member)
      return `server ${sid}: restarts`
    default:
      return unreachable(kind)
  }
}

/** Asks all servers again and again and shows what they say. */
async function watch(ensemble: Ensemble, display: Display, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const rows = await Promise.all(ensemble.members.map(observe))
    if (isOver()) return
    display.show(rows)
    await new Promise((resolve) => setTimeout(resolve, GLANCE))
  }
}

function colours(): Paint {
  return process.env['NO_COLOR'] === undefined ? coloured : plain
}

/** Collects an option that may come several times. */
function addTo(text: string, list: readonly string[]): readonly string[] {
  return [...list, text]
}

/** Reads a number of an option. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`Choose a number from ${least} to ${most}.`)
  }
}
