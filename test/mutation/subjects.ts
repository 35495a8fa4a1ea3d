/** What is mutated, and the specs that have to notice. */
export const SUBJECTS: Readonly<
  Record<string, { readonly sources: readonly string[]; readonly specs: readonly string[] }>
> = {
  access: {
    sources: ['libs/access/src/policy.ts', 'libs/access/src/gate.ts', 'libs/access/src/principal.ts'],
    specs: [
      'libs/access/src/policy.spec.ts',
      'libs/access/src/break-glass.spec.ts',
      'libs/access/src/access.spec.ts',
      'libs/access/src/keys/keys.spec.ts',
    ],
  },
};

/** Changes that change nothing that anybody could notice, and why. `what`: how the change begins, as it is printed. */
export const EQUIVALENT: readonly { readonly path: string; readonly what: string; readonly because: string }[] = [
  { path: 'policy.ts', what: '8 → 9', because: 'a bound against loops; the hierarchy has six levels' },
  { path: 'policy.ts', what: '< → <=', because: 'a bound against loops; the hierarchy has six levels' },
  { path: 'policy.ts', what: '0 → 1', because: 'a bound against loops; the hierarchy has six levels' },
];
