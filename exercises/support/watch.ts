/** Watch mode: a verdict at each save, and a few keys. */
import { watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Entry, isOfServers, root } from './catalogue.ts'
import { judge, judgeTypes } from './judge.ts'
import { tellTask } from './pages.ts'
import { recordProgress } from './progress.ts'
import { Runner } from './runner.ts'
import { say } from './say.ts'

/** Editors write a file in several strokes; this many ms after the last one it is read. */
const STROKES = 40

const KEYS = '  h a hint · t the task · enter judge again · q quit'

/** Judges the file now and at every save until the reader leaves. `hint` gives the lines of the next hint. */
export async function watchExercise(entry: Entry, hint: () => readonly string[]): Promise<void> {
  const session = new Session(entry)
  const file = join(root, entry.mine)
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => session.judge(), STROKES)
  }
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === null || name === basename(file)) soon()
  })
  clear()
  say(tellTask(entry))
  const left = readKeys((key) => {
    if (key === 'h') say(hint())
    if (key === 't') say(['', ...tellTask(entry)])
    if (key === '\r' || key === '\n') soon()
  })
  await session.warm()
  await session.judge()
  await left
  watcher.close()
  clearTimeout(timer)
  await session.close()
}

class Session {
  private readonly entry: Entry
  private runner = new Runner()
  private busy = false
  private again = false
  private judged = false

  constructor(entry: Entry) {
    this.entry = entry
  }

  async warm(): Promise<void> {
    await this.runner.warm(this.entry)
  }

  /** Judges; a save meanwhile makes it judge once more. */
  async judge(): Promise<void> {
    if (this.busy) {
      this.again = true
      return
    }
    this.busy = true
    do {
      this.again = false
      await this.judgeOnce()
    } while (this.again)
    this.busy = false
  }

  async close(): Promise<void> {
    await this.runner.close()
  }

  private async judgeOnce(): Promise<void> {
    const { entry } = this
    const { lines, passed } = await judge(entry, this.runner)
    // At first the task stands above, and stays there.
    if (this.judged) clear()
    say(this.judged ? lines : ['', ...lines])
    this.judged = true
    if (passed) tellPass(entry)
    say(['', KEYS])
    // What a run has left behind must not help or hurt the next one.
    void this.runner.close()
    this.runner = new Runner()
    await this.runner.warm(entry)
  }
}

/** Says what comes after a pass, if the compiler agrees, and records it. */
export function tellPass(entry: Entry): boolean {
  const errors = judgeTypes(entry)
  if (errors.length > 0) {
    say(['', '  All promises are kept. The compiler still objects:', ...errors])
    return false
  }
  recordProgress(entry.id, { state: 'passed' })
  const { id } = entry
  say([
    '',
    '  Passed.',
    `    compare     npm run learn -- solution ${id}`,
    ...(isOfServers(entry) ? [`    see it run  npm run learn -- swap ${id} simulate --seeds 20`] : []),
    '    go on       npm run learn -- next',
  ])
  return true
}

function clear(): void {
  if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[3J\u001b[H')
}

/** Gives keys to `take` until the reader leaves: with q, Ctrl-C, the end of the input, or a signal. */
function readKeys(take: (key: string) => void): Promise<void> {
  const { stdin } = process
  if (stdin.isTTY) stdin.setRawMode(true)
  return new Promise((resolve) => {
    const leave = (): void => {
      if (stdin.isTTY) stdin.setRawMode(false)
      // Whoever listens to the keyboard keeps the process alive.
      stdin.pause()
      resolve()
    }
    stdin.setEncoding('utf8').on('data', (keys: string) => {
      for (const key of keys) {
        if (key === 'q' || key === '\u0003') leave()
        else take(key)
      }
    })
    stdin.once('end', leave)
    process.once('SIGINT', leave).once('SIGTERM', leave)
  })
}
