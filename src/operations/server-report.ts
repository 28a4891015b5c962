/** The words that people type: `srvr`, `stat` and `cons`. */
import { formatId } from '../kernel/index.ts'
import type { ConnectionView, ServerView } from '../peer/index.ts'
import type { HostFacts } from './facts.ts'
import { average, double } from './numbers.ts'

/** `srvr`, or `stat` when `withClients`: the same with a line for each connection. Source: `StatCommand`, `ServerStats.toString`. */
export function serverReport(view: ServerView, { version }: HostFacts, withClients: boolean): string {
  const { mode, traffic, leading } = view
  const lines = [`Zookeeper version: ${version}`]
  if (mode === 'read-only') lines.push('READ-ONLY mode; serving only read-only clients')
  if (withClients) lines.push('Clients:', ...view.connections.map((connection) => `${briefly(connection)})`), '')
  lines.push(
    `Latency min/avg/max: ${traffic.latency.min}/${double(average(traffic.latency))}/${traffic.latency.max}`,
    `Received: ${traffic.packetsReceived}`,
    `Sent: ${traffic.packetsSent}`,
    `Connections: ${view.connections.length}`,
    `Outstanding: ${traffic.outstanding}`,
    `Zxid: ${formatId(view.lastZxid)}`,
    `Mode: ${mode}`,
    `Node count: ${view.tree.znodes}`,
  )
  if (leading !== null) {
    const { last, min, max } = leading.proposalSize
    lines.push(`Proposal sizes last/min/max: ${last}/${min}/${max}`)
  }
  return `${lines.join('\n')}\n`
}

/** `cons`: one line for each connection, with more about those that have a session. Source: `ConsCommand`. */
export function connectionsReport({ connections }: ServerView): string {
  return `${connections.map((connection) => `${briefly(connection)}${inDetail(connection)})\n`).join('')}\n`
}

/** Source: `ServerCnxn.dumpConnectionInfo`. The bracket is Java's selector mask: 1 reading, 4 writing. */
function briefly(connection: ConnectionView): string {
  const { reading, outstanding, packetsReceived, packetsSent } = connection
  return ` /${socketAddress(connection)}[${reading ? 1 : 0}](queued=${outstanding},recved=${packetsReceived},sent=${packetsSent}`
}

/** Address and port of a client; IPv6 addresses in brackets. */
export function socketAddress({ remoteAddress, remotePort }: ConnectionView): string {
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`
}

function inDetail({ session }: ConnectionView): string {
  if (session === null) return ''
  const { latency } = session
  return [
    `,sid=${formatId(session.sessionId)}`,
    `lop=${session.lastOperation}`,
    `est=${session.established}`,
    `to=${session.timeout}`,
    ...(session.lastCxid < 0 ? [] : [`lcxid=0x${session.lastCxid.toString(16)}`]),
    `lzxid=${formatId(session.lastZxid)}`,
    `lresp=${session.lastResponse}`,
    `llat=${session.lastLatency}`,
    `minlat=${latency.min}`,
    `avglat=${latency.count === 0 ? 0 : Math.floor(latency.total / latency.count)}`,
    `maxlat=${latency.max}`,
  ].join(',')
}
