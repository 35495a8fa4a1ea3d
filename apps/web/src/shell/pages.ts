import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { Overview } from '../overview/overview.js';

interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly page: ComponentType | LazyExoticComponent<ComponentType>;
}

/** Every page, in the order of the navigation. The first is part of the first download; the others come when asked for. */
export const PAGES: readonly PageEntry[] = [
  { path: '/', title: 'Overview', page: Overview },
  { path: '/series', title: 'Series', page: lazy(() => import('../series/series-page.js')) },
  { path: '/completeness', title: 'Completeness', page: lazy(() => import('../completeness/completeness-page.js')) },
  { path: '/facility', title: 'My facility', page: lazy(() => import('../facility/facility-page.js')) },
  { path: '/operations', title: 'Operations', page: lazy(() => import('../operations/operations-page.js')) },
  { path: '/feeds', title: 'Feeds', page: lazy(() => import('../feeds/feeds-page.js')) },
];
