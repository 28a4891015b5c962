/** Where `npm start` shows its ensemble: a terminal that is redrawn, or plain lines. */
import fs from 'node:fs'
import type { Ensemble } from './ensemble.ts'
import { isServing } from './observe.ts'
import { type Paint, picture, type Row, taken } from './table.ts'

export interface Display {
  open(): void
  /** The servers, asked anew. */
  show(rows: readonly Row[]): void
  /** What was typed and is not a whole command yet. */
  echo(typed: string): void
  /** What was done. */
  say(message: string): void
  close(): void
}

/** Control sequences: the alternate screen without cursor, the upper left corner, the rest of a line, the rest of the screen. */
const OPEN = '\x1b[?1049h\x1b[?25l'
const CLOSE = '\x1b[?25h\x1b[?1049l'
const HOME = '\x1b[H'
const CLEAR_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

/** A terminal: the whole picture is drawn again whenever something changes. */
export class Screen implements Display {
  readonly #ensemble: Ensemble
  readonly #paint: Paint
  #rows: readonly Row[] = []
  #typed = ''
  #message = ''

  constructor(ensemble: Ensemble, paint: Paint) {
    this.#ensemble = ensemble
    this.#paint = paint
  }

  open(): void {
    process.stdout.write(OPEN)
    // Whatever ends us, the terminal must be usable afterwards.
    process.once('exit', () => process.stdout.write(CLOSE))
    process.stdout.on('resize', () => this.#draw())
  }

  show(rows: readonly Row[]): void {
    for (const failure of newFailures(this.#ensemble, this.#rows, rows)) this.#message = failure
    this.#rows = rows
    this.#draw()
  }

  echo(typed: string): void {
    this.#typed = typed
    this.#draw()
  }

  say(message: string): void {
    this.#message = message
    this.#draw()
  }

  close(): void {
    process.stdout.write(CLOSE)
  }

  #draw(): void {
    const { folder, connectString, takenPorts } = this.#ensemble
    const lines = picture(
      this.#rows,
      { folder, connectString, takenPorts, typed: this.#typed, message: this.#message },
      this.#paint,
      process.stdout.rows,
    )
    process.stdout.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`)
  }
}

/** A pipe or a file: one line for each change. */
export class Lines implements Display {
  readonly #ensemble: Ensemble
  #rows: readonly Row[] = []
  #serving = false

  constructor(ensemble: Ensemble) {
    this.#ensemble = ensemble
  }

  open(): void {
    const { members, folder, takenPorts } = this.#ensemble
    console.log(`starting ${members.length === 1 ? 'a server' : `${members.length} servers`}, data in ${folder}`)
    if (takenPorts.length > 0) console.log(`${taken(takenPorts)}: clients are served on ${members.map(({ clientPort }) => clientPort).join(', ')}`)
  }

  show(rows: readonly Row[]): void {
    for (const failure of newFailures(this.#ensemble, this.#rows, rows)) console.log(failure)
    rows.forEach((row, i) => {
      const text = inWords(row)
      const before = this.#rows[i]
      if (before === undefined || text !== inWords(before)) console.log(text)
    })
    this.#rows = rows
    const serving = isServing(rows)
    if (serving !== this.#serving) console.log(serving ? `serving ${this.#ensemble.connectString}` : 'not serving everywhere')
    this.#serving = serving
  }

  echo(): void {}

  say(message: string): void {
    console.log(message)
  }

  close(): void {}
}

function inWords({ sid, address, pid, role, epoch }: Row): string {
  return [`server ${sid}`, address, ...(pid === null ? [] : [`pid ${pid}`]), role, ...(epoch === null ? [] : [`epoch ${epoch}`])].join(' ')
}

/** The servers that have ended by themselves since the last look, each with the last line of its log. */
function newFailures(ensemble: Ensemble, before: readonly Row[], now: readonly Row[]): string[] {
  return ensemble.members.flatMap((member, i) => {
    if (now[i]?.role !== 'failed' || before[i]?.role === 'failed') return []
    const lastLine = fs.readFileSync(member.log, 'utf8').trimEnd().split('\n').at(-1)
    return [`server ${member.sid} has ended by itself: ${lastLine}`]
  })
}
