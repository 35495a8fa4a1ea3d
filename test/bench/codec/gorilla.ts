import type { SeriesRecord } from '#vocabulary';

/**
 * Bytes of a record under Gorilla's value compression (Pelkonen et al., VLDB 2015, §4.1.2), each series by itself,
 * time stamps left out: 64 bits first, then 0 | 10 + bits in the last window | 11 + 5 + 6 bits + a new window.
 */
export function gorillaBytes({ total, unflagged }: SeriesRecord): number {
  return Math.ceil((gorillaBits(total) + gorillaBits(unflagged)) / 8);
}

function gorillaBits(values: Uint32Array): number {
  const view = new DataView(new ArrayBuffer(8));
  let bits = 0;
  let previous = 0n;
  let window = { leading: -1, trailing: -1 };
  values.forEach((value, i) => {
    view.setFloat64(0, value);
    const current = view.getBigUint64(0);
    const changed = current ^ previous;
    previous = current;
    if (i === 0) bits += 64;
    else if (changed === 0n) bits += 1;
    else {
      const digits = changed.toString(2);
      const leading = Math.min(64 - digits.length, 31);
      const trailing = digits.length - 1 - digits.lastIndexOf('1');
      const fits = window.leading >= 0 && leading >= window.leading && trailing >= window.trailing;
      if (!fits) window = { leading, trailing };
      bits += (fits ? 2 : 13) + 64 - window.leading - window.trailing;
    }
  });
  return bits;
}
