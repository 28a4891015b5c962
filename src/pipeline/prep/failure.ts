import { KeeperErrorCode, type KeeperErrorName } from '../../wire/index.ts'

/** A request that may not be carried out: the client gets the code. Thrown while preparing, caught by the prep processor. */
export class Refusal extends Error {
  readonly code: number
  constructor(name: KeeperErrorName) {
    super(name)
    this.code = KeeperErrorCode[name]
  }
}

const prepared = new Map<KeeperErrorName, Refusal>()

/** Refuses the request. One object per code: a stack trace for each wrong version would cost more than the write. */
export function refuse(name: KeeperErrorName): never {
  let refusal = prepared.get(name)
  if (refusal === undefined) {
    refusal = new Refusal(name)
    prepared.set(name, refusal)
  }
  throw refusal
}
