// What a browser remembers of a person's choices. A browser that keeps nothing still works.
const prefix = 'qlims.'

export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value)
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}
