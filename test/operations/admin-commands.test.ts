/** The AdminServer's commands: names, order of fields and print as recorded from ZooKeeper 3.8.0. */
import { describe, expect, it } from 'vitest'
import { adminCommandLinks, runAdminCommand } from '../../src/operations/index.ts'
import { printJson } from '../../src/operations/json.ts'
import { electing, facts, leader, standalone } from './views.ts'

const run = (name: string, view = standalone, query: Record<string, string> = {}) =>
  runAdminCommand(name, new Map(Object.entries(query)), view, facts)

describe('the print of Jackson', () => {
  it('has a blank on both sides of a colon and keeps arrays on one line', () => {
    expect(printJson({ a: 1, b: [], c: {}, d: { double: 2 }, e: 1n << 62n, f: null, g: true, h: 'x\n' })).toBe(
      '{\n  "a" : 1,\n  "b" : [ ],\n  "c" : { },\n  "d" : 2.0,\n  "e" : 4611686018427387904,\n  "f" : null,\n  "g" : true,\n  "h" : "x\\n"\n}',
    )
    expect(printJson({ a: [{ b: 1 }, { c: 2 }], d: new Map([['7', [1, 2]]]) })).toBe(
      '{\n  "a" : [ {\n    "b" : 1\n  }, {\n    "c" : 2\n  } ],\n  "d" : {\n    "7" : [ 1, 2 ]\n  }\n}',
    )
  })
})

describe('every response', () => {
  it('ends with the primary name and the error', () => {
    expect(run('ruok').body).toBe('{\n  "command" : "ruok",\n  "error" : null\n}')
    expect(run('isro').body).toBe('{\n  "read_only" : false,\n  "command" : "is_read_only",\n  "error" : null\n}')
  })

  it('is one sentence for a command that does not exist', () => {
    expect(run('bogus').body).toBe('{\n  "command" : "bogus",\n  "error" : "Unknown command: bogus"\n}')
  })

  it('is one sentence from a server that does not serve, but for some commands', () => {
    expect(JSON.parse(run('srvr', electing).body)).toEqual({ command: 'srvr', error: 'This ZooKeeper instance is not currently serving requests' })
    expect(JSON.parse(run('gtmk', electing).body)).toEqual({ tracemask: 306, command: 'get_trace_mask', error: null })
    expect(JSON.parse(run('zabstate', electing).body)).toMatchObject({ zabstate: 'election' })
  })

  it('has its own error among its fields', () => {
    expect(run('leader').body).toBe('{\n  "error" : "server is not initialized",\n  "command" : "leader"\n}')
  })
})

describe('the fields of', () => {
  const fieldsOf = (name: string, view = standalone) => Object.keys(JSON.parse(run(name, view).body) as object).slice(0, -2)

  it.each([
    [
      'conf',
      'client_port data_dir data_log_dir tick_time max_client_cnxns min_session_timeout max_session_timeout server_id client_port_listen_backlog',
    ],
    ['cons', 'connections secure_connections'],
    ['dirs', 'datadir_size logdir_size'],
    ['dump', 'expiry_time_to_session_ids session_id_to_ephemeral_paths'],
    ['hash', 'digests'],
    ['icfg', 'initial_configuration'],
    ['lsnp', 'zxid timestamp'],
    ['obsr', 'synced_observers observers'],
    ['srvr', 'version read_only server_stats client_response node_count'],
    ['stat', 'version read_only server_stats client_response node_count connections secure_connections'],
    ['voting_view', 'current_config'],
    ['wchs', 'num_connections num_paths num_total_watches'],
    ['wchc', 'session_id_to_watched_paths'],
    ['wchp', 'path_to_session_ids'],
    ['zabstate', 'voting zabstate'],
  ])('%s', (name, fields) => {
    expect(fieldsOf(name).join(' ')).toBe(fields)
  })

  it('those of a leader', () => {
    expect(fieldsOf('lead', leader)).toEqual(['is_leader', 'leader_id', 'leader_ip'])
    expect(fieldsOf('srvr', leader)).toContain('proposal_stats')
    expect(fieldsOf('zabstate', leader).join(' ')).toBe(
      'myid is_leader quorum_address election_address client_address voting last_zxid zab_epoch zab_counter zabstate',
    )
  })
})

describe('commands', () => {
  it('print connections with and without a session', () => {
    const { connections } = JSON.parse(run('connections').body) as { connections: object[] }
    expect(connections[1]).toEqual({
      remote_socket_address: '127.0.0.1:56532',
      interest_ops: 0,
      outstanding_requests: 0,
      packets_received: 1,
      packets_sent: 0,
    })
    expect(
      Object.keys(connections[0] as object)
        .slice(5)
        .join(' '),
    ).toBe(
      'session_id last_operation established session_timeout last_cxid last_zxid last_response_time last_latency min_latency avg_latency max_latency',
    )
    expect(run('connections').body).toContain('"session_id" : 72057756570681344,')
  })

  it('tell the last snapshot in seconds', () => {
    expect(JSON.parse(run('lsnp').body)).toMatchObject({ zxid: '1f', timestamp: 1_795_167_676 })
    expect(JSON.parse(run('lsnp', { ...standalone, lastSnapshot: null }).body)).toMatchObject({ zxid: 'ffffffffffffffff', timestamp: -1 })
  })

  it('reset counters and set the trace mask', () => {
    expect(run('srst').action).toEqual({ kind: 'resetServerStats' })
    expect(run('crst').action).toEqual({ kind: 'resetConnectionStats' })
    expect(run('stmk', standalone, { traceMask: '7' })).toMatchObject({ action: { kind: 'setTraceMask', mask: 7n } })
    expect(run('stmk')).toMatchObject({ action: null })
    expect(run('stmk').body).toContain('"error" : "setTraceMask requires long traceMask argument"')
    expect(run('stmk', standalone, { traceMask: 'x' }).body).toContain('"error" : "setTraceMask requires long traceMask argument, got x"')
  })

  it('are linked in alphabetical order', () => {
    const links = adminCommandLinks('/commands')
    expect(links.startsWith('<a href="/commands/configuration">configuration</a>\n<br/>\n<a href="/commands/connection_stat_reset">')).toBe(true)
    expect(links.length).toBe(1424)
  })
})
