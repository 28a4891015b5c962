/** Markdown as pages of the site: links lead to pages instead of files, code is coloured and says where it stands. */
import { posix } from 'node:path'
import MarkdownIt from 'markdown-it'
import { anchorOf } from '../book/anchors.ts'
import { coloured } from './colours.ts'
import { escaped } from './layout.ts'

export interface Section {
  /** The heading, as plain text; empty before the first. */
  readonly title: string
  readonly level: number
  readonly anchor: string
  readonly text: string
}

export interface Rendered {
  readonly html: string
  readonly sections: readonly Section[]
}

/** Where a file of the checkout is found in the site, both relative to their roots; null: it is not in the site. */
export type Locate = (path: string) => string | null

/** Renders the Markdown file at `path`. */
export function render(path: string, text: string, locate: Locate): Rendered {
  const markdown = new MarkdownIt({ html: true })
  const up = posix.relative(posix.dirname(path), '') || '.'
  const hrefTo = (target: string, anchor = '') => {
    const place = locate(target)
    return place === null ? null : `${up}/${place}${anchor}`
  }
  const { rules } = markdown.renderer
  rules.fence = (tokens, index) => {
    const { info = '', content = '' } = tokens[index] ?? {}
    const before = tokens[index - 1]
    const [, source = ''] = before?.type === 'html_block' ? (/^<!-- code: (\S+)/.exec(before.content) ?? []) : []
    const href = hrefTo(source)
    const caption = href === null ? '' : `<div class="from"><a href="${href}">${escaped(source)}</a></div>`
    return `${caption}<pre class="${info}"><code>${info === 'ts' ? coloured(content) : escaped(content)}</code></pre>\n`
  }
  rules.code_inline = (tokens, index) => {
    const content = tokens[index]?.content ?? ''
    const href = /^[\w.-]+(\/[\w.-]+)+\/?$/.test(content) ? hrefTo(content.replace(/\/$/, '')) : null
    const code = `<code>${escaped(content)}</code>`
    return href === null || insideLink(tokens, index) ? code : `<a href="${href}">${code}</a>`
  }
  rules['link_open'] = (tokens, index, options, _env, self) => {
    const token = tokens[index]
    token?.attrSet('href', linked(path, token.attrGet('href') ?? '', hrefTo))
    return self.renderToken(tokens, index, options)
  }
  rules.image = (tokens, index) => {
    const token = tokens[index]
    const source = `${token?.attrGet('src')}`
    return `<a class="picture" href="${source}"><img src="${source}" alt="${escaped(token?.content ?? '')}" loading="lazy"></a>`
  }
  rules['table_open'] = () => '<div class="table"><table>\n'
  rules['table_close'] = () => '</table></div>\n'
  const tokens = markdown.parse(text, {})
  const sections = sectionsOf(tokens)
  return { html: markdown.renderer.render(tokens, markdown.options, {}), sections }
}

type Token = ReturnType<MarkdownIt['parse']>[number]

/** The sections of a page; gives the headings their anchors. */
function sectionsOf(tokens: readonly Token[]): Section[] {
  const taken = new Set<string>()
  const sections: { title: string; level: number; anchor: string; text: string }[] = [{ title: '', level: 1, anchor: '', text: '' }]
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const title = plain(tokens[i + 1])
      const anchor = anchorOf(tokens[i + 1]?.content ?? '', taken)
      token.attrSet('id', anchor)
      sections.push({ title, level: Number(token.tag.slice(1)), anchor, text: '' })
    } else if (token.type === 'inline' && tokens[i - 1]?.type !== 'heading_open') {
      const section = sections.at(-1)
      if (section) section.text += `${plain(token)} `
    }
  }
  return sections
}

function plain(token: Token | undefined): string {
  return (token?.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('')
}

function insideLink(tokens: readonly Token[], index: number): boolean {
  const before = tokens.slice(0, index)
  const count = (type: string) => before.filter((token) => token.type === type).length
  return count('link_open') > count('link_close')
}

function linked(from: string, link: string, hrefTo: (target: string, anchor: string) => string | null): string {
  const [file = '', anchor] = link.split('#')
  if (file === '' || /^[a-z]+:/.test(link)) return link
  const target = posix.join(posix.dirname(from), file)
  return hrefTo(target, anchor === undefined ? '' : `#${anchor}`) ?? link
}
