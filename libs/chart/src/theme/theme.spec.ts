import { describe, expect, it } from '@jest/globals';
import { MAX_SERIES, type Theme, THEMES } from './theme.js';

type Triple = readonly [number, number, number];

/** Linear light, from sRGB (IEC 61966-2-1). */
function linear(colour: number): Triple {
  const channel = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(colour >> 16), channel((colour >> 8) & 255), channel(colour & 255)];
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: number, other: number): number {
  const luminance = (colour: number): number => {
    const [r, g, b] = linear(colour);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Machado, Oliveira and Fernandes, 2009, severity 1. */
const SIGHT: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab (B. Ottosson, 2020), times 100. */
function okLab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    100 * (0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s),
    100 * (1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s),
    100 * (0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s),
  ];
}

function closest(colours: readonly number[], sight: string): number {
  const seen = colours.map((colour) => {
    const light = linear(colour);
    const rows = SIGHT[sight]!.map((row) => Math.max(0, row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
    return okLab(rows as unknown as Triple);
  });
  let least = Infinity;
  seen.forEach((one, i) => {
    for (const other of seen.slice(0, i)) {
      least = Math.min(least, Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]));
    }
  });
  return least;
}

describe.each(Object.entries(THEMES) as [string, Theme][])('the %s theme', (_name, theme) => {
  it('has a colour for every series there can be', () => {
    expect(new Set(theme.series).size).toBe(MAX_SERIES);
  });

  it('draws lines at 3:1 and more against its ground, and writes at 4.5:1 and more', () => {
    for (const colour of theme.series) expect(contrast(colour, theme.background)).toBeGreaterThanOrEqual(3);
    for (const colour of [theme.text, theme.quietText]) {
      expect(contrast(colour, theme.background)).toBeGreaterThanOrEqual(4.5);
    }
  });

  // A just noticeable difference is about 2 on this scale.
  it.each(Object.keys(SIGHT))('keeps six lines 8 apart and twelve 6 apart for %s', (sight) => {
    expect(closest(theme.series.slice(0, 6), sight)).toBeGreaterThan(8);
    expect(closest(theme.series, sight)).toBeGreaterThan(6);
  });
});
