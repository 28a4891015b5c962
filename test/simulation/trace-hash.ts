/** Prints the SHA-256 of the trace of one run, and how many lines it has. */
import { createHash } from 'node:crypto'
import { FAULT_KINDS, runEnsemble, variedOptions } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

export function traceHash(seed: bigint): string {
  const hash = createHash('sha256')
  let lines = 0
  const options = variedOptions(seed, { duration: 5000, faults: { kinds: FAULT_KINDS, interval: 1000 } })
  runEnsemble(options, createPeer, {
    trace(line) {
      lines++
      hash.update(`${line}\n`)
    },
  })
  return `${lines} ${hash.digest('hex')}`
}

if (process.argv[2] !== undefined && process.argv[1]?.endsWith('trace-hash.ts')) console.log(traceHash(BigInt(process.argv[2])))
