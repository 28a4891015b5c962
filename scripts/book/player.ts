/**
 * Plays demos one after the other in one process, as often as it is told to: most of the time of a short command is spent on
 * loading the code. A child process of `outputs.ts`.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { performed } from '../../chapters/support/perform.ts'

/** What is to be played. */
export interface Request {
  readonly file: string
  readonly args: readonly string[]
}

/** How it ended, and what it printed. */
export interface Played {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

class Exit extends Error {}

let plays = 0

process.setMaxListeners(0)
process.stdout.setMaxListeners(0)
process.on('message', (request: Request) => {
  play(request).then(
    (played) => process.send?.(played),
    (error: unknown) => process.send?.({ status: 1, stdout: '', stderr: String(error) } satisfies Played),
  )
})

async function play({ file, args }: Request): Promise<Played> {
  const printed = { stdout: '', stderr: '' }
  const restore = [capture('stdout', printed), capture('stderr', printed), exitThrows()]
  process.argv = [process.execPath, file, ...args]
  process.exitCode = 0
  try {
    // A module is loaded once; with another query it is another module.
    await import(`${pathToFileURL(join(process.cwd(), file)).href}?play=${plays++}`)
    await performed()
  } catch (error) {
    if (!(error instanceof Exit)) throw error
  } finally {
    for (const undo of restore) undo()
  }
  const status = Number(process.exitCode)
  process.exitCode = 0
  return { status, ...printed }
}

function capture(stream: 'stdout' | 'stderr', printed: { stdout: string; stderr: string }): () => void {
  const { write } = process[stream]
  process[stream].write = (text: string | Uint8Array) => {
    printed[stream] += text
    return true
  }
  return () => {
    process[stream].write = write
  }
}

function exitThrows(): () => void {
  const { exit } = process
  process.exit = (code) => {
    process.exitCode = code ?? process.exitCode ?? 0
    throw new Exit()
  }
  return () => {
    process.exit = exit
  }
}
