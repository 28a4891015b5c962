/** Two small machines to try the world on: one counts what it is told and keeps the count on disk, one tells it. */

import type { HostEffect, HostEvent, HostedMachine, Inhabitant } from '../../src/hosts/simulation/index.ts'
import type { Now } from '../../src/kernel/index.ts'

export const COUNTER_ADDRESS = '10.0.0.1'
export const COUNTER_PORT = 7000
const FILE = 'snap/count'

/** Adds up every byte that it gets; answers each batch with the sum (one byte), once that is durable. */
export class Counter implements HostedMachine {
  count = 0
  private unanswered: number[] = []
  private writing: number[] = []

  step(event: HostEvent, _now: Now): readonly HostEffect[] {
    switch (event.kind) {
      case 'start':
        return [{ kind: 'disk', token: 1, operation: { kind: 'read', file: FILE } }]
      case 'data':
        for (const byte of event.bytes) this.count += byte
        this.unanswered.push(event.connection)
        return []
      case 'turn':
        return this.save()
      case 'disk':
        return event.token === 1 ? this.onRead(event.result) : event.token === 3 ? this.onSaved() : []
      default:
        return []
    }
  }

  private onRead(result: Extract<HostEvent, { kind: 'disk' }>['result']): HostEffect[] {
    if (result.kind === 'content' && result.bytes !== null) this.count = result.bytes[0] ?? 0
    return [{ kind: 'listen', port: 'client', host: COUNTER_ADDRESS, number: COUNTER_PORT }]
  }

  private save(): HostEffect[] {
    if (this.unanswered.length === 0 || this.writing.length > 0) return []
    this.writing = this.unanswered
    this.unanswered = []
    return [
      { kind: 'disk', token: 2, operation: { kind: 'write', file: FILE, position: 0, bytes: new Uint8Array([this.count]) } },
      { kind: 'disk', token: 3, operation: { kind: 'sync', file: FILE } },
    ]
  }

  private onSaved(): HostEffect[] {
    const answers = this.writing.map((connection): HostEffect => ({ kind: 'send', connection, bytes: new Uint8Array([this.count]) }))
    this.writing = []
    return answers
  }
}

/** Sends a 1 every 50 ms, and connects again when the connection is lost. Keeps what it was told. */
export class Teller implements HostedMachine {
  readonly answers: number[] = []
  readonly losses: string[] = []
  connections = 0
  private connection = 0

  step(event: HostEvent, _now: Now): readonly HostEffect[] {
    switch (event.kind) {
      case 'start':
        return this.connect()
      case 'connected':
        this.connections++
        return this.tell()
      case 'data':
        this.answers.push(...event.bytes)
        return []
      case 'closed':
        this.losses.push(event.reason)
        return [
          { kind: 'cancelTimer', timer: 'tell' },
          { kind: 'setTimer', timer: 'again', delay: 100 },
        ]
      case 'timeout':
        return event.timer === 'again' ? this.connect() : this.tell()
      default:
        return []
    }
  }

  private connect(): HostEffect[] {
    return [{ kind: 'connect', connection: --this.connection, host: COUNTER_ADDRESS, port: COUNTER_PORT, timeout: 2000 }]
  }

  private tell(): HostEffect[] {
    return [
      { kind: 'send', connection: this.connection, bytes: new Uint8Array([1]) },
      { kind: 'setTimer', timer: 'tell', delay: 50 },
    ]
  }
}

/** Puts a machine on a host. */
export function inhabitant(name: string, address: string, boot: () => HostedMachine): Inhabitant {
  return { name, address, machine: name, boot }
}
