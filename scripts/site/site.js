// Runs in the reader's browser before the page is drawn: the theme that was chosen, the menu of a small screen, the search.
const root = document.documentElement
const THEME = 'theme'

try {
  root.dataset.theme = localStorage.getItem(THEME) ?? ''
} catch {
  // A browser may keep nothing for pages that are files: then the theme is the system's.
}

addEventListener('DOMContentLoaded', () => {
  document.getElementById('theme').addEventListener('click', switchTheme)
  document.getElementById('menu').addEventListener('click', ({ currentTarget }) => {
    currentTarget.setAttribute('aria-expanded', document.body.classList.toggle('menu'))
  })
  const query = document.getElementById('query')
  query.addEventListener('input', () => show(query.value))
  query.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') document.querySelector('#found a')?.click()
    if (key === 'Escape') show('')
  })
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || document.activeElement === query) return
    event.preventDefault()
    query.focus()
  })
  addEventListener('click', ({ target }) => {
    if (!target.closest('.search')) show('')
  })
})

function switchTheme() {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  root.dataset.theme = dark ? 'light' : 'dark'
  try {
    localStorage.setItem(THEME, root.dataset.theme)
  } catch {
    // It holds for this page.
  }
}

/** Shows the sections in which every word of the query begins a word; those that have it in their title come first. */
function show(query) {
  const list = document.getElementById('found')
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found =
    words.length === 0 ? [] : globalThis.searchIndex.map((entry) => ({ entry, rank: rankOf(entry, words) })).filter(({ rank }) => rank > 0)
  found.sort((a, b) => b.rank - a.rank)
  list.replaceChildren(...found.slice(0, 12).map(({ entry }) => item(entry, words)))
  if (words.length > 0 && found.length === 0) list.append('Nothing found')
  list.hidden = words.length === 0
}

function rankOf({ page, title, text }, words) {
  let rank = 0
  for (const word of words) {
    const begins = new RegExp(`(^|[^\\p{L}\\p{N}])${word.replace(/[^\p{L}\p{N}]/gu, '\\$&')}`, 'iu')
    const value = (begins.test(title) ? 8 : 0) + (begins.test(page) ? 4 : 0) + (begins.test(text) ? 1 : 0)
    if (value === 0) return 0
    rank += value
  }
  return rank
}

function item({ page, title, place, text }, words) {
  const link = document.createElement('a')
  link.href = root.dataset.up + place
  link.textContent = title === '' || title === page ? page : `${page} › ${title}`
  const at = Math.max(0, text.toLowerCase().indexOf(words[0]) - 40)
  const context = document.createElement('small')
  context.textContent = text.slice(at, at + 130)
  link.append(context)
  const element = document.createElement('li')
  element.append(link)
  return element
}
