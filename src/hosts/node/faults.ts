/** What is wrong with a configuration. */
import fs from 'node:fs'

/** A configuration that no server can run with. The message has one line for each fault. */
export class InvalidConfiguration extends Error {
  override name = 'InvalidConfiguration'
  /** What the process ends with: 2, or 1 where Java fails only after it has read everything. */
  readonly exitCode: number

  constructor(faults: readonly string[], exitCode = 2) {
    super(faults.join('\n'))
    this.exitCode = exitCode
  }
}

/** Collects faults and knows the line of each key, so that every message can say where. */
export class Faults {
  readonly #file: string
  readonly #places = new Map<string, { readonly value: string; readonly line: number }>()
  readonly #faults: string[] = []

  constructor(file: string) {
    this.#file = file
  }

  /** Remembers where a key stands. */
  place(key: string, value: string, line: number): void {
    this.#places.set(key, { value, line })
  }

  /** Whether the key is in the file. */
  knows(key: string): boolean {
    return this.#places.has(key)
  }

  /** A fault of a key, at its line, or of the file when the key is not in it. */
  add(key: string, message: string): void {
    const place = this.#places.get(key)
    this.#faults.push(place === undefined ? `${this.#file}: ${message}` : `${this.#file}:${place.line}: ${key}=${place.value}: ${message}`)
  }

  /** A fault at a line of a file. */
  addAt(file: string, line: number, message: string): void {
    this.#faults.push(`${file}:${line}: ${message}`)
  }

  /** One more fault, and the end. */
  fail(message: string, exitCode = 2): never {
    throw new InvalidConfiguration([...this.#faults, message], exitCode)
  }

  throwIfAny(): void {
    if (this.#faults.length > 0) this.throwAll()
  }

  throwAll(): never {
    throw new InvalidConfiguration(this.#faults)
  }

  /** The text of a file; one that cannot be read is the end, with `missing` as the message when there is none. */
  read(file: string, missing: string): string {
    try {
      return fs.readFileSync(file, 'utf8')
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return this.fail(code === 'ENOENT' ? `${missing}: create it, or name another one` : `${file} cannot be read: ${message}`)
    }
  }

  /** The name of the configuration file. */
  get file(): string {
    return this.#file
  }
}
