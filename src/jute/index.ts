/**
 * # jute: ZooKeeper's serialisation
 *
 * A record is its fields in order and nothing else: no tags, no version, no length. Integers are big-endian two's complement,
 * strings and buffers carry a 4-byte length, vectors a 4-byte count; length or count -1 is null. So both sides must know the
 * record before they read it, and a field can only ever be added at the end.
 *
 * A record is declared once, from combinators, and its TypeScript type is inferred from the declaration:
 *
 *     const DeleteRequest = record({ path: ustring, version: int })
 *     type DeleteRequest = Infer<typeof DeleteRequest>
 *
 * Written out, `{ path: '/a', version: -1 }` is `00000002 2f61 ffffffff`.
 *
 * **Rules for whoever reads.** Buffers are views of the input, so what is kept for long must be copied. A length beyond
 * `jute.maxbuffer` (and as much again) is refused before anything is allocated. Bytes behind a complete record are ignored: that
 * is how old servers understand new clients. A reader that runs out of bytes throws a `JuteError` that says `incomplete`, which
 * tells a stream parser to wait; every other `JuteError` says that these bytes will never be a record.
 *
 * **Departures from Java.** Java writes characters above U+FFFF as two three-byte sequences, which its own reader then replaces
 * by U+FFFD; we write proper UTF-8. Paths cannot hold such characters, so only identities in ACLs could tell the difference.
 *
 * Chapter: `chapters/10-ensemble.md`.
 * Source: `org.apache.jute`; `src/zookeeper.jute` of Apache ZooKeeper.
 *
 * @packageDocumentation
 */
export * from './codec.ts'
export * from './reader.ts'
export * from './writer.ts'
