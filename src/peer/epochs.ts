import { type Epoch, epochOf, formatId } from '../kernel/index.ts'
import type { Recovered } from '../storage/index.ts'

/**
 * The epochs of a server as its files and its history tell them, or why they contradict each other.
 *
 * A history with a transaction of epoch e contains all that came before e, so a currentEpoch that is behind may be raised to
 * e once acceptedEpoch allows it; Java refuses to start then, unless a temporary file is left (ZOOKEEPER-4269, known bug 24).
 * Source: `QuorumPeer.loadDataBase`.
 */
export function epochsOf({
  acceptedEpoch,
  currentEpoch,
  currentEpochTmp,
  lastZxid,
}: Recovered): { accepted: Epoch; current: Epoch } | { failure: string } {
  const last = epochOf(lastZxid)
  let current = currentEpoch ?? last
  const accepted = acceptedEpoch ?? last
  if (last > current) {
    const raised = currentEpochTmp === last || accepted >= last
    if (!raised) return { failure: `The current epoch, ${formatId(current)}, is older than the last zxid, ${formatId(lastZxid)}` }
    current = last
  }
  if (accepted < current) return { failure: `The accepted epoch, ${formatId(accepted)} is less than the current epoch, ${formatId(current)}` }
  return { accepted, current }
}
