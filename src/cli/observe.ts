/** What the servers of an ensemble say about themselves. */
import fs from 'node:fs'
import path from 'node:path'
import type { Member } from './ensemble.ts'
import { askWord, valueOf } from './four-letter-word.ts'
import type { Row } from './table.ts'

/** How long a server may take to answer, in ms. */
const PATIENCE = 1_000

/** Asks one server, unless it cannot answer. */
export async function observe(member: Member): Promise<Row> {
  const address = `127.0.0.1:${member.clientPort}`
  const silent = { sid: member.sid, address, pid: member.process?.pid ?? null, epoch: null, zxid: null, sessions: null }
  if (member.condition !== 'running') return { ...silent, role: member.condition }
  const [srvr, mntr] = await Promise.all(['srvr', 'mntr'].map((word) => askWord('127.0.0.1', member.clientPort, word, PATIENCE)))
  // It may have ended meanwhile.
  if (member.condition !== 'running') return { ...silent, role: member.condition }
  const zxid = valueOf(srvr ?? '', 'Zxid')
  const role = valueOf(srvr ?? '', 'Mode')
  if (zxid === null || role === null) return { ...silent, role: srvr === null || srvr === undefined ? 'starting' : 'looking' }
  const sessions = valueOf(mntr ?? '', 'zk_global_sessions')
  return { ...silent, role, zxid, epoch: currentEpoch(member), sessions: sessions === null ? null : Number(sessions) }
}

/** The epoch that a server has promised to: before the first write of a new one its zxids are still those of the old. */
function currentEpoch({ folder }: Member): number | null {
  const file = path.join(folder, 'data', 'version-2', 'currentEpoch')
  return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8')) : null
}

/** Whether clients are served: somebody leads, and every server that runs has joined. */
export function isServing(rows: readonly Row[]): boolean {
  const roles = rows.map(({ role }) => role)
  return (roles.includes('leader') || roles.includes('standalone')) && !roles.includes('looking') && !roles.includes('starting')
}
