/** Edit distance (Levenshtein 1965), in the two-row form of Wagner and Fischer. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + change));
    }
    above = current;
  }
  return above[b.length]!;
}

/** The known word most like an unknown one; undefined when there is none. Long input is cut, so the work is bounded. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const word = unknown.slice(0, 64).toLowerCase();
  const scored = known.map((candidate) => ({ candidate, score: distance(word, candidate) }));
  return scored.sort((a, b) => a.score - b.score)[0]?.candidate;
}
