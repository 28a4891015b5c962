/**
 * What a server of the small world promises for itself alone, whatever the others do. Each function is given the server at the
 * moment of which the promise speaks and throws {@link BrokenPromise} when it is not kept.
 */
import { counterOf, type Epoch, epochOf, formatId, type Zxid } from '../../../kernel/index.ts'
import type { QuorumPacket } from '../../../wire/index.ts'
import type { EpochFile } from '../../../zab/index.ts'
import { type SmallServer, startsWith } from './small-server.ts'

/** A promise that was not kept: its name, and what happened as a sentence. */
export class BrokenPromise extends Error {
  readonly promise: string

  constructor(promise: string, sentence: string) {
    super(sentence)
    this.promise = promise
  }
}

/** Why a role or a connection may end only when somebody has said what he must not say. */
const BAD_STREAM = /COMMIT of|does not follow|out of turn|instead of|cannot be read|without|comes again|while/

/** It looks for a leader with what is on its disk, neither more nor less. */
export function looksWithItsDisk({ sid, memory, position, disk }: SmallServer): void {
  const same = memory.length === disk.history.length && startsWith(memory, disk.history)
  demand(same, 'process consistency', `s${sid} is LOOKING with a database that is not what its disk holds`)
  const isPosition = position === disk.position || counterOf(position) === 0n
  demand(isPosition, 'process consistency', `s${sid} votes with ${formatId(position)}, but its disk ends at ${formatId(disk.position)}`)
}

/** Its log has no holes. `zxid` is about to be logged. */
export function logsInOrder({ sid, disk }: SmallServer, zxid: Zxid): void {
  const last = disk.history.at(-1)
  const follows = last === undefined || zxid === last.zxid + 1n || (counterOf(zxid) === 1n && epochOf(zxid) > epochOf(last.zxid))
  demand(follows, 'contiguity', `s${sid} logs ${formatId(zxid)} after ${formatId(last?.zxid ?? 0n)}`)
}

/** Its epochs rise, and it is in none that it has not accepted. `epoch` is about to be written. */
export function raisesItsEpochs({ sid, disk }: SmallServer, file: EpochFile, epoch: Epoch): void {
  demand(epoch >= disk[file], 'epoch order', `s${sid} writes ${file} ${epoch} over ${disk[file]}`)
  demand(file === 'acceptedEpoch' || epoch <= disk.acceptedEpoch, 'epoch order', `s${sid} has currentEpoch ${epoch}, above acceptedEpoch`)
}

/** A leader serves no epoch that its disk does not have. */
export function servesItsEpoch({ sid, disk }: SmallServer, epoch: Epoch): void {
  demand(disk.currentEpoch === epoch, 'epoch order', `s${sid} serves epoch ${epoch} before its disk has it`)
}

/** What it promises to its leader is on its disk before the packet goes. */
export function hasWhatItPromises({ sid, disk, memory, serving, following }: SmallServer, { kind, zxid, data }: QuorumPacket): void {
  if (kind === 'ACKEPOCH') {
    const isPromised = data?.[0] === 0xff || disk.acceptedEpoch === following?.epoch
    demand(isPromised, 'epoch order', `s${sid} promises an epoch that is not on its disk`)
  } else if (kind === 'ACK' && counterOf(zxid) !== 0n) {
    const isThere = disk.history.some((txn) => txn.zxid === zxid)
    demand(isThere, 'ack durability', `s${sid} acks ${formatId(zxid)}, which is not on its disk`)
  } else if (kind === 'ACK' && !serving) {
    const isHistory = disk.history.length === memory.length && startsWith(disk.history, memory)
    demand(isHistory && disk.currentEpoch === epochOf(zxid), 'ack durability', `s${sid} acks NEWLEADER before its disk has history and epoch`)
  }
}

/** It ends neither its role nor a connection for a `reason` that only a wrong stream of packets can give. */
export function hearsNothingWrong({ sid }: SmallServer, ends: string, reason: string): void {
  demand(!BAD_STREAM.test(reason), 'stream', `s${sid} ${ends}: ${reason}`)
}

function demand(holds: boolean, promise: string, sentence: string): void {
  if (!holds) throw new BrokenPromise(promise, `${sentence}.`)
}
