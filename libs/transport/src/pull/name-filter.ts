/** Which names are taken: `*` is any run of characters, `?` one; undefined: all names. */
export function acceptsName(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  return (name) => matches(name, pattern);
}

/** Linear but for going back to the last `*`; a regular expression of many `*` would not be. */
function matches(name: string, pattern: string): boolean {
  let at = 0;
  let of = 0;
  let star = -1;
  let from = 0;
  while (at < name.length) {
    if (pattern[of] === '*') {
      star = of++;
      from = at;
    } else if (of < pattern.length && (pattern[of] === '?' || pattern[of] === name[at])) {
      of++;
      at++;
    } else if (star >= 0) {
      of = star + 1;
      at = ++from;
    } else return false;
  }
  while (pattern[of] === '*') of++;
  return of === pattern.length;
}
