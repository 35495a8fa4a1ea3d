import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { Overview } from '../overview/overview.js';

interface PageEntry {
  readonly path: string;
  readonly title: string;
  readonly page: ComponentType | LazyExoticComponent<ComponentType>;
  /** Begins to load it. */
  load?(): void;
}

type Loading = () => Promise<{ readonly default: ComponentType }>;

const later = (path: string, title: string, loading: Loading): PageEntry => ({
  path,
  title,
  page: lazy(loading),
  load: () => void loading().catch(() => undefined), // asked for again, and reported, when it is shown
});

/** Every page, in the order of the navigation. The first is part of the first download; the others come when asked for. */
export const PAGES: readonly PageEntry[] = [
  { path: '/', title: 'Overview', page: Overview },
  later('/series', 'Series', () => import('../series/series-page.js')),
  later('/completeness', 'Completeness', () => import('../completeness/completeness-page.js')),
  later('/reports', 'Reports', () => import('../reports/reports-page.js')),
  later('/facility', 'My facility', () => import('../facility/facility-page.js')),
  later('/operations', 'Operations', () => import('../operations/operations-page.js')),
  later('/feeds', 'Feeds', () => import('../feeds/feeds-page.js')),
];

/** Loads the page of an address: while the catalogue is still on its way, or a pointer is over the link to it. */
export function preloadPage(path: string): void {
  PAGES.find((one) => one.path === path)?.load?.();
}
