import type { Change } from '#intake';
import type { RawStore } from '#raw-store';
import type { Engine } from '#warehouse';
import { nameOf } from './engine/statement-texts.js';

/** A mistake, put between the product and its ports: the simulation must find it. */
export interface Plant {
  readonly name: string;
  /** The seed where a search begins: one in which it showed when this was written. 1, when not given. */
  readonly from?: number;
  /** Nothing that is synced is safe. */
  readonly diskLies?: boolean;
  /** Of each worker. */
  engine?(engine: Engine): Engine;
  store?(store: RawStore): RawStore;
  changed?(told: (change: Change) => Promise<void>): (change: Change) => Promise<void>;
}

/** What the product would do wrong, were its order another one. */
export const PLANTS: readonly Plant[] = [
  { name: 'a receipt before the bytes are on disk', diskLies: true },
  {
    name: 'a pending mark that goes before the ledger knows',
    store: (store) => ({
      ...store,
      async content(submission) {
        const content = await store.content(submission);
        await store.settle(submission);
        return content;
      },
    }),
  },
  {
    name: 'a revision from before the slots',
    from: 32,
    engine(engine) {
      let early: Promise<unknown> | undefined;
      return {
        ...engine,
        async rows<Row extends readonly unknown[]>(query: string, parameters?: Readonly<Record<string, unknown>>) {
          if (nameOf(query) !== 'next-rev' || !early) return engine.rows<Row>(query, parameters);
          const taken = early;
          early = undefined;
          return (await taken) as Row[];
        },
        async insert(table, columns, rowBinary) {
          const query = '-- A revision above every one before it: milliseconds since 2025 and a counter, from the server\'s clock, in 53 bits;\n'; // prettier-ignore
          const dataset = rowBinary.subarray(1, 1 + rowBinary[0]!).toString();
          if (table === 'slots') await (early ??= engine.rows(query, { dataset }));
          return engine.insert(table, columns, rowBinary);
        },
      };
    },
  },
  {
    name: 'closing rows that are not written',
    engine(engine) {
      let isClosing = false;
      return {
        ...engine,
        rows<Row extends readonly unknown[]>(query: string, parameters?: Readonly<Record<string, unknown>>) {
          isClosing = nameOf(query) === 'unit-versions';
          return engine.rows<Row>(query, parameters);
        },
        insert: (table, columns, rowBinary) =>
          isClosing && table === 'slots' ? Promise.resolve() : engine.insert(table, columns, rowBinary),
      };
    },
  },
  {
    name: 'an acknowledgement before the rollups',
    engine: (engine) => ({
      ...engine,
      async insert(table, columns, rowBinary) {
        if (table !== 'rollups') return engine.insert(table, columns, rowBinary);
        engine.insert(table, columns, rowBinary).catch(() => undefined);
      },
    }),
  },
  {
    name: 'an acknowledgement before caches are told',
    changed: (told) => async (change) => void told(change).catch(() => undefined),
  },
  {
    name: 'places of other workers that are not read again',
    from: 8,
    engine(engine) {
      const known = new Map<unknown, string>();
      return {
        ...engine,
        async rows<Row extends readonly unknown[]>(query: string, parameters: Readonly<Record<string, unknown>> = {}) {
          const rows = await engine.rows<Row>(query, parameters);
          const { dataset } = parameters;
          if (nameOf(query) === 'facility-places') {
            const newest = Math.max(0, ...rows.map((row) => Number(row[5])));
            known.set(dataset, String(newest));
          }
          if (nameOf(query) !== 'next-rev') return rows;
          return rows.map(([rev, placesRev]) => [rev, known.get(dataset) ?? placesRev]) as unknown as Row[];
        },
      };
    },
  },
  {
    name: 'an insert that failed and is taken for done',
    engine: (engine) => ({
      ...engine,
      insert: (table, columns, rowBinary) => engine.insert(table, columns, rowBinary).catch(() => undefined),
    }),
  },
  {
    name: 'an undone submission of which the slots go on to count',
    engine: (engine) => ({
      ...engine,
      insert: (table, columns, rowBinary) =>
        table === 'undone' ? Promise.resolve() : engine.insert(table, columns, rowBinary),
    }),
  },
];
