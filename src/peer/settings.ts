/** What a server is told when it starts. Parsed from zoo.cfg by `hosts/node/configuration.ts`; made up by the simulator. */
import type { Millis, Sid } from '../kernel/index.ts'
import type { EnsembleConfiguration } from '../quorum/index.ts'
import type { ClientSettings } from './client-settings.ts'

/** All that a server is told when it is made. */
export interface PeerSettings extends ClientSettings {
  /** This server's id; 1 for a standalone server. */
  readonly myid: Sid
  /** The members and the quorum rule; null for a standalone server. */
  readonly ensemble: EnsembleConfiguration | null
  /** Length of a tick in ms. */
  readonly tickTime: Millis
  /** Ticks that a learner may take to connect and synchronise. */
  readonly initLimit: number
  /** Ticks that a learner may lag. */
  readonly syncLimit: number
  /** Shortest and longest session timeout that a client may get, in ms. */
  readonly minSessionTimeout: Millis
  readonly maxSessionTimeout: Millis
  /** Where clients connect; null when there is no plain-text client port. */
  readonly clientPort: number | null
  readonly clientPortAddress: string
  /** Connections allowed from one address; 0 for any number. */
  readonly maxClientCnxns: number
  /** Transactions between two snapshots; the real number is drawn between half of it and all of it. */
  readonly snapCount: number
  /** By how many bytes a log file grows at a time. */
  readonly preAllocSize: number
  /** Committed transactions kept in memory to bring learners up to date. */
  readonly commitLogCount: number
  /**
   * A learner that lacks more than these is sent the log files, if they are no longer than this share of the newest snapshot; 0
   * for any length, less than 0 for never (`zookeeper.snapshotSizeFactor`).
   */
  readonly snapshotSizeFactor: number
  /** The longest frame of a client, in bytes (`jute.maxbuffer`). */
  readonly juteMaxBuffer: number
  /** `forceSync=no` leaves out the fsync: fast and unsafe. */
  readonly forceSync: boolean
  /** `fsync.warningthresholdms`: a sync of the log that takes longer is worth a warning. */
  readonly fsyncWarningThreshold: Millis
  /** Whether znodes with a time to live may be created (`zookeeper.extendedTypesEnabled`). */
  readonly extendedTypesEnabled: boolean
  /** `quorumListenOnAllIPs`: bind quorum and election port to the wildcard address. */
  readonly quorumListenOnAllIPs: boolean
  /** Seed of everything that the server draws at random. */
  readonly seed: bigint
}
