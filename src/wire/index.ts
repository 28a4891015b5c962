/**
 * # wire: every packet, declared once
 *
 * Four languages are spoken: by clients (`client/`), between leader and learners (`quorum/`), between electing servers
 * (`election/`), and by the log on disk (`txn/`), whose bytes the quorum port carries too. Each record is declared once from
 * the combinators of `jute/`; its TypeScript type follows from the declaration, and its name is the one in `zookeeper.jute`.
 *
 * @packageDocumentation
 */
export * from './client/index.ts'
export * from './data.ts'
export * from './election/index.ts'
export * from './quorum/index.ts'
export * from './txn/index.ts'
