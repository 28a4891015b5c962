/** Servers that keep the theatre's seats and sell one when enough of them know of it. What is enough, a verifier says. */
import type { Sid } from '../../src/kernel/index.ts'
import type { QuorumVerifier } from '../../src/quorum/index.ts'
import type { Stage } from '../support/stage.ts'

const APP = 'app'

export class Office {
  private readonly stage: Stage
  private readonly names: readonly string[]
  private readonly verifier: QuorumVerifier
  /** Who has which seat, as each server knows it. */
  private readonly books = new Map<string, Map<string, string>>()
  private readonly lost = new Set<string>()
  /** What the application was told, in order. */
  readonly confirmed: { readonly seat: string; readonly owner: string }[] = []

  constructor(stage: Stage, servers: number, verifier: QuorumVerifier) {
    this.stage = stage
    this.names = Array.from({ length: servers }, (_, i) => `s${i + 1}`)
    this.verifier = verifier
    for (const name of this.names) this.books.set(name, new Map())
  }

  /** From now on nothing passes between servers of different sides, nor to those that are on none. */
  split(sides: readonly (readonly string[])[], text: string): void {
    const sideOf = (name: string) => sides.findIndex((side) => side.includes(name))
    const links = this.names.flatMap((from) =>
      this.names.filter((to) => from !== to && (sideOf(from) !== sideOf(to) || sideOf(from) < 0)).map((to) => [from, to] as const),
    )
    for (const [from, to] of links) this.lost.add(`${from}>${to}`)
    this.stage.cut(links, 'fault', text)
  }

  mend(text: string): void {
    this.lost.clear()
    this.stage.mend('fault', text)
  }

  /** The application asks a server to sell a seat. The server asks all others to note the sale, and counts. */
  sell(at: string, seat: string, owner: string): void {
    const { stage, names } = this
    stage.tell(APP, at, 'SELL', `sell ${seat} to ${owner}`)
    const answers = new Map(names.filter((name) => name === at || this.reaches(at, name)).map((name) => [name, this.note(name, seat, owner)]))
    for (const name of names) {
      if (name === at) continue
      stage.tell(at, name, 'NOTE', `note: ${seat} is ${owner}'s`)
      const answer = answers.get(name)
      if (answer !== undefined) stage.tell(name, at, 'NOTED', answer === owner ? 'noted' : `no, it is ${answer}'s`)
    }
    const taken = [...answers.values()].find((answer) => answer !== owner)
    if (taken !== undefined) return stage.tell(at, APP, 'TAKEN', `${seat} is taken, by ${taken}`)
    this.count(at, seat, owner, [...answers.keys()])
  }

  /** One line for each server: who has the seat, as far as it knows. */
  table(seat: string): string[][] {
    return [['', seat], ...this.names.map((name) => [name, this.books.get(name)?.get(seat) ?? '·'])]
  }

  private count(at: string, seat: string, owner: string, noted: readonly string[]): void {
    const isQuorum = this.verifier.containsQuorum(new Set(noted.map(sidOf)))
    const who = `${noted.join(', ')} ${noted.length === 1 ? 'has' : 'have'} noted it`
    this.stage.think(at, 'counts', isQuorum ? `${who}: enough.` : `${who}: not enough. ${at} cannot confirm.`)
    if (!isQuorum) return
    this.confirmed.push({ seat, owner })
    this.stage.tell(at, APP, 'SOLD', `${seat} is sold to ${owner}`)
  }

  /** Notes a sale unless the seat is taken. Returns whose seat it is now. */
  private note(name: string, seat: string, owner: string): string {
    const book = this.books.get(name) as Map<string, string>
    const present = book.get(seat) ?? owner
    book.set(seat, present)
    return present
  }

  private reaches(from: string, to: string): boolean {
    return !this.lost.has(`${from}>${to}`)
  }
}

/** The id of a server by its name. */
export function sidOf(name: string): Sid {
  return BigInt(name.slice(1))
}
