/**
 * Four-letter words and the AdminServer's commands: the same lines from ours as from ZooKeeper 3.8.0, alone, as leader and as
 * follower, after the same few operations. Numbers, dates, addresses and folders are taken out first.
 */
import http from 'node:http'
import { expect, it } from 'vitest'
import { createClient, type ZooKeeper } from '../../src/index.ts'
import { describeWith } from '../support/describe-with.ts'
import { java, jetty } from '../support/oracle.ts'
import { Ensemble, freePorts, type Kind, type Server, until } from '../support/servers.ts'

const WORDS = 'ruok isro gtmk conf srvr stat cons dump envi wchs wchc wchp hash mntr dirs crst srst'.split(' ')
const COMMANDS = (
  'configuration connections connection_stat_reset dirs dump environment get_trace_mask hash initial_configuration is_read_only ' +
  'last_snapshot leader monitor observer_connection_stat_reset observers ruok server_stats stats stat_reset system_properties ' +
  'set_trace_mask set_trace_mask?traceMask=306 set_trace_mask?traceMask=x voting_view watches watches_by_path watch_summary zabstate ' +
  'conf config cons crst env envi gtmk icfg isro lsnp lead mntr orst obsr srvr stat srst sysp stmk wchc wchp wchs bogus'
).split(' ')

/** What each server says, by its role: word or command to answer. */
type Answers = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Starts servers of one kind, does the same with each, and asks all there is to ask. */
async function answersOf(kind: Kind, size: number): Promise<Answers> {
  const adminPorts = await freePorts(size, 22_000 + Math.floor(Math.random() * 4000))
  const kinds = Array.from({ length: size }, () => kind)
  await using ensemble = await Ensemble.prepare(kinds, { extra: { 'admin.enableServer': true, 'admin.serverAddress': '127.0.0.1' } })
  ensemble.servers.forEach((server, i) => {
    server.configure({ 'admin.serverPort': adminPorts[i] as number })
  })
  for (const server of ensemble.servers) server.start()
  await ensemble.serving()
  const answers = new Map<string, Map<string, string>>()
  for (const [i, server] of ensemble.servers.entries()) {
    const mode = await server.mode()
    if (answers.has(mode)) continue
    answers.set(mode, await ask(server, adminPorts[i] as number))
  }
  return answers
}

async function ask(server: Server, adminPort: number): Promise<Map<string, string>> {
  await using zk = createClient({ servers: server.address, timeout: 8000 })
  await work(zk, server.sid)
  const answers = new Map<string, string>()
  for (const command of COMMANDS) answers.set(`/commands/${command}`, await get(adminPort, `/commands/${command}`))
  for (const path of ['/commands', '/commands/']) answers.set(path, await get(adminPort, path))
  for (const word of WORDS) answers.set(word, await server.fourLetterWord(word))
  answers.set('stmk', await server.fourLetterWord('stmk\0\0\0\0\0\0\0\x07'))
  return answers
}

async function work(zk: ZooKeeper, sid: number): Promise<void> {
  await zk.create(`/a${sid}`, { data: 'x' })
  await zk.create(`/a${sid}/e`, { mode: 'EPHEMERAL' })
  await zk.setData(`/a${sid}`, 'hello')
  await zk.getData(`/a${sid}`, { watch: true })
  await zk.exists('/nope', { watch: true })
  await zk.getChildren(`/a${sid}`, { watch: true })
}

function get(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve(`${response.statusCode} ${response.headers['content-type']}\n${body}`))
    })
    request.on('error', reject)
  })
}

