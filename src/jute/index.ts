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
 * Source: `org.apache.jute`; `src/zookeeper.jute` of Apache ZooKeeper.
 *
 * @packageDocumentation
 */
export * from './codec.ts'
export * from './reader.ts'
export * from './writer.ts'
