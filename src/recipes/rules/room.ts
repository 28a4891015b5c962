/** Whether one more finds room where `limit` may be at once. */
export function hasRoom(inside: readonly unknown[], limit: number): boolean {
  return inside.length < limit
}
