/** A program that is talked to line by line, such as a client's interactive shell. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { until } from './servers.ts'

export class Shell implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  #output = ''
  #ended = false

  /** Starts the program; what it writes to either stream is read as one, in the order in which it wrote it. */
  constructor(program: string, ...args: readonly string[]) {
    // Buffered by lines, lest a C program keep its output to itself until it ends.
    this.#child = spawn('/bin/sh', ['-c', 'exec stdbuf -oL "$@" 2>&1', 'sh', program, ...args])
    this.#child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#output += text
    })
    this.#child.stdin.on('error', () => {})
    this.#child.once('close', () => {
      this.#ended = true
    })
  }

  /** Writes a line. */
  say(line: string): void {
    this.type(`${line}\n`)
  }

  /** Writes as it is, key by key for a program that reads a terminal. */
  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  /** Waits until the pattern has been printed; takes and returns what was printed up to its end. */
  async heard(pattern: RegExp): Promise<string> {
    const match = await until(
      `a shell prints ${pattern}`,
      () => {
        const found = pattern.exec(this.#output)
        if (!found && this.#ended) throw new Error(`the shell ended before it printed ${pattern}:\n${this.#output}`)
        return found ?? undefined
      },
      () => this.#output,
    )
    const end = match.index + match[0].length
    const text = this.#output.slice(0, end)
    this.#output = this.#output.slice(end)
    return text
  }

  /** Waits until the program has ended, and returns the rest of what it printed. */
  async end(): Promise<string> {
    await until(
      'the shell ends',
      () => this.#ended,
      () => this.#output,
    )
    return this.#output
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.end()
  }
}
