/**
 * What was acknowledged is there: after everything is healed and all servers were started once more from their disks, every
 * server shows every write that any client saw acknowledged, and all servers show the same.
 */
import { formatId, fromUtf8, type Zxid } from '../../../kernel/index.ts'
import { KeeperErrorCode } from '../../../wire/index.ts'
import { type History, isWrite, type Operation, tellOperation } from '../history.ts'
import { type Checker, type FinishedRun, holds, unknown, type Verdict, violated } from './verdict.ts'

/** What clients know of one znode. */
interface Expectation {
  readonly path: string
  /** The acknowledged write with the highest zxid that made or changed it. */
  last: Operation | null
  /** The acknowledged delete with the highest zxid. */
  deleted: Operation | null
  /** Somebody asked for a delete and never learnt what became of it. */
  maybeDeleted: boolean
  /** It goes with its session: another checker's concern. */
  isEphemeral: boolean
}

export class Durability implements Checker {
  readonly name = 'durability'

  judge({ history, servers, audits }: FinishedRun): Verdict {
    const unasked = servers.filter((server) => !audits.has(server))
    const expectations = expectationsOf(history)
    const lost: string[] = []
    for (const [server, answers] of audits) {
      for (const answer of answers) {
        const expected = expectations.get((answer.request as { path: string }).path)
        const fault = expected && faultOf(expected, answer)
        if (fault) lost.push(`${server}: ${fault}`)
      }
    }
    if (lost.length > 0) return violated(this.name, `${lost.length} acknowledged changes are not what a server shows after the last restart.`, lost)
    const different = differences(audits)
    if (different.length > 0) return violated(this.name, `Servers differ in ${different.length} znodes after the last restart.`, different)
    if (unasked.length > 0) return unknown(this.name, `${unasked.join(', ')} could not be asked after the last restart.`)
    return holds(this.name, `All ${history.acknowledged().length} acknowledged writes are on all ${servers.length} servers.`)
  }
}

/** Every znode of which a client knows something, by its path. */
export function expectationsOf(history: History): Map<string, Expectation> {
  const expectations = new Map<string, Expectation>()
  const of = (path: string) => {
    let expectation = expectations.get(path)
    if (expectation === undefined) {
      expectation = { path, last: null, deleted: null, maybeDeleted: false, isEphemeral: false }
      expectations.set(path, expectation)
    }
    return expectation
  }
  for (const operation of history.operations) {
    const { request, outcome, answer, zxid } = operation
    if (!isWrite(operation) || request.kind === 'closeSession') continue
    if (request.kind === 'delete') {
      const expectation = of(request.path)
      if (outcome === 'ok') expectation.deleted = operation
      else if (outcome !== 'failed') expectation.maybeDeleted = true
    } else if (outcome === 'ok') {
      const expectation = of(answer.path ?? request.path)
      if (expectation.last === null || expectation.last.zxid < zxid) expectation.last = operation
      if (request.kind === 'create' && (request.mode === 1 || request.mode === 3)) expectation.isEphemeral = true
    }
  }
  return expectations
}

/** What is wrong with an answer; null when nothing is. */
function faultOf({ path, last, deleted, maybeDeleted, isEphemeral }: Expectation, read: Operation): string | null {
  const exists = read.error === 0
  if (!exists && read.error !== KeeperErrorCode.NONODE) return null
  if (isEphemeral) return null
  if (deleted !== null) {
    return exists && createdBefore(read, deleted.zxid) ? `${path} is there in spite of: ${tellOperation(deleted)}` : null
  }
  if (last === null) return null
  if (!exists) return maybeDeleted ? null : `${path} is missing in spite of: ${tellOperation(last)}`
  const mzxid = read.answer.stat?.mzxid ?? 0n
  if (mzxid < last.zxid) return `${path} is as of ${formatId(mzxid)}, before: ${tellOperation(last)}`
  const data = read.answer.data
  const written = 'data' in last.request ? fromUtf8(last.request.data) : ''
  if (mzxid === last.zxid && data && fromUtf8(data) !== written) return `${path} holds ‘${fromUtf8(data)}’ after: ${tellOperation(last)}`
  return null
}

function createdBefore({ answer }: Operation, zxid: Zxid): boolean {
  return (answer.stat?.czxid ?? 0n) <= zxid
}

/** Where two servers gave different answers to the same question. */
function differences(audits: ReadonlyMap<string, readonly Operation[]>): string[] {
  const [first, ...rest] = audits
  if (first === undefined) return []
  const found: string[] = []
  for (const [server, answers] of rest) {
    answers.forEach((answer, i) => {
      const other = first[1][i]
      if (other !== undefined && tellAnswer(answer) !== tellAnswer(other) && !hasExpired(other, answer))
        found.push(`${first[0]}: ${tellAnswer(other)} – ${server}: ${tellAnswer(answer)}`)
    })
  }
  return found
}

/** The servers are asked one after the other, and sessions go on expiring: an ephemeral may be gone later, never back again. */
function hasExpired(earlier: Operation, later: Operation): boolean {
  return (earlier.answer.stat?.ephemeralOwner ?? 0n) !== 0n && later.error === KeeperErrorCode.NONODE
}

function tellAnswer({ request, error, answer }: Operation): string {
  const path = 'path' in request ? request.path : ''
  if (error !== 0) return `${path} error ${error}`
  const { stat, data } = answer
  const numbers =
    stat && `czxid ${formatId(stat.czxid)} mzxid ${formatId(stat.mzxid)} version ${stat.version} cversion ${stat.cversion} mtime ${stat.mtime}`
  return `${path} ‘${data ? fromUtf8(data) : ''}’ ${numbers} owner ${stat && formatId(stat.ephemeralOwner)} children ${stat?.numChildren}`
}
