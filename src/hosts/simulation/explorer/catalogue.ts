/**
 * Everything of the small world by number, and the keys of its states. Three servers that differ only in their names are the same
 * three servers, so a key is the least of those that the six ways to name them give. This is sound, since nothing in the world
 * looks at a name: any server may be elected, and quorums are counted.
 */

import { connectionParts, type Link, type SmallWorldState } from './draft.ts'
import { Interned } from './interned.ts'
import { type Naming, textOf } from './plain.ts'

import type { PublicRecord } from './record.ts'
import type { Item, SmallServer } from './small-server.ts'

/** Every way to call three servers by each other's names. */
const PERMUTATIONS: readonly (readonly number[])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
]
const NAMINGS = PERMUTATIONS.map(namingOf)
const PLAIN = NAMINGS[0] as Naming

export class Catalogue {
  private readonly servers = new Interned<SmallServer>()
  private readonly items = new Interned<Item>()
  private readonly records = new Interned<PublicRecord>()
  /** Texts under a naming: what keys are made of. */
  private readonly texts = new Interned<null>()
  /** The texts of each server under each naming, and so on. */
  private readonly serverTexts: number[] = []
  private readonly itemTexts: number[] = []
  private readonly recordTexts = new Map<PublicRecord, readonly number[]>()
  private readonly itemNumbers = new Map<Item, number>()

  /** How many states of single servers there are. */
  get size(): number {
    return this.servers.size
  }

  server(number: number): SmallServer {
    return this.servers.at(number)
  }

  item(number: number): Item {
    return this.items.at(number)
  }

  numberOfServer(server: SmallServer): number {
    return this.servers.numberOf(textOf(server, PLAIN), server)
  }

  numberOfItem(item: Item): number {
    let number = this.itemNumbers.get(item)
    if (number === undefined) {
      number = this.items.numberOf(textOf(item, PLAIN), item)
      this.itemNumbers.set(item, number)
    }
    return number
  }

  /** The one object among equal records. */
  record(record: PublicRecord): PublicRecord {
    return this.records.at(this.records.numberOf(textOf(record, PLAIN), record))
  }

  keyOf(state: SmallWorldState): string {
    let least: readonly number[] = []
    for (let naming = 0; naming < NAMINGS.length; naming++) {
      const key = this.keyUnder(state, naming)
      if (naming === 0 || isLess(key, least)) least = key
    }
    return String.fromCharCode(...least)
  }

  private keyUnder({ servers, links, record, left }: SmallWorldState, naming: number): readonly number[] {
    const names = PERMUTATIONS[naming] as readonly number[]
    const key = [0, 0, 0, 0, 0, 0, this.recordText(record, naming), left.writes, left.crashes, left.cuts, left.elections]
    for (let server = 0; server < servers.length; server++) {
      const text = this.serverText(servers[server] as number, naming)
      const place = 2 * (names[server] as number)
      key[place] = text & 0x7fff
      key[place + 1] = text >> 15
    }
    const inOrder = links.length < 2 ? links : links.toSorted((a, b) => placeOf(a, names) - placeOf(b, names))
    for (const { learner, leader, rank, toLearner, toLeader, learnerEnd, leaderEnd, broken } of inOrder) {
      const flags = (learnerEnd ? 1 : 0) + (leaderEnd ? 2 : 0) + (broken ? 4 : 0)
      key.push(names[learner] as number, names[leader] as number, rank, flags, toLearner.length, toLeader.length)
      for (const item of toLearner) key.push(this.itemText(item))
      for (const item of toLeader) key.push(this.itemText(item))
    }
    return key
  }

  private serverText(number: number, naming: number): number {
    const place = number * NAMINGS.length + naming
    let text = this.serverTexts[place]
    if (text === undefined) {
      // Whose state it is, its place in the key says.
      const { sid: _, ...server } = this.servers.at(number)
      text = this.numberOfText(server, naming)
      this.serverTexts[place] = text
    }
    return text
  }

  private recordText(record: PublicRecord, naming: number): number {
    let texts = this.recordTexts.get(record)
    if (texts === undefined) {
      texts = NAMINGS.map((_, other) => this.numberOfText(record, other))
      this.recordTexts.set(record, texts)
    }
    return texts[naming] as number
  }

  /** FOLLOWERINFO names its sender, which its connection does as well. */
  private itemText(number: number): number {
    let text = this.itemTexts[number]
    if (text === undefined) {
      const item = this.items.at(number)
      text = this.numberOfText(item.kind === 'FOLLOWERINFO' ? { ...item, data: null } : item, 0)
      this.itemTexts[number] = text
    }
    return text
  }

  private numberOfText(value: unknown, naming: number): number {
    return this.texts.numberOf(textOf(value, NAMINGS[naming] as Naming), null)
  }
}

function namingOf(names: readonly number[]): Naming {
  return {
    sid: (sid) => `s${names[Number(sid) - 1]}`,
    connection(connection) {
      const [learner, rank] = connectionParts(connection)
      return `${names[learner]}.${rank}`
    },
  }
}

/** Where a connection stands in a key. */
function placeOf({ learner, leader, rank }: Link, names: readonly number[]): number {
  return (names[learner] as number) * 64 + (names[leader] as number) * 16 + rank
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (let place = 0; place < a.length; place++) if (a[place] !== b[place]) return (a[place] as number) < (b[place] ?? -1)
  return a.length < b.length
}
