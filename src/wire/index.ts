/**
 * # wire: every packet, declared once
 *
 * Four languages are spoken: by clients (`client/`), between leader and learners (`quorum/`), between electing servers
 * (`election/`), and by the log on disk (`txn/`), whose bytes the quorum port carries too. Each record is declared once from
 * the combinators of `jute/`; its TypeScript type follows from the declaration, and its name is the one in `zookeeper.jute`.
 *
 *     client/     ConnectRequest, then requests: header (number, operation) + record; answers: header (number, zxid, error) + record
 *     quorum/     QuorumPacket after QuorumPacket: kind, zxid, data, identities; what the data are depends on the kind
 *     election/   one initial message, then notifications: a vote, the sender's state, its configuration
 *     txn/        header (session, number, zxid, time, type) + record + digest of the tree
 *
 * Two languages have frames (a 4-byte length before each message), the quorum port has none: its packets follow each other, and
 * after a SNAP packet the raw snapshot does. The first frame in each direction on a client's connection has no header at all.
 *
 * **Compatible to the byte.** What is declared here is what Apache ZooKeeper 3.8 and 3.9 send, read off captured exchanges. Where
 * old releases leave out a trailing field, the type says so (`readOnly: boolean | undefined`). Null and empty are different
 * values wherever the other side can tell: a PING answered with null instead of an empty buffer kills a Java leader's handler.
 *
 * **Numbers** keep their names from `ZooDefs`, `KeeperException` and `Leader`, in tables such as {@link OpCode}. Opcodes from -10 down
 * and `error` never come from clients.
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: `zookeeper-jute/src/main/resources/zookeeper.jute`; `ZooDefs`; `Leader`; `FastLeaderElection`; `QuorumCnxManager`.
 *
 * @packageDocumentation
 */
export * from './client/index.ts'
export * from './data.ts'
export * from './election/index.ts'
export * from './quorum/index.ts'
export * from './txn/index.ts'
