import { describe, expect, it } from 'vitest'
import { isTelling, type Message, Narrator, sequenceDiagram } from '../../src/hosts/simulation/index.ts'
import { JuteWriter } from '../../src/jute/index.ts'
import { note, parseTrace, type TraceRecord, traceHeaderToJson, traceRecordToJson } from '../../src/kernel/index.ts'
import { QuorumPacket, quorumPacket } from '../../src/wire/index.ts'

function packet(...packets: QuorumPacket[]): Uint8Array {
  const writer = new JuteWriter()
  for (const one of packets) QuorumPacket.write(writer, one)
  return writer.finish()
}

const step = (seq: number, host: string, event: unknown, effects: unknown[], notes: TraceRecord['notes'] = []): TraceRecord => ({
  seq,
  at: seq * 10,
  host,
  machine: 'peer',
  event,
  effects,
  notes,
})

const STEPS = [
  step(1, 's2', { kind: 'start' }, []),
  step(2, 's2', { kind: 'turn' }, [{ kind: 'connect', connection: -1, host: '10.0.0.1', port: 2888 }]),
  step(3, 's1', { kind: 'accepted', connection: 1, port: 'quorum', remoteAddress: '10.0.0.2', remotePort: 40001 }, []),
  step(4, 's2', { kind: 'connected', connection: -1 }, [{ kind: 'send', connection: -1, bytes: packet(quorumPacket('FOLLOWERINFO', 3n << 32n)) }]),
  step(
    5,
    's1',
    { kind: 'data', connection: 1, bytes: new Uint8Array(1) },
    [{ kind: 'send', connection: 1, bytes: packet(quorumPacket('PING', 1n), quorumPacket('COMMIT', (4n << 32n) | 1n)) }],
    [note('tells', 'Server 1 has something to say that does not fit into one line of so narrow a terminal.', 'nowhere')],
  ),
]
const OPTIONS = { hosts: ['s1', 's2'], tells: isTelling }

/** The same steps after having been written and read back. */
function throughTheTrace(): readonly TraceRecord[] {
  return parseTrace([traceHeaderToJson(1n, {}), ...STEPS.map(traceRecordToJson)].join('\n')).records
}

describe('a run', () => {
  it.each([
    ['as it happens', STEPS],
    ['from its trace', throughTheTrace()],
  ])('is told in lanes, %s', (_, steps) => {
    const narrator = new Narrator({ ...OPTIONS, width: 60, colours: false })
    expect([narrator.head(), ...steps.flatMap((one) => narrator.tell(one))].map((line) => line.trimEnd()).join('\n')).toBe(
      [
        '          s1  s2',
        '   0.0100 │   ●   s2 starts',
        '   0.0400 │◀──●   FOLLOWERINFO acceptedEpoch 3',
        '   0.0500 ●   │   Server 1 has something to say that does',
        '          │   │   not fit into one line of so narrow a',
        '          │   │   terminal.',
        '   0.0500 ●──▶│   COMMIT 0x400000001',
      ].join('\n'),
    )
  })

  it('is drawn as a Mermaid diagram', () => {
    expect(sequenceDiagram(throughTheTrace(), { ...OPTIONS, notes: new Set(['tells']) })).toBe(
      [
        'sequenceDiagram',
        '  participant s1',
        '  participant s2',
        '  s2->>s1: FOLLOWERINFO acceptedEpoch 3',
        '  Note over s1: Server 1 has something to say that does not fit into one line of so narrow a terminal.',
        '  s1->>s2: COMMIT 0x400000001',
        '',
      ].join('\n'),
    )
  })

  it('can be told with everything, in colours', () => {
    const told: Message[] = []
    const narrator = new Narrator({ hosts: ['s1', 's2'], width: 80, colours: true, tells: (message) => told.push(message) > 0 })
    const lines = STEPS.flatMap((one) => narrator.tell(one))
    expect(told.map(({ name }) => name)).toEqual(['FOLLOWERINFO', 'PING', 'COMMIT'])
    expect(lines[0]).toContain('\u001b[33ms2 starts\u001b[0m')
  })
})
