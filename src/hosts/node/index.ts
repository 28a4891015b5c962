/**
 * # hosts/node: the machine as a process
 *
 * A `Peer` decides and does nothing. It has no socket, no file, no clock; it takes events and returns effects. This folder
 * is what it stands on when it is real: the same peer that the simulator runs through a thousand crashes, on Node's sockets,
 * files and timers. Nothing of the protocol is here. Whoever looks for a rule of ZooKeeper's in this folder will not find it,
 * and that is the test of the folder: it knows connections, bytes and file names.
 *
 * **One thread, one turn.** The peer is stepped by one event at a time, so nothing in it needs a lock. What makes that fast is
 * the {@link NodeHost | turn}: all sockets that are ready are read first, the machine is told that the batch is over, and only
 * then every socket gets what was sent to it as *one* write and the log what was appended to it as *one* write and *one*
 * fdatasync. Under load the batches grow by themselves and the cost of a request falls; a single request waits for nobody. Java
 * gets the same effect from queues between threads.
 *
 * **The disk is what makes a promise true.** A server that has said "I have it" must still have it after a power cut. So a sync
 * is fdatasync, not a hope; a new file's *name* is made durable by syncing its folder; a small file is replaced by writing
 * another one and renaming it; and when the disk reports an error the server stops, since nobody knows what the page cache still
 * holds after a failed fsync ({@link NodeDisk}). Log and snapshots are two lanes: a snapshot of a gigabyte does not hold up a
 * write of a hundred bytes.
 *
 * **Memory is bounded** by not reading from a client that does not read its replies. TCP carries the hint back to it.
 * Connections between servers are not throttled in this way: if both sides stopped reading, both would wait for ever.
 *
 * **What was received goes first.** After a process was suspended, its overdue timers and the packets that came meanwhile are
 * ready at the same time. Packets are delivered before timeouts, so that a leader is not given up for a silence in which it
 * spoke.
 *
 * **TLS** ends here ({@link ServerTls}). The handshake is done before the peer hears of a connection, and the bytes inside are the
 * same. What the peer learns is the name in the client's certificate, of which it makes an id of scheme x509. A port that takes
 * TLS and plain bytes tells them apart by the first byte, since on every port of ZooKeeper's it is the caller who speaks first.
 * Departures: key stores are PEM or PKCS12, since only Java can read JKS; trust stores are PEM.
 *
 * **Configuration** is ZooKeeper's own zoo.cfg and myid ({@link loadConfiguration}). Every fault is reported at once, with
 * its line and what to do. Departures: settings that ask for encryption or authentication which this server does not have are
 * refused rather than ignored, and the files are read as UTF-8, not as Latin-1.
 *
 * **What an operator needs** stands beside the peer, not in it: {@link runServer} opens the AdminServer and the page for Prometheus,
 * answers four-letter words from the peer's picture of itself (`operations/`), and deletes old snapshots when told to. The peer
 * hears of it only when a counter is to be reset. Departure: when nobody has asked for the AdminServer's port and it is taken, the
 * server goes on without one.
 *
 * **Whole ensembles in one process** ({@link startEnsemble}) are for the tests of those who write programs for ZooKeeper. Nothing
 * in them is made for tests but the ways to end a server without warning and to cut it off from the others.
 *
 * `elapsed` begins at the time of day of the process's start instead of at the machine's boot as in Java, because session ids are
 * made of it and must differ from those of the life before. Exit codes are those of Java's `ExitCode`: 2 for a configuration
 * fault, 3 for an unusable folder, 4 for the AdminServer's port, 1 for a broken assumption of ours.
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: `NIOServerCnxnFactory`, `SyncRequestProcessor`, `QuorumPeerConfig`, `QuorumPeerMain`; operations.md §1, §2.
 *
 * @packageDocumentation
 */

export { AdminServerFailed } from './admin-server.ts'
export { readClock } from './clock.ts'
export * from './configuration.ts'
export { NodeDisk } from './disk.ts'
export { InvalidConfiguration } from './faults.ts'
export * from './host.ts'
export * from './log.ts'
export { packageRoot } from './package-root.ts'
export * from './server.ts'
export * from './test-ensemble.ts'
export type { PortTls, ServerTls } from './tls.ts'
export * from './version.ts'
