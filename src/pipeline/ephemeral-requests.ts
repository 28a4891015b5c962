import { decode, JuteError } from '../jute/index.ts'
import { CreateRequest, OpCode } from '../wire/index.ts'
import { isEphemeral } from './prep/create.ts'
import { decodeMulti } from './prep/multi.ts'

/** Whether the request makes an ephemeral node if it succeeds. Source: `QuorumZooKeeperServer.checkUpgradeSession`. */
export function createsEphemeral(type: number, payload: Uint8Array): boolean {
  try {
    if (type === OpCode.create || type === OpCode.create2) return isEphemeral(decode(CreateRequest, payload).flags)
    if (type !== OpCode.multi) return false
    return decodeMulti(payload).some((operation) => operation.type === 'create' && isEphemeral(operation.wish.flags))
  } catch (error) {
    if (!(error instanceof JuteError)) throw error
    return false
  }
}
