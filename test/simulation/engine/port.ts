import { ClickHouseError } from '@clickhouse/client';
import { BellwetherError } from '#vocabulary';
import type { Engine } from '#warehouse';
import type { Process, Schedule } from '../schedule.js';
import { answer, answerNative, carryOut } from './answers.js';
import type { Cells } from './row-binary-reader.js';
import { nameOf } from './statement-texts.js';
import type { Tables } from './tables.js';

/** How the engine is just now. */
export interface EngineMood {
  isUp: boolean;
  /** Part of the statements that fails. */
  failing: number;
}

export interface StatementTally {
  /** Statements whose sender died, or was told of a failure, and that never happened, or happened afterwards. */
  lost: number;
  late: number;
  failed: number;
}

export interface SimulatedEngine {
  readonly tables: Tables;
  readonly mood: EngineMood;
  readonly tally: StatementTally;
  readonly schedule: Schedule;
  /** The server itself; another one after it was killed. */
  server: Process;
  /** The newest revision that its clock gave. */
  newestRev: number;
  /** Told of every insert as it lands. */
  landed(table: string, rows: readonly Cells[]): void;
}

/** Longest that a statement takes to land: other things happen meanwhile. */
const USUAL_MS = 60;
/** Longest that a statement without its sender takes to land, milliseconds: long enough for a restart and a replay. */
const LATEST_MS = 4000;
/** What a server says that is not well: too many parts, time-out, memory, simultaneous queries. */
const CODES = ['252', '159', '241', '202'] as const;

function away(): BellwetherError {
  return new BellwetherError('ENGINE_FAILED', 'no connection', {}, { cause: new Error('planned: connection refused') });
}

function trouble(schedule: Schedule): BellwetherError {
  if (schedule.random.chance(0.3)) return away();
  const code = schedule.random.of(CODES);
  const cause = new ClickHouseError({ message: 'planned', code, type: 'PLANNED' });
  return new BellwetherError('ENGINE_FAILED', `PLANNED (${code})`, {}, { cause });
}

const EPOCH = Date.UTC(2025, 0, 1);

/** A revision from the server's clock, above every one before it. */
function clockRev(engine: SimulatedEngine): number {
  engine.newestRev = Math.max(engine.newestRev + 1, (engine.schedule.now - EPOCH) * 4096);
  return engine.newestRev;
}

/**
 * The engine as a process has it. A statement happens at one step and is answered at another, so its sender can die, or
 * the connection break, before, between and after; then it is lost, or lands whenever it likes.
 */
export function engineOf(process: Process, engine: SimulatedEngine): Engine {
  const { tables, mood, tally, schedule } = engine;
  const { random } = schedule;

  function send<T>(label: string, perform: () => T, lands: boolean): Promise<T> {
    if (!process.isAlive) return new Promise<T>(() => undefined);
    return new Promise<T>((resolve, reject) => {
      const answered = (act: () => void): void =>
        schedule.plan({ owner: process, label: `${process.name} hears of ${label}`, act });
      const lateOrNever = (): void => {
        if (!lands || random.chance(0.4)) {
          tally.lost++;
          return;
        }
        tally.late++;
        schedule.plan({
          owner: engine.server,
          label: `the engine lately does ${label} of ${process.name}`,
          delay: random.below(LATEST_MS),
          act: () => void perform(),
        });
      };
      schedule.plan({
        owner: process,
        label: `engine ${label} of ${process.name}`,
        delay: random.below(USUAL_MS),
        orphaned: lateOrNever,
        act() {
          if (!mood.isUp) return answered(() => reject(away()));
          if (mood.failing > 0 && random.chance(mood.failing)) {
            tally.failed++;
            const error = trouble(schedule);
            if (random.chance(0.3)) perform();
            else lateOrNever();
            return answered(() => reject(error));
          }
          try {
            const result = perform();
            answered(() => resolve(result));
          } catch (error) {
            answered(() => reject(error as Error));
          }
        },
      });
    });
  }

  return {
    rows: <Row extends readonly unknown[]>(query: string, parameters = {}) =>
      send(
        nameOf(query),
        // JSON as the client has it, so that nothing of the tables is handed out.
        () => JSON.parse(JSON.stringify(answer(tables, query, { parameters, rev: () => clockRev(engine) }))) as Row[],
        false,
      ),
    native: (query, parameters = {}) => send(nameOf(query), () => answerNative(tables, query, parameters), false),
    run: (query, parameters = {}) => send(nameOf(query), () => carryOut(tables, query, parameters), false),
    insert: (table, columns, rowBinary) =>
      send(`insert ${table}`, () => engine.landed(table, tables.insert(table, columns, rowBinary)), true),
    ping: () => schedule.ask(process, 'pings', () => mood.isUp),
    close: () => Promise.resolve(),
  };
}
