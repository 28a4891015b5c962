import type { Millis } from '../kernel/index.ts'

/** What the process knows about itself and the peer does not. */
export interface HostFacts {
  /** What stands behind `Zookeeper version: `. */
  readonly version: string
  /** `Now.elapsed` at the moment of the question. */
  readonly elapsed: Millis
  /** The time of day at which `Now.elapsed` is or was so much, as Java prints dates. */
  readonly dateOf: (elapsed: Millis) => string
  /** The two `version-2` folders and the bytes in each. */
  readonly dataDir: string
  readonly dataDirSize: number
  readonly dataLogDir: string
  readonly dataLogSize: number
  /** -1 leaves it to the system. */
  readonly clientPortListenBacklog: number
  /** What `envi` tells of the system, in this order. */
  readonly environment: readonly (readonly [string, string])[]
  readonly openFileDescriptors: number
  readonly maxFileDescriptors: number
  /** The configuration file as it was read at the start. */
  readonly initialConfiguration: string
  /** Java's system properties, as far as they are known here. */
  readonly properties: ReadonlyMap<string, string>
  /** What Prometheus wants to know of a process, such as `process_resident_memory_bytes`. */
  readonly processGauges: readonly (readonly [string, number])[]
}
