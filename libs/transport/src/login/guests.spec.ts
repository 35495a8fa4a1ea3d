import { describe, expect, it } from '@jest/globals';
import { openGuests } from './guests.js';

describe('guests', () => {
  it('are turned away after twenty failed logins from their address, for ten minutes', () => {
    let at = 0;
    const guests = openGuests(() => at);
    for (let failure = 1; failure <= 20; failure++) {
      const guest = guests.arrive('203.0.113.5');
      expect(guest?.failed()).toBe(failure < 20);
      guest?.leave();
    }
    expect(guests.arrive('203.0.113.5')).toBeUndefined();
    expect(guests.arrive('203.0.113.6')).toBeDefined();
    at += 10 * 60_000;
    expect(guests.arrive('203.0.113.5')).toBeDefined();
  });

  it('have up to twenty sessions a sender, and a session that ends makes room for one', () => {
    const guests = openGuests(() => 0);
    const entered = Array.from({ length: 20 }, () => guests.arrive('203.0.113.5')!);
    expect(entered.map((guest) => guest.enter('clinic'))).not.toContain(false);
    expect(guests.arrive('203.0.113.5')?.enter('clinic')).toBe(false);
    expect(guests.arrive('203.0.113.5')?.enter('lab')).toBe(true);
    entered[0]!.leave();
    entered[0]!.leave();
    expect(guests.arrive('203.0.113.5')?.enter('clinic')).toBe(true);
    expect(guests.arrive('203.0.113.5')?.enter('clinic')).toBe(false);
  });

  it('are five hundred at most', () => {
    const guests = openGuests(() => 0);
    const arrived = Array.from({ length: 501 }, (_, i) => guests.arrive(`10.0.${i >> 8}.${i & 255}`));
    expect(arrived.findIndex((guest) => guest === undefined)).toBe(500);
  });
});
