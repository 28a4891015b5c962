/** Which server has which transaction in its log: a table, kept from what the servers let be observed. */
import type { Observed } from '../../src/hosts/simulation/index.ts'
import { formatId, type Zxid } from '../../src/kernel/index.ts'
import { decodeTransaction } from '../../src/wire/index.ts'

interface Log {
  /** What was written, in order. */
  zxids: Zxid[]
  /** Everything up to here outlives a power cut. */
  durable: Zxid
}

export class Logs {
  private readonly logs = new Map<string, Log>()
  private readonly names = new Map<Zxid, string>()
  private readonly hosts: readonly string[]

  constructor(hosts: readonly string[]) {
    this.hosts = hosts
    for (const host of hosts) this.logs.set(host, { zxids: [], durable: 0n })
  }

  /** Whether the host has this transaction, safe from a power cut. */
  has(host: string, zxid: Zxid): boolean {
    const { zxids, durable } = this.of(host)
    return zxid <= durable && zxids.includes(zxid)
  }

  /** The last transaction in the host's log; 0 for none. */
  last(host: string): Zxid {
    return this.of(host).zxids.at(-1) ?? 0n
  }

  /** Whether all hosts have the same transactions. */
  areEqual(): boolean {
    return new Set(this.hosts.map((host) => this.of(host).zxids.join())).size === 1
  }

  observe({ host, fact }: Observed): void {
    const log = this.logs.get(host)
    if (log === undefined) return
    switch (fact.kind) {
      case 'appended':
        log.zxids.push(fact.zxid)
        this.names.set(fact.zxid, nameOf(fact.bytes))
        break
      case 'flushed':
        log.durable = fact.zxid
        break
      case 'truncated':
        log.zxids = log.zxids.filter((zxid) => zxid <= fact.zxid)
        log.durable = fact.zxid
        break
      case 'restored':
        // A snapshot holds the state in which all of the leader's transactions have been applied.
        if (fact.from === 'leader')
          log.zxids = [...this.names.keys()].filter((zxid) => this.hosts.some((other) => other !== host && this.of(other).zxids.includes(zxid)))
        log.zxids = log.zxids.filter((zxid) => zxid <= fact.zxid)
        log.durable = fact.zxid
        break
      default:
        break
    }
  }

  /** One row for each server, one column for each transaction that anybody has. */
  table(): string[] {
    const zxids = [...this.names.keys()]
      .filter((zxid) => this.hosts.some((host) => this.of(host).zxids.includes(zxid)))
      .sort((a, b) => (a < b ? -1 : 1))
    const row = (head: string, cells: readonly string[]) => `  ${head.padEnd(4)}${cells.map((cell) => cell.padEnd(13)).join('')}`.trimEnd()
    return [
      row('', zxids.map(formatId)),
      row(
        '',
        zxids.map((zxid) => this.names.get(zxid) ?? ''),
      ),
      ...this.hosts.map((host) =>
        row(
          host,
          zxids.map((zxid) => (this.of(host).zxids.includes(zxid) ? '■' : '·')),
        ),
      ),
    ]
  }

  private of(host: string): Log {
    return this.logs.get(host) as Log
  }
}

/** The path of what a transaction changes, or what it is. */
function nameOf(bytes: Uint8Array): string {
  const { txn } = decodeTransaction(bytes)
  if (txn.kind === 'createSession') return 'session'
  return 'path' in txn ? txn.path : txn.kind
}
