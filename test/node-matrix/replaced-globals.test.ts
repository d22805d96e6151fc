import { describe, expect, it } from 'vitest';
import { runInOwnHost } from '../support/processes/hostile-host.js';
import { variantsOf } from '../support/sample.js';

/** Returns code that replaces every property of an object that can be replaced. */
const replaceAll = (object: string): string => `for (const key of Reflect.ownKeys(${object})) {
    if (key !== 'constructor' && key !== 'prototype') try { ${object}[key] = () => { throw new Error('replaced'); }; } catch {}
}`;

const GLOBALS = [
    'Object',
    'Array',
    'Function',
    'String',
    'Number',
    'Promise',
    'Error',
    'Map',
    'Set',
    'Symbol',
    'RegExp',
];
const VALUES = ['process', 'Buffer', 'JSON', 'Math', 'Date', 'Reflect', 'Proxy', 'Atomics', 'URL', 'AbortController'];
const PROTOTYPES = [
    'Array',
    'Function',
    'String',
    'Promise',
    'Map',
    'Set',
    'RegExp',
    'EventTarget',
    'MessagePort',
    'Buffer',
];
const MODULES = ['fs', 'util', 'path', 'url', 'events', 'timers', 'worker_threads', 'v8', 'vm', 'os', 'net', 'module'];

/** Ways to make JavaScript itself unusable for all code of a thread. */
const REPLACEMENTS: readonly string[] = [
    ...[...GLOBALS, ...VALUES, 'performance', 'console', 'setTimeout', 'Uint8Array'].map(
        (name) => `globalThis.${name} = null;`,
    ),
    ...['Object', 'Reflect', 'Promise', 'JSON', 'Buffer'].map(replaceAll),
    ...PROTOTYPES.map((name) => replaceAll(`${name}.prototype`)),
    ...MODULES.map((name) => replaceAll(`process.getBuiltinModule('node:${name}')`)),
    'delete globalThis.process;',
    `Object.defineProperty(globalThis, 'process', { get() { throw new Error('replaced'); } });`,
    'for (const name of Object.getOwnPropertyNames(globalThis)) try { delete globalThis[name]; } catch {}',
    'for (const name of Object.getOwnPropertyNames(globalThis)) try { globalThis[name] = null; } catch {}',
    `const prototypes = Object.getOwnPropertyNames(globalThis).flatMap((name) => globalThis[name]?.prototype ?? []);
    const { ownKeys, deleteProperty } = Reflect;
    for (let i = 0; i < prototypes.length; i += 1) {
        const keys = ownKeys(prototypes[i]);
        for (let j = 0; j < keys.length; j += 1) try { deleteProperty(prototypes[i], keys[j]); } catch {}
    }`,
    'delete Array.prototype[Symbol.iterator]; delete Map.prototype[Symbol.iterator];',
    `Object.getPrototypeOf([].values()).next = () => { throw new Error('replaced'); };`,
    `for (const name of ['type', 'id', 'error', 'value', 'get', 'then', 'toJSON', 'exitCode', 'stack']) {
        Object.defineProperty(Object.prototype, name, { get() { throw new Error('replaced'); }, set() { throw new Error('replaced'); } });
    }`,
    `Error.prepareStackTrace = () => { throw new Error('replaced'); }; Error.captureStackTrace = null;`,
    'MessagePort.prototype.postMessage = function () { this.close(); };',
    'MessagePort.prototype.postMessage = () => {};',
    'Object.freeze(process);',
    'Object.setPrototypeOf(process, null);',
    'process._events = null;',
    'process._fatalException = null;',
    'for (const key of Reflect.ownKeys(process)) try { process[key] = null; } catch {}',
    ...['emit', 'exit', 'exitCode', '_exiting', 'env', 'listenerCount', 'memoryUsage', 'getBuiltinModule'].flatMap(
        (name) => [
            `process.${name} = null;`,
            `Object.defineProperty(process, '${name}', { get() { throw new Error('replaced'); }, set() {} });`,
        ],
    ),
    `process.on('exit', () => process.emit('exit'));`,
    `process.on('exit', () => { throw new Error('replaced'); });`,
    `process.on('uncaughtException', () => { throw new Error('replaced'); });`,
    `process.setUncaughtExceptionCaptureCallback(() => { throw new Error('replaced'); });`,
];

/** Ways in which the run then ends: by an error, now or later, at its last line, and by `process.exit()`. */
const ENDINGS = [
    `throw new Error('after that');`,
    `later(() => { throw new Error('after that'); }, 1);`,
    '',
    'exit(3);',
];

const TIMEOUT_MILLIS = 300_000;

describe('an Actor that replaces what its run needs', () => {
    it.each(['thread', 'pooled'] as const)(
        'ends its run, and not its host, in isolation %s',
        async (isolation) => {
            const offset = isolation === 'thread' ? 0 : 2;
            const actors = REPLACEMENTS.flatMap((replacement, index) =>
                variantsOf(index + offset, ENDINGS).map(
                    (ending) => `const later = setTimeout; const exit = process.exit.bind(process);
                    try { ${replacement} } catch {}
                    ${ending}`,
                ),
            );

            const host = await runInOwnHost(actors, { engine: { isolation } });

            expect({ exit: host.exit, last: host.last, runs: host.runs.length }, host.stderr).toEqual({
                exit: 0,
                last: 'SUCCEEDED',
                runs: actors.length,
            });
            for (const { status } of host.runs) expect(['SUCCEEDED', 'FAILED']).toContain(status);
        },
        TIMEOUT_MILLIS,
    );
});

describe('an Actor that replaces globals and throws', () => {
    it('fails with its own error', async () => {
        const names = [...GLOBALS, ...VALUES].filter((name) => name !== 'Error');
        const actors = names.map(
            (name) => `const failure = new Error('my own'); globalThis.${name} = null; throw failure;`,
        );

        const { runs } = await runInOwnHost(actors);

        expect(runs.map(({ statusMessage }) => statusMessage)).toEqual(
            names.map(() => expect.stringContaining('Error: my own')),
        );
    });
});
