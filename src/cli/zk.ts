/**
 * `zk -server host:port[,host:port][/chroot] [-timeout ms] [-r] [command]`: ZooKeeper's shell. With a command it runs that and
 * exits with its code, without one it reads lines until `quit` or the end of the input.
 *
 * What zkCli.sh prints, this prints, on the same stream, and it ends with the same codes. It differs where zkCli.sh is in the
 * way of its user: the session is ended on the way out, so ephemerals go at once; an unknown option on the command line and a
 * version that is no number are refused with a sentence instead of ignored or answered by a stack trace; `help` exists; there is
 * no word about JLine; `Not connected` follows only what needs a connection.
 * Source: `ZooKeeperMain`.
 */
import { createInterface, type Interface } from 'node:readline'
import { usageText } from './shell/commands.ts'
import { EXIT_FAILED, Shell, type ShellSettings } from './shell/shell.ts'

interface Invocation extends Pick<ShellSettings, 'server' | 'timeout' | 'readOnly'> {
  readonly command: readonly string[]
}

/** Reads the words after the program's name. Answers a sentence when they make no sense. */
function parseInvocation(words: readonly string[]): Invocation | string {
  let server = 'localhost:2181'
  let timeout = 30_000
  let readOnly = false
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    if (!word.startsWith('-')) return { server, timeout, readOnly, command: words.slice(i) }
    if (word === '-r') {
      readOnly = true
    } else if (word === '-server' || word === '-timeout') {
      const value = words[++i]
      if (value === undefined) return `Error: no argument found for option ${word}`
      if (word === '-server') server = value
      else timeout = Number(value)
      if (!(Number.isInteger(timeout) && timeout > 0)) return `Error: '${value}' is no timeout in milliseconds`
    } else {
      return `Error: unknown option ${word}`
    }
  }
  return { server, timeout, readOnly, command: [] }
}

async function main(words: readonly string[]): Promise<number> {
  if (words[0] === '-h' || words[0] === '-help' || words[0] === '--help') {
    console.log(usageText())
    return 0
  }
  const invocation = parseInvocation(words)
  if (typeof invocation === 'string') {
    console.error(invocation)
    return EXIT_FAILED
  }
  let shell: Shell
  try {
    console.log(`Connecting to ${invocation.server}`)
    shell = new Shell({ ...invocation, out: (line) => console.log(line), err: (line) => console.error(line) })
  } catch (error) {
    console.error(`Error: ${(error as Error).message}`)
    return EXIT_FAILED
  }
  if (invocation.command.length > 0) await shell.execute(invocation.command)
  else await interact(shell)
  if (!shell.quit) await shell.close(true)
  return shell.exitCode
}

/** Lines until `quit` or the end of the input; in a terminal with prompt, history and completion. */
async function interact(shell: Shell): Promise<void> {
  console.log('Welcome to ZooKeeper!')
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
