import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Hashed names below assets/, which the coordinator serves as unchangeable; nothing inline, so that the content security
// policy of the daemon may forbid it.
export default defineConfig({
  root: import.meta.dirname ?? __dirname,
  plugins: [vue()],
  build: {
    outDir: process.env['QLIMS_WEB_OUT'] ?? '../../build/web/board',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: process.env['QLIMS_COORDINATOR'] ?? 'http://127.0.0.1:7080', changeOrigin: true } },
  },
})
