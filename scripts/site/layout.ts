/** The frame of every page of the site. */

export interface Entry {
  readonly title: string
  /** Its place in the site; null: a heading among the entries. */
  readonly place: string | null
}

export interface PageParts {
  /** The page's place in the site, such as `chapters/04-zab.html`. */
  readonly place: string
  readonly title: string
  readonly body: string
  /** What is on this page: titles and anchors. */
  readonly contents: readonly { readonly title: string; readonly anchor: string }[]
  readonly menu: readonly Entry[]
}

/** A whole page. All its links are relative, so that the site works wherever it is put, and as files. */
export function page({ place, title, body, contents, menu }: PageParts): string {
  const up = '../'.repeat(place.split('/').length - 1) || './'
  const items = menu.map((entry) =>
    entry.place === null
      ? `<li class="part">${escaped(entry.title)}</li>`
      : `<li><a href="${up}${entry.place}"${entry.place === place ? ' aria-current="page"' : ''}>${escaped(entry.title)}</a></li>`,
  )
  const headings = contents.map((heading) => `<li><a href="#${heading.anchor}">${escaped(heading.title)}</a></li>`)
  return `<!doctype html>
<html lang="en" data-up="${up}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}site.css">
<script src="${up}site.js"></script>
<script src="${up}search.js" defer></script>
</head>
<body>
<header>
<button id="menu" aria-label="Menu" aria-expanded="false">☰</button>
<a class="home" href="${up}index.html">ZooKeeper from scratch</a>
<div class="search"><input id="query" type="search" placeholder="Search" aria-label="Search" autocomplete="off"><ol id="found" hidden></ol></div>
<button id="theme" aria-label="Light or dark">◐</button>
</header>
<div class="columns">
<nav aria-label="Pages"><ul>${items.join('\n')}</ul></nav>
<main>${body}${turns(menu, place, up)}</main>
<aside>${headings.length > 1 ? `<p>On this page</p><ul>${headings.join('\n')}</ul>` : ''}</aside>
</div>
</body>
</html>
`
}

/** The page before and the page after, in the order of the menu. */
function turns(menu: readonly Entry[], place: string, up: string): string {
  const pages = menu.filter((entry) => entry.place !== null)
  const at = pages.findIndex((entry) => entry.place === place)
  if (at < 0) return ''
  const link = (entry: Entry | undefined, text: (title: string) => string) =>
    entry === undefined ? '<span></span>' : `<a href="${up}${entry.place}">${text(escaped(entry.title))}</a>`
  return `<div class="turns">${link(pages[at - 1], (title) => `← ${title}`)}${link(pages[at + 1], (title) => `${title} →`)}</div>`
}

/** Text as HTML. */
export function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
