import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['kit/src/**/*.test.ts', 'desk/src/**/*.test.ts', 'board/src/**/*.test.ts'], environment: 'node' } })
