/** Lets Vitest run with a reader's file in the place of one of `src/`, as `src/cli/swap-hooks.js` does for Node. */
import { fileURLToPath } from 'node:url'

/** A Vite plugin that makes the swaps of the environment variable `ZK_SWAP`. */
export function swapped() {
  const swaps = (process.env['ZK_SWAP'] ?? '').split(' ').filter(Boolean)
  const places = new Map(swaps.map((swap) => swap.split('>').map((url) => fileURLToPath(url)) as [string, string]))
  return {
    name: 'swapped',
    enforce: 'pre' as const,
    async resolveId(
      this: { resolve(source: string, importer?: string, options?: object): Promise<{ id: string } | null> },
      source: string,
      importer?: string,
    ) {
      if (places.size === 0) return null
      const found = await this.resolve(source, importer, { skipSelf: true })
      return found === null ? null : (places.get(found.id) ?? null)
    },
  }
}