/** Takes out what two servers, or two moments, never have in common. */
function normalise(name: string, answer: string): string {
  const text = answer
    .replaceAll(/\/tmp\/[^\s"\\]*/g, '<folder>')
    .replace(/(version"? ?[:=]? ?"?)3\.8\.0-[^\n"]*/i, '$1<version>')
    .replaceAll(/[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \S+ \d{4}/g, '<date>')
    .replaceAll(/0x[0-9a-f]+/g, '0x#')
    .replaceAll(/-?\d+(\.\d+)?/g, '#')
    .replaceAll(/"zxid" : "[0-9a-f#]+"/g, '"zxid" : "#"')
    // A client that is idle for long pings.
    .replaceAll(/"last_operation" : "\w+"/g, '"last_operation" : "#"')
  if (name === 'dump' || name === '/commands/dump') return withoutBuckets(text)
  if (name === 'wchc' || name === 'wchp' || name.endsWith('watches') || name.endsWith('watches_by_path') || /wch[cp]$/.test(name)) return sorted(text)
  // Each server knows its own clients' address only, and which one leads is chance.
  if (name.endsWith('voting_view')) return text.replaceAll(/"client_address" : "[^"]*"/g, '"client_address" : "#"')
  // Java's order of the fields of `server_stats` and of addresses differs from run to run.
  if (/\/(server_stats|srvr|stats?|zabstate)$/.test(name)) return sorted(text.replaceAll(/,$/gm, ''))
  if (name === 'cons' || name === 'stat') return text.replaceAll(/ \/#.*\n/g, ' /#\n').replaceAll(/( \/#\n)+/g, ' /#\n')
  return text
}

/** Java keeps empty buckets, and where the silent fall depends on the moment. */
function withoutBuckets(text: string): string {
  return text
    .replaceAll(/^# expire at <date>:\n/gm, '')
    .replaceAll(/ {4}"#" : \[ (# )?\],?\n/g, '')
    .replaceAll(/^\tip: .*\n/gm, '')
}

function sorted(text: string): string {
  return text
    .split('\n')
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n')
}

/** Lists of keys, of which ours has a part: what a JVM alone has, is not here. */
const PARTIAL = ['mntr', 'envi', '/commands/monitor', '/commands/mntr', '/commands/environment', '/commands/env', '/commands/envi']
/** Every property of the JVM. */
const INCOMPARABLE = ['/commands/system_properties', '/commands/sysp', '/commands/initial_configuration', '/commands/icfg']

const keysOf = (text: string) => text.split('\n').flatMap((line) => /^\s*"?([\w.]+)"?(?:\t| :|=)/.exec(line)?.[1] ?? [])

describeWith([java, jetty], 'four-letter words and AdminServer beside Java', () => {
  it.each([1, 3])('%i servers', async (size) => {
    const theirs = await answersOf('java', size)
    const ours = await answersOf('ours', size)
    expect(new Set(ours.keys()), 'roles').toEqual(new Set(theirs.keys()))
    for (const [role, answers] of theirs) {
      for (const [name, answer] of answers) {
        const own = ours.get(role)?.get(name) ?? 'no answer'
        if (INCOMPARABLE.includes(name)) expect.soft(own.split('\n')[0], name).toBe(answer.split('\n')[0])
        else if (PARTIAL.includes(name)) {
          const known = new Set(keysOf(answer))
          expect
            .soft(
              keysOf(own).filter((key) => !known.has(key)),
              `${role}: ${name}: keys that Java has not`,
            )
            .toEqual([])
        } else expect.soft(normalise(name, own), `${role}: ${name}`).toBe(normalise(name, answer))
      }
    }
    // The metrics that monitoring asks for are all there.
    for (const [role, answers] of theirs) {
      const own = new Set(keysOf(ours.get(role)?.get('mntr') ?? ''))
      const missing = keysOf(answers.get('mntr') ?? '').filter((key) => !own.has(key) && !ABSENT.test(key))
      expect.soft(missing, `${role}: metrics that are missing`).toEqual([])
    }
  })

  it('stmk waits for nothing and takes a mask that comes with it', async () => {
    await using ensemble = await Ensemble.start(['ours'])
    const server = ensemble.server(1)
    expect(await server.fourLetterWord('stmk\0\0\0\0\0\0\0\x07')).toBe('7')
    expect(await server.fourLetterWord('gtmk')).toBe('7')
    await until('an answer', async () => (await server.fourLetterWord('stmk')) === '')
  })
})

/** Metrics of queues between Java's threads, and of what this server does not have: see test/differences.md. */
const ABSENT = new RegExp(
  `^zk_((avg|min|max|cnt|sum|p50|p95|p99|p999)_)?(${[
    'outstanding_changes_(queued|removed)',
    '(prep|sync)_processor_(request_queued|queue_(time_ms|size|flush_time_ms|and_flush_time_ms))|(prep|sync|proposal|commit)_process_time',
    'close_session_prep_time|learner_request_processor_queue_size|(\\d_)?learner_handler_qp_(size|time_ms)|om_(proposal|commit)_process_time_ms',
    '(read|write|commit)_commit_proc_(req_queued|issued)|(read|write)_(commitproc|final_proc)_time_ms|request_commit_queued',
    '(local|server)_write_committed_time_ms|write_batch_time_in_commit_processor|concurrent_request_processing_in_commit_processor',
    'time_waiting_empty_pool_in_commit_processor_read_ms|requests_not_forwarded_to_commit_processor|skip_learner_request_to_next_processor_count',
    'requests_in_session_queue|pending_session_queue_size|reads_(after_write_in|issued_from)_session_queue|session_queues_drained',
    'dead_watchers_(queued|cleared|cleaner_latency)|add_dead_watcher_stall_time|netty_queued_buffer_capacity|unsuccessful_handshake|socket_closing_time|jvm_pause_time_ms',
    'response_packet_(get_children_)?cache_(hits|misses)|connection_token_deficit|inflight_(snap|diff)_count|cnxn_closed_without_zk_server_running',
    'startup_(txns_loaded|txns_load_time|snap_load_time)|leader_unavailable_time|proposal_ack_creation_latency|commit_propagation_latency',
    '(\\d_)?ack_latency|a\\d_(read|write)_per_namespace|nope_read_per_namespace|zookeeper_.*_per_namespace',
  ].join('|')})$`,
)
