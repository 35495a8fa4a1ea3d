import type { Principal } from '#access';
import { type Home, type HomeOptions, openHome } from './home.js';
import { openRecent } from './receipt-files.js';
import type { Writing } from './writing.js';

export interface Homes {
  of(principal: Principal): Home;
}

export function openHomes(options: HomeOptions): Homes {
  const recent = openRecent();
  const writings = new Map<string, Writing>();
  return { of: (principal) => openHome({ ...options, principal, recent, writings }) };
}
