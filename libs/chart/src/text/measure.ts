import type { FaceChain } from './fonts.js';

/** Longest text that is looked at; what is longer was never meant for a chart. */
const MAX_CHARACTERS = 400;
// Controls, and the marks that reorder or join text: a chart draws one character after the other.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;

/** One line of printable characters: other white space becomes a space, controls and lone surrogates go. */
export function printable(text: string): string {
  return text.slice(0, MAX_CHARACTERS).normalize('NFC').replace(/\s+/gu, ' ').replace(UNPRINTABLE, '').trim();
}

/** Width in pixels at a font size. */
export function widthOf(text: string, font: FaceChain, size: number): number {
  let width = 0;
  for (const character of text) width += font.find(character.codePointAt(0)!).advance;
  return width * size;
}

/** The text itself when it fits into `room` pixels, else its start and an ellipsis; empty when not even that fits. */
export function fit(text: string, font: FaceChain, { size, room }: { size: number; room: number }): string {
  if (widthOf(text, font, size) <= room) return text;
  const left = room - widthOf('…', font, size);
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += font.find(character.codePointAt(0)!).advance * size;
    if (width > left) break;
    kept += character;
  }
  return kept === '' ? '' : `${kept.trimEnd()}…`;
}
