import { JuteReader } from './reader.ts'
import { JuteWriter } from './writer.ts'

/** How values of one type become bytes and back. Reading throws a `JuteError` on bytes that are no such value. */
export interface Codec<T> {
  /** Appends the value's bytes. */
  write(writer: JuteWriter, value: T): void
  /** Takes as many bytes as the value has. Throws `JuteError` when they are no such value. */
  read(reader: JuteReader): T
}

/** The type that a codec is for: `type Stat = Infer<typeof Stat>`. */
export type Infer<C> = C extends Codec<infer T> ? T : never

/** One byte, signed. */
export const byte: Codec<number> = { write: (w, v) => w.byte(v), read: (r) => r.byte() }
/** One byte, 0 or 1. */
export const boolean: Codec<boolean> = { write: (w, v) => w.boolean(v), read: (r) => r.boolean() }
/** Four bytes, signed, the highest one first. */
export const int: Codec<number> = { write: (w, v) => w.int(v), read: (r) => r.int() }
/** Eight bytes, signed, the highest one first. */
export const long: Codec<bigint> = { write: (w, v) => w.long(v), read: (r) => r.long() }
/** Bytes behind their length; null is written as length -1 and differs from empty. */
export const buffer: Codec<Uint8Array | null> = { write: (w, v) => w.buffer(v), read: (r) => r.buffer() }
/** A string that may be null. */
export const nullableString: Codec<string | null> = { write: (w, v) => w.ustring(v), read: (r) => r.ustring() }
/** A string; null on the wire is read as the empty string. Where null has a meaning of its own use {@link nullableString}. */
export const ustring: Codec<string> = { write: (w, v) => w.ustring(v), read: (r) => r.ustring() ?? '' }

/** A vector; null on the wire is read as an empty one. */
export function vector<T>(element: Codec<T>): Codec<readonly T[]> {
  return {
    write: (w, values) => w.vector(values, element.write),
    read: (r) => r.vector(element.read) ?? [],
  }
}

/** A vector that may be null, such as the authinfo of a quorum packet. */
export function nullableVector<T>(element: Codec<T>): Codec<readonly T[] | null> {
  return {
    write: (w, values) => w.vector(values, element.write),
    read: (r) => r.vector(element.read),
  }
}

type RecordOf<F> = { -readonly [K in keyof F]: Infer<F[K]> }

/** A record: its fields in the order of declaration and nothing else. */
export function record<F extends Record<string, Codec<unknown>>>(fields: F): Codec<RecordOf<F>> {
  const names = Object.keys(fields) as (keyof F & string)[]
  const codecs = names.map((name) => fields[name] as Codec<unknown>)
  // Records are made from one shape so that every use of a field stays monomorphic in the engine.
  return {
    write(writer, value) {
      for (let i = 0; i < names.length; i++) {
        ;(codecs[i] as Codec<unknown>).write(writer, value[names[i] as keyof F & string])
      }
    },
    read(reader) {
      const value: Record<string, unknown> = {}
      for (let i = 0; i < names.length; i++) value[names[i] as string] = (codecs[i] as Codec<unknown>).read(reader)
      return value as RecordOf<F>
    },
  }
}

/** The writer that {@link encode} uses again and again; null while a value is being written, which may hold encoded values itself. */
let spare: JuteWriter | null = null

/** The bytes of one value. */
export function encode<T>(codec: Pick<Codec<T>, 'write'>, value: T): Uint8Array {
  const writer = spare ?? new JuteWriter()
  spare = null
  writer.reset()
  codec.write(writer, value)
  spare = writer
  return writer.finish()
}

/** The value at the start of the bytes; bytes after it are ignored, as Java does. Throws `JuteError`. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  return codec.read(new JuteReader(bytes))
}
