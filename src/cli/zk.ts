/**
 * `zk -server host:port[,host:port][/chroot] [-timeout ms] [-r] [-client-configuration file] [-waitforconnection] [--json] [command]`:
 * ZooKeeper's shell. With a command it runs that and exits with its code, without one it reads lines until `quit` or the end of
 * the input. With `--json` each command prints one line of JSON on standard output and nothing else is printed there.
 *
 * What zkCli.sh prints, this prints, on the same stream, and it ends with the same codes. It differs where zkCli.sh is in the
 * way of its user: the session is ended on the way out, so ephemerals go at once; an unknown option on the command line and a
 * version that is no number are refused with a sentence instead of ignored or answered by a stack trace; options of a command
 * are complained about without the name of a Java class; `help` and `exit` exist; there is no word about JLine; `Not connected`
 * follows only what needs a connection; TLS is asked for by `zookeeper.client.secure=true` in the file of `-client-configuration`
 * alone, not by JVM flags; data longer than `jute.maxbuffer` are not sent. `get -b -x` and `set -b` are from 3.9.3.
 * Source: `ZooKeeperMain`.
 */
import { createInterface, type Interface } from 'node:readline'
import type { TlsOptions } from '../index.ts'
import { readClientConfiguration } from './shell/client-configuration.ts'
import { usageText } from './shell/commands.ts'
import { EXIT_FAILED, EXIT_OK, Shell } from './shell/shell.ts'

interface Invocation {
  server: string
  timeout: number
  readOnly: boolean
  json: boolean
  waitForConnection: boolean
  maxFrameLength: number | undefined
  tls: TlsOptions | undefined
  command: readonly string[]
}

/** Reads the words after the program's name. Throws an Error with one clear sentence when they make no sense. */
function parseInvocation(words: readonly string[]): Invocation {
  const invocation: Invocation = {
    server: 'localhost:2181',
    timeout: 30_000,
    readOnly: false,
    json: false,
    waitForConnection: false,
    maxFrameLength: undefined,
    tls: undefined,
    command: [],
  }
  const rest = [...words]
  while (rest[0]?.startsWith('-')) takeOption(invocation, rest.shift() as string, rest)
  return { ...invocation, command: rest }
}

function takeOption(invocation: Invocation, option: string, rest: string[]): void {
  switch (option) {
    case '-r':
      invocation.readOnly = true
      return
    case '--json':
      invocation.json = true
      return
    case '-waitforconnection':
      invocation.waitForConnection = true
      return
    case '-server':
      invocation.server = valueOf(option, rest)
      return
    case '-timeout':
      invocation.timeout = timeoutOf(valueOf(option, rest))
      return
    case '-client-configuration':
      Object.assign(invocation, readClientConfiguration(valueOf(option, rest)))
      return
    default:
      throw new Error(`unknown option ${option}`)
  }
}

function valueOf(option: string, rest: string[]): string {
  const value = rest.shift()
  if (value === undefined) throw new Error(`no argument found for option ${option}`)
  return value
}

function timeoutOf(text: string): number {
  const timeout = Number(text)
  if (!(Number.isInteger(timeout) && timeout > 0)) throw new Error(`'${text}' is no timeout in milliseconds`)
  return timeout
}

async function main(words: readonly string[]): Promise<number> {
  if (words[0] === '-h' || words[0] === '-help' || words[0] === '--help') {
    console.log(usageText())
    return EXIT_OK
  }
  let invocation: Invocation
  let shell: Shell
  try {
    invocation = parseInvocation(words)
    if (!invocation.json) console.log(`Connecting to ${invocation.server}`)
    shell = new Shell({ ...invocation, out: (line) => console.log(line), err: (line) => console.error(line) })
  } catch (error) {
    console.error(`Error: ${(error as Error).message}`)
    return EXIT_FAILED
  }
  const ready = !invocation.waitForConnection || (await shell.waitForConnection())
  if (!ready) {
    console.error(`Error: no session with ${invocation.server} within ${invocation.timeout} ms`)
    shell.exitCode = EXIT_FAILED
  } else if (invocation.command.length > 0) {
    await shell.execute(invocation.command)
  } else {
    await interact(shell, invocation.json)
  }
  if (!shell.quit) await shell.close(true)
  return shell.exitCode
}

/** Lines until `quit` or the end of the input; in a terminal with prompt, history and completion. */
async function interact(shell: Shell, json: boolean): Promise<void> {
  if (!json) console.log('Welcome to ZooKeeper!')
  const terminal = process.stdin.isTTY === true
  const lines = createInterface({
    input: process.stdin,
    terminal,
    ...(terminal && { output: process.stdout, completer: completer(shell) }),
  })
  if (terminal) showPrompt(lines, shell)
  for await (const line of lines) {
    await shell.executeLine(line)
    if (shell.quit) break
    if (terminal) showPrompt(lines, shell)
  }
  lines.close()
}

function showPrompt(lines: Interface, shell: Shell): void {
  lines.setPrompt(shell.prompt())
  lines.prompt()
}

function completer(shell: Shell) {
  return (line: string, done: (error: null, result: [string[], string]) => void): void => {
    void shell.complete(line).then(([candidates, word]) => done(null, [[...candidates], word]))
  }
}

process.exitCode = await main(process.argv.slice(2))
