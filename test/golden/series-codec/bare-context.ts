import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import vm from 'node:vm';
import { transformSync } from '@swc/core';

/** The exports that the test calls; values cross the border between the contexts as they are. */
export interface BareCodec {
  readonly decodeRecord: (bytes: Uint8Array) => {
    total: Uint32Array;
    unflagged: Uint32Array;
    status: Uint8Array;
    rev: number;
  };
  readonly encodeRecord: (record: object, previous?: Uint8Array) => Uint8Array;
}

/**
 * The series codec in a V8 context that holds the language and nothing else: no Buffer, process, TextEncoder, URL,
 * timers or console. Any use of one is a ReferenceError there. Sources are compiled one by one and linked by hand.
 */
export async function bareCodec(): Promise<BareCodec> {
  const context = vm.createContext(Object.create(null) as object);
  const modules = new Map<string, vm.SourceTextModule>();
  const load = (path: string): vm.SourceTextModule => {
    const known = modules.get(path);
    if (known) return known;
    const { code } = transformSync(readFileSync(path, 'utf8'), {
      configFile: false,
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    const module = new vm.SourceTextModule(code, { context, identifier: path });
    modules.set(path, module);
    return module;
  };
  const link = (specifier: string, referrer: vm.Module): vm.SourceTextModule => {
    if (specifier.startsWith('#')) return load(resolve('libs', specifier.slice(1), 'src/index.ts'));
    if (!specifier.startsWith('.')) throw new Error(`${referrer.identifier} imports ${specifier}`);
    return load(resolve(referrer.identifier, '..', specifier.replace(/\.js$/, '.ts')));
  };
  const entry = load(resolve('libs/series-codec/src/index.ts'));
  await entry.link(link);
  await entry.evaluate();
  return entry.namespace as BareCodec;
}
