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
    { path: '/', name: 'today', component: () => import('./today/Today.vue'), meta: { page: 'today' } },
    { path: '/reception', name: 'reception', component: () => import('./reception/Reception.vue'), meta: { page: 'reception' } },
    { path: '/samples', name: 'samples', component: () => import('./samples/SampleList.vue'), meta: { page: 'samples' } },
    { path: '/samples/:number', name: 'sample', component: () => import('./samples/SamplePage.vue'), props: true, meta: { page: 'samples' } },
    { path: '/shares', name: 'shares', component: () => import('./samples/Shares.vue'), meta: { page: 'samples' } },
    { path: '/results/:panel?', name: 'results', component: () => import('./grid/ResultGrid.vue'), props: true, meta: { page: 'results' } },
    { path: '/instruments', name: 'instruments', component: () => import('./instruments/Instruments.vue'), meta: { page: 'instruments' } },
    { path: '/quality', name: 'quality', component: () => import('./quality/Quality.vue'), meta: { page: 'quality' } },
    { path: '/review', name: 'review', component: () => import('./review/Review.vue'), meta: { page: 'review' } },
    { path: '/people', name: 'people', component: () => import('@qlims/kit/frame/People.vue'), props: { usual: 'technician' }, meta: { page: 'people' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./frame/Missing.vue'), meta: { page: 'missing' } },
  ],
})
