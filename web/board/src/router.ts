import { createRouter, createWebHistory } from 'vue-router'
import { taskOfPage } from './tasks/filter'
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
    { path: '/progress', name: 'progress', component: () => import('./progress/Progress.vue'), meta: { page: 'progress' } },
    { path: '/plans', name: 'plans', component: () => import('./plans/Plans.vue'), meta: { page: 'plans' } },
    { path: '/plans/:plan(\\d+)', name: 'plan', component: () => import('./plans/PlanPage.vue'), props: true, meta: { page: 'plans' } },
    { path: '/plans/:plan(\\d+)/shares', name: 'shares', component: () => import('./plans/Shares.vue'), props: true, meta: { page: 'plans' } },
    { path: '/tasks', name: 'tasks', component: () => import('./tasks/Tasks.vue'), meta: { page: 'tasks' } },
    { path: '/laboratories', name: 'laboratories', component: () => import('./laboratories/Laboratories.vue'), meta: { page: 'laboratories' } },
    { path: '/exceptions', name: 'exceptions', component: () => import('./exceptions/Exceptions.vue'), meta: { page: 'exceptions' } },
    { path: '/records', name: 'records', component: () => import('./records/Records.vue'), meta: { page: 'records' } },
    { path: '/nonconforming', name: 'nonconforming', component: () => import('./nonconforming/Nonconforming.vue'), meta: { page: 'nonconforming' } },
    { path: '/disputes', name: 'disputes', component: () => import('./disputes/Disputes.vue'), meta: { page: 'disputes' } },
    { path: '/samples/:task', name: 'sample', component: () => import('./nonconforming/TaskPage.vue'), props: (route) => ({ task: taskOfPage(String(route.params['task'])) }), meta: { page: 'nonconforming' } },
    { path: '/enterprises', name: 'enterprises', component: () => import('./enterprises/Enterprises.vue'), meta: { page: 'enterprises' } },
    { path: '/enterprises/:enterprise(\\d+)', name: 'enterprise', component: () => import('./enterprises/EnterprisePage.vue'), props: true, meta: { page: 'enterprises' } },
    { path: '/signals', name: 'signals', component: () => import('./signals/Signals.vue'), meta: { page: 'signals' } },
    { path: '/reports', name: 'reports', component: () => import('./reports/Reports.vue'), meta: { page: 'reports' } },
    { path: '/statistics', name: 'statistics', component: () => import('./outward/PublicStatistics.vue'), meta: { page: 'statistics' } },
    { path: '/interface', name: 'interface', component: () => import('./outward/Interface.vue'), meta: { page: 'interface' } },
    { path: '/webhooks', name: 'webhooks', component: () => import('./outward/Webhooks.vue'), meta: { page: 'webhooks' } },
    { path: '/people', name: 'people', component: () => import('@qlims/kit/frame/People.vue'), props: { usual: 'viewer' }, meta: { page: 'people' } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./frame/Missing.vue'), meta: { page: 'missing' } },
  ],
})
