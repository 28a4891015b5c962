/** Things that are equal when their texts are, each kept once and called by a number. */
export class Interned<T> {
  private readonly numbers = new Map<string, number>()
  private readonly things: T[] = []

  get size(): number {
    return this.things.length
  }

  /** The number of the thing with this text; the first one with it stays. */
  numberOf(text: string, thing: T): number {
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    const number = this.things.push(thing) - 1
    this.numbers.set(text, number)
    return number
  }

  at(number: number): T {
    return this.things[number] as T
  }
}
