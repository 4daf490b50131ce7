// Light, dark, or as the system says. Element Plus and our own style sheet both look at the class `dark`.
import { ref, watch } from 'vue'
import { remember, remembered } from './memory'

export type Theme = 'system' | 'light' | 'dark'

const stored = remembered('theme')
export const theme = ref<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

export function startTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && system.matches)
    document.documentElement.classList.toggle('dark', dark)
  }
  system.addEventListener('change', apply)
  watch(theme, (chosen) => {
    remember('theme', chosen)
    apply()
  })
  apply()
}
