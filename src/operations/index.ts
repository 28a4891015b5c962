/**
 * # operations: what a server says about itself
 *
 * An ensemble is watched by people and by monitoring systems, and both ask before anything is wrong and above all when
 * something is. So the questions must be cheap, must not need a session, and must be answered by a server that has lost its
 * quorum and serves nobody. ZooKeeper's oldest answer are the **four-letter words**: four bytes on the client port, an
 * answer in plain text, and the connection is closed. `echo srvr | nc host 2181` is all the client one needs.
 *
 * How can four bytes of text share a port with a binary protocol? A client's first frame begins with its length. Read as a
 * length, `srvr` would announce 1.9 GB, far beyond `jute.maxbuffer`, so no real client ever begins like that. The peer
 * compares the first four bytes of a fresh connection with the words it knows and hands the question to its host, which
 * comes here.
 *
 * **Everything here is a pure function** of two things: the `ServerView`, one read-only picture that the peer draws of
 * itself, and {@link HostFacts}, what only the process around it knows: version, folders and their sizes, the clock.
 * Nothing here can change the server or hold it up: a word that resets something says so in its answer, and the host tells the
 * peer. The same picture is served as text ({@link answerWord}), as JSON over HTTP, which is ZooKeeper's **AdminServer**
 * ({@link runAdminCommand}), and as metrics that Prometheus collects ({@link prometheusReport}).
 *
 * The rules:
 * - **Whitelist.** Words tell strangers about the ensemble and some are costly, so only `srvr` is allowed unless
 *   `4lw.commands.whitelist` says more ({@link isAllowed}; since 3.5.3). A refused word is answered in words, too. The
 *   AdminServer has no such list: it listens on a port of its own, which one does not open to strangers.
 * - **Not serving.** A server without a leader answers most words with one fixed sentence. `ruok` is the exception: it
 *   says `imok` as long as the process lives. It is therefore *not* a health check of the service; the absence of the
 *   sentence in `srvr` is.
 * - **Bytes.** Scripts cut these texts apart, so they are Java's to the byte: `srvr` ends its lines with a line feed,
 *   `ruok` has none, doubles carry a fraction (`0.0`).
 *
 * Which word for which question: `ruok` is the process alive · `srvr` its mode, last zxid, latency · `stat` the same with its
 * clients · `cons` clients in detail · `mntr` everything as key and value, for monitoring · `conf` what it runs with ·
 * `isro` is it read-only · `dirs` how much disk it uses · `envi` what it runs on · `dump` sessions, their ephemerals and when they
 * expire · `wchs`, `wchc`, `wchp` watches: how many, by session, by path · `hash` digests of the tree · `srst`, `crst` counters
 * back to 0 · `gtmk`, `stmk` the trace mask.
 *
 * Departures. Java measures the queues between its threads; there are no such queues here, and so no such metrics. Those that
 * are here have ZooKeeper's names and mean what they mean there. The order of sessions, paths and metrics is the order in
 * which they came, Java's that of its hash tables.
 *
 * Chapter: `chapters/11-operations.md`.
 * Source: `org.apache.zookeeper.server.command`, `ServerStats`, `ServerCnxn.dumpConnectionInfo`, `ZooKeeperServerConf`.
 *
 * @packageDocumentation
 */
export { type AdminResponse, adminCommandLinks, runAdminCommand } from './admin-commands.ts'
export * from './facts.ts'
export { prometheusReport } from './prometheus-report.ts'
export * from './words.ts'
