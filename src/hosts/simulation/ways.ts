/** What is wrong with the ways between hosts. Each has a direction: from A to B may be blocked while B still reaches A. */
export class Ways {
  /** How many faults block a way. */
  private readonly blocks = new Map<string, number>()
  private readonly factors = new Map<string, number>()

  block(from: string, to: string): void {
    const way = `${from}>${to}`
    this.blocks.set(way, (this.blocks.get(way) ?? 0) + 1)
  }

  /** Takes back one {@link block}; other faults may block the way still. */
  unblock(from: string, to: string): void {
    const way = `${from}>${to}`
    const count = (this.blocks.get(way) ?? 0) - 1
    if (count > 0) this.blocks.set(way, count)
    else this.blocks.delete(way)
  }

  isBlocked(from: string, to: string): boolean {
    return this.blocks.size > 0 && this.blocks.has(`${from}>${to}`)
  }

  /** Lets everything on a way take `factor` times as long; 1 is normal. */
  slow(from: string, to: string, factor: number): void {
    if (factor === 1) this.factors.delete(`${from}>${to}`)
    else this.factors.set(`${from}>${to}`, factor)
  }

  /** How many times as long things take on a way. */
  slowness(from: string, to: string): number {
    return this.factors.get(`${from}>${to}`) ?? 1
  }

  /** Makes every way free and quick. Returns those that were blocked, each as from and to. */
  heal(): readonly (readonly [string, string])[] {
    const freed = [...this.blocks.keys()].map((way) => way.split('>') as [string, string])
    this.blocks.clear()
    this.factors.clear()
    return freed
  }
}
