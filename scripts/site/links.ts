/** The links of a built site, followed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface DeadLink {
  readonly from: string
  readonly link: string
}

/** All links of the pages below a folder to files or anchors that are not there. Links to other sites are not followed. */
export function deadLinks(folder: string): DeadLink[] {
  const pages = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.html'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  )
  const anchors = new Map<string, Set<string>>()
  const anchorsOf = (path: string) => {
    const found = anchors.get(path) ?? new Set([...(pages.get(path) ?? '').matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string))
    anchors.set(path, found)
    return found
  }
  const isDead = (from: string, link: string) => {
    // What our errors inherit stands in TypeScript's own files, which are not in the site.
    if (/^[a-z]+:/.test(link) || link.includes('/node_modules/')) return false
    const [file = '', anchor = ''] = decodeURI(link).split('#')
    const target = file === '' ? from : posix.join(posix.dirname(from), file)
    const path = join(folder, target)
    if (!existsSync(path) || statSync(path).isDirectory()) return true
    return anchor !== '' && pages.has(target) && !anchorsOf(target).has(anchor)
  }
  return [...pages].flatMap(([from, html]) => {
    const links = new Set([...html.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, link]) => (link as string).replaceAll('&amp;', '&')))
    return [...links].filter((link) => isDead(from, link)).map((link) => ({ from, link }))
  })
}
