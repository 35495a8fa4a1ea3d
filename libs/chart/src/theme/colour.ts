/** 0xRRGGBB between two colours, `share` of the second. */
export function mix(under: number, over: number, share: number): number {
  const channel = (shift: number): number => {
    const from = (under >> shift) & 255;
    return Math.round(from + (((over >> shift) & 255) - from) * share) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}
