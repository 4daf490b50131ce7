import { startTheme } from '@qlims/kit/theme.ts'
import { setLanguage, language } from '@qlims/kit/language.ts'
import '@qlims/kit/look.css'
import { createApp } from 'vue'
import App from './App.vue'
import { useElements } from '@qlims/kit/elements.ts'
import { router } from './router'

startTheme()
setLanguage(language.value)
const app = createApp(App)
useElements(app)
app.use(router).mount('#desk')
