/** The anchor of a heading as GitHub makes it. A second heading with the same text gets a number. Adds it to those taken. */
export function anchorOf(heading: string, taken: Set<string>): string {
  const plain = heading.replace(/\[(.*?)\]\(.*?\)/g, '$1').toLowerCase()
  const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/ /g, '-')
  let anchor = slug
  for (let count = 1; taken.has(anchor); count++) anchor = `${slug}-${count}`
  taken.add(anchor)
  return anchor
}
