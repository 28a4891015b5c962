import { describe, expect, it } from 'vitest'
import { note, parseTrace, type TraceRecord, traceHeaderToJson, traceRecordToJson } from '../../src/kernel/index.ts'

const step: TraceRecord = {
  seq: 1,
  at: 2.5,
  host: 'server-1',
  machine: 'peer',
  event: { kind: 'append', zxid: 0x100000001n, bytes: new Uint8Array([0, 255]) },
  effects: [{ kind: 'ack', sid: -1n, sessions: new Map([[1n, 10]]), seen: new Set(['a']) }],
  notes: [note('acked', 'It acks.', 'nowhere')],
}

describe('trace', () => {
  it('writes one line for a step, 64-bit numbers as 0x…, bytes as hexadecimal', () => {
    expect(traceRecordToJson(step)).toBe(
      '{"seq":1,"at":2.5,"host":"server-1","machine":"peer","event":{"kind":"append","zxid":"0x100000001","bytes":"00ff"},' +
        '"effects":[{"kind":"ack","sid":"0xffffffffffffffff","sessions":[["0x1",10]],"seen":["a"]}],' +
        '"notes":[{"kind":"note","name":"acked","text":"It acks.","source":"nowhere"}]}',
    )
  })

  it('is read back as it was written', () => {
    const lines = [traceHeaderToJson(7n, { servers: 3 }), traceRecordToJson(step)]
    const trace = parseTrace(`${lines.join('\n')}\n`)
    expect(trace.header).toEqual({ version: 1, seed: '0x7', options: { servers: 3 } })
    expect(trace.records.map(traceRecordToJson)).toEqual(lines.slice(1))
  })

  it('refuses a text that is no trace of this version', () => {
    expect(() => parseTrace('')).toThrow('version 1')
    expect(() => parseTrace('{"version":2}')).toThrow('version 1')
  })
})
