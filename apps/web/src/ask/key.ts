const NAME = 'bellwether-key';

/** The API key of this tab. It is kept for as long as the tab is open, and never part of an address. */
export const keyOfTab = (): string | undefined => sessionStorage.getItem(NAME) ?? undefined;

export function keepKeyInTab(key: string): void {
  sessionStorage.setItem(NAME, key);
}

export function forgetKeyOfTab(): void {
  sessionStorage.removeItem(NAME);
}
