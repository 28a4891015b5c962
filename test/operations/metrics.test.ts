/** Counters and summaries, and how mntr and Prometheus tell them. */
import { describe, expect, it } from 'vitest'
import { answerWord, prometheusReport } from '../../src/operations/index.ts'
import { createPeer } from '../../src/peer/index.ts'
import { electing, facts, leader, standalone } from './views.ts'

const fresh = () => createPeer(standalone.settings).metrics

describe('a distribution', () => {
  it('has the percentiles of what was added', () => {
    const { readLatency } = fresh()
    for (let value = 1; value <= 100; value++) readLatency.add(value)
    expect({ ...readLatency }).toMatchObject({ count: 100, total: 5050, min: 1, max: 100 })
    expect(readLatency.percentiles([0.5, 0.95, 0.99, 0.999])).toEqual([51, 96, 100, 100])
  })

  it('keeps a fair sample of more values than it holds', () => {
    const { readLatency } = fresh()
    for (let value = 0; value < 100_000; value++) readLatency.add(value)
    const [median = 0] = readLatency.percentiles([0.5])
    expect(Math.abs(median - 50_000)).toBeLessThan(3000)
  })

  it('is 0 before the first value and after a reset', () => {
    const metrics = fresh()
    metrics.readLatency.add(7)
    metrics.reset()
    expect(metrics.readLatency.percentiles([0.5])).toEqual([0])
    expect(metrics.readLatency).toMatchObject({ count: 0, total: 0, min: 0, max: 0 })
  })

  it('takes the first value for the smallest, even above 0', () => {
    const { fsyncTime } = fresh()
    fsyncTime.add(5)
    expect(fsyncTime).toMatchObject({ min: 5, max: 5 })
  })
})

describe('mntr', () => {
  const linesOf = (view = standalone) => answerWord('mntr', new Uint8Array(0), '*', view, facts).text.split('\n')

  it('tells counters as they are, summaries as five values and distributions as nine', () => {
    const metrics = fresh()
    metrics.bytesReceived.add(583)
    for (const value of [1, 2, 2]) metrics.fsyncTime.add(value)
    metrics.updateLatency.add(12)
    const lines = linesOf({ ...standalone, metrics })
    const from = (name: string, count: number) => lines.slice(lines.indexOf(name), lines.indexOf(name) + count)
    expect(lines).toContain('zk_bytes_received_count\t583')
    expect(from('zk_avg_fsynctime\t1.6667', 5)).toEqual([
      'zk_avg_fsynctime\t1.6667',
      'zk_min_fsynctime\t1',
      'zk_max_fsynctime\t2',
      'zk_cnt_fsynctime\t3',
      'zk_sum_fsynctime\t5',
    ])
    expect(from('zk_avg_updatelatency\t12.0', 9).slice(5)).toEqual([
      'zk_p50_updatelatency\t12',
      'zk_p95_updatelatency\t12',
      'zk_p99_updatelatency\t12',
      'zk_p999_updatelatency\t12',
    ])
  })

  it('begins with the gauges, in the order of 3.8.0', () => {
    expect(
      linesOf()
        .slice(0, 26)
        .map((line) => line.split('\t')[0]?.slice(3))
        .join(' '),
    ).toBe(
      'version server_state ephemerals_count num_alive_connections avg_latency outstanding_requests znode_count global_sessions ' +
        'non_mtls_remote_conn_count last_client_response_size packets_sent packets_received max_client_response_size ' +
        'connection_drop_probability watch_count auth_failed_count min_latency max_file_descriptor_count approximate_data_size ' +
        'open_file_descriptor_count local_sessions uptime max_latency outstanding_tls_handshake min_client_response_size non_mtls_local_conn_count',
    )
  })
})

describe('the page for Prometheus', () => {
  it('tells gauges, counters and summaries as doubles', () => {
    const metrics = fresh()
    metrics.fsyncTime.add(4)
    metrics.readLatency.add(3)
    const page = prometheusReport({ ...leader, metrics }, facts)
    expect(page).toContain('# HELP znode_count znode_count\n# TYPE znode_count gauge\nznode_count 7.0\n')
    expect(page).toContain('# TYPE quorum_size gauge\nquorum_size 2.0\n')
    expect(page).toContain('# HELP commit_count commit_count\n# TYPE commit_count counter\ncommit_count 0.0\n')
    expect(page).toContain('# TYPE fsynctime summary\nfsynctime{quantile="0.5",} 4.0\nfsynctime_count 1.0\nfsynctime_sum 4.0\n')
    expect(page).toContain(
      'readlatency{quantile="0.5",} 3.0\nreadlatency{quantile="0.9",} 3.0\nreadlatency{quantile="0.99",} 3.0\nreadlatency_count 1.0',
    )
    expect(page).toContain('updatelatency{quantile="0.5",} NaN\n')
    expect(page).toContain('process_resident_memory_bytes 42.0\n')
  })

  it('has a name, a type and a number in every line', () => {
    for (const line of prometheusReport(leader, facts).trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_0-9]+ \S+|[a-z_0-9]+(\{quantile="[0-9.]+",\})? (-?[0-9.]+|NaN))$/)
    }
  })

  it('has no gauges while the server does not serve', () => {
    expect(prometheusReport(electing, facts)).not.toContain('znode_count')
    expect(prometheusReport(electing, facts)).toContain('looking_count')
  })
})
