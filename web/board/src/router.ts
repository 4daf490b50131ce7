import { createRouter, createWebHistory } from 'vue-router'
import type { Words } from './words'

export type PageName = keyof Words['pages']

declare module 'vue-router' {
  interface RouteMeta {
    page: PageName
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'overview', component: () => import('./overview/Overview.vue'), meta: { page: 'overview' } },
    { path: '/people', name: 'people', component: () => import('@qlims/kit/frame/People.vue'), props: { usual: 'viewer' }, meta: { page: 'people' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./frame/Missing.vue'), meta: { page: 'missing' } },
  ],
})
