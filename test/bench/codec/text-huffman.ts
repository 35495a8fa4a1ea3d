import type { SeriesRecord } from '#vocabulary';

/**
 * Bytes of the comma text of a record under an order-0 Huffman code of its own characters, as NRDM stored series
 * (Espino et al., 2005): the code lengths are sent as four bits for each of the eleven characters.
 */
export function textHuffmanBytes({ total, unflagged }: SeriesRecord): number {
  const counts = new Map<string, number>();
  for (const symbol of `${total.join(',')},${unflagged.join(',')}`) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  // The weighted path length of a Huffman tree is the sum of its inner nodes' weights.
  const weights = [...counts.values()];
  let bits = weights.length === 1 ? (weights[0] ?? 0) : 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const merged = (weights.pop() ?? 0) + (weights.pop() ?? 0);
    bits += merged;
    weights.push(merged);
  }
  return Math.ceil((bits + 11 * 4) / 8);
}
