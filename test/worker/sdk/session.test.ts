import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Actor } from '../../../src/worker/sdk/actor.js';
import { waitUntil } from '../../support/wait-until.js';
import { handleRecords, startFakeRun } from '../fake-host.js';
import type { FakeRun } from '../fake-host.js';

let written: string;

beforeEach(() => {
    written = '';
    const write = (chunk: unknown): boolean => {
        written += String(chunk);
        return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(write);
    vi.spyOn(process.stderr, 'write').mockImplementation(write);
});

const terminalMessages = ({ host }: FakeRun): unknown[] =>
    host.lastSegments.filter(([method]) => method === 'setStatusMessage');

describe('Actor.on()', () => {
    it('warns of events that the platform does not emit, and keeps their listeners', () => {
        const { context } = startFakeRun();
        const listener = vi.fn<() => void>();
        Actor.on('migration' as 'migrating', listener);
        void context.events.emit('migration' as 'migrating', undefined);

        expect(listener).toHaveBeenCalledOnce();
        expect(written).toBe(
            'WARN  The platform emits no event `migration`. Did you mean `migrating`? ' +
                'Its events: aborting, migrating, persistState, systemInfo, cpuInfo, exit.\n',
        );
    });

    it('refuses a listener that is not a function', () => {
        startFakeRun();

        expect(() => Actor.on('exit', 'save' as never)).toThrow("`listener` is 'save', but must be a function.");
    });
});

describe('Actor.main()', () => {
    it('ends the run with 0 when the function returns, and returns its result', async () => {
        const { exitCodes } = startFakeRun(handleRecords());

        await expect(Actor.main(async () => 'done')).resolves.toBe('done');
        expect(exitCodes).toEqual([0]);
    });

    it('logs the error of the function with its stack and cause, and ends the run with 91', async () => {
        const { exitCodes } = startFakeRun(handleRecords());

        await Actor.main(() => {
            throw new Error('boom', { cause: new Error('inner') });
        });

        expect(exitCodes).toEqual([91]);
        expect(written).toMatch(/^ERROR boom\n {2}boom\n {6}at .*session\.test\.ts/);
        expect(written).toMatch(/CAUSE:\n {4}inner\n {8}at /);
    });

    it('ends as its options say', async () => {
        const run = startFakeRun(handleRecords());

        await Actor.main(() => {}, { exitCode: 3, statusMessage: 'three', gracefulShutdown: false });

        expect(run.exitCodes).toEqual([3]);
        expect(terminalMessages(run)).toEqual([
            ['setStatusMessage', 'three', { isStatusMessageTerminal: true, level: 'ERROR' }],
        ]);
    });

    it('accepts only a function', async () => {
        startFakeRun();

        await expect(Actor.main('x' as never)).rejects.toThrow('Actor.main() requires a function');
    });
});

describe('Actor.exit()', () => {
    it('persists state, calls the `exit` listeners, then sets the final status message, in order', async () => {
        const order: string[] = [];
        const run = startFakeRun((segments) => order.push(segments.at(-1)![0]));
        await Actor.init();
        Actor.on('persistState', async ({ isMigrating }) => {
            await setImmediate();
            order.push(`persistState ${isMigrating}`);
        });
        Actor.on('exit', async ({ exitCode }) => {
            await setImmediate();
            order.push(`exit ${exitCode}`);
        });

        await Actor.exit('bye');

        expect(order).toEqual(['persistState false', 'exit 0', 'setStatusMessage']);
        expect(run.exitCodes).toEqual([0]);
        expect(written).toContain('INFO  [Status message]: bye\n');
    });

    it('does everything except ending the run if `exit` is false', async () => {
        const { exitCodes } = startFakeRun();
        await Actor.init();
        const persisted = vi.fn<() => void>();
        Actor.on('persistState', persisted);

        await Actor.exit({ exit: false });
        await Actor.exit({ exit: false });

        expect(exitCodes).toEqual([]);
        expect(persisted).toHaveBeenCalledTimes(2);
    });

    it('waits for listeners no longer than `timeoutSecs`', async () => {
        const { exitCodes } = startFakeRun();
        await Actor.init();
        Actor.on('exit', () => new Promise(() => {}));

        await Actor.exit({ timeoutSecs: 0.01, exitCode: 5 });

        expect(exitCodes).toEqual([5]);
        expect(written).toContain('did not finish within 0.01 s');
    });

    it('does not wait for the listener that calls it', async () => {
        const { exitCodes, host } = startFakeRun();
        await Actor.init({ gracefulShutdown: false });
        Actor.on('aborting', () => Actor.exit({ exitCode: 7 }));

        host.send({ name: 'aborting', reason: 'abort' });

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(exitCodes).toEqual([7]);
    });

    it.each([
        [{ exitCode: 256 }, 'exitCode'],
        [{ exitCode: -1 }, 'exitCode'],
        [{ timeoutSecs: -1 }, 'timeoutSecs'],
        [{ statusMessage: 5 }, 'statusMessage'],
        [{ exitcode: 5 }, 'Did you mean `exitCode`?'],
    ])('rejects %j and does not end the run', async (options, message) => {
        const { exitCodes } = startFakeRun();
        await Actor.init();

        await expect(Actor.exit(options as never)).rejects.toThrow(message);
        expect(exitCodes).toEqual([]);
    });
});

describe('Actor.fail()', () => {
    it.each([
        [['bad'], 1],
        [['bad', { exitCode: 9 }], 9],
        [[{ exitCode: 8, statusMessage: 'bad' }], 8],
    ])('ends the run with a non-zero code: %j', async (args, exitCode) => {
        const run = startFakeRun(handleRecords());
        await Actor.init();

        await Actor.fail(...(args as [string]));

        expect(run.exitCodes).toEqual([exitCode]);
        expect(terminalMessages(run)).toMatchObject([['setStatusMessage', 'bad', { level: 'ERROR' }]]);
    });
});

describe('an Actor that receives `aborting`', () => {
    it('ends with 0 after its own listeners have finished', async () => {
        const { exitCodes, host } = startFakeRun();
        const order: string[] = [];
        await Actor.init();
        Actor.on('aborting', async () => {
            await setImmediate();
            await setImmediate();
            order.push('saved');
        });
        Actor.on('exit', () => order.push('exit'));

        host.send({ name: 'aborting', reason: 'timeout' });

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(exitCodes).toEqual([0]);
        expect(order).toEqual(['saved', 'exit']);
    });

    it('finishes the function of Actor.main() if it has a listener', async () => {
        const { exitCodes, host } = startFakeRun();
        const order: string[] = [];
        void Actor.main(async () => {
            await new Promise<void>((resolve) => Actor.on('aborting', () => resolve()));
            for (let turn = 0; turn < 5; turn++) await setImmediate();
            order.push('saved');
        });

        host.send({ name: 'aborting', reason: 'abort' });

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(order).toEqual(['saved']);
    });

    it('ends at once without a listener, even if its function is still waiting', async () => {
        const { exitCodes, host } = startFakeRun();
        void Actor.main(async () => {
            await Actor.openRequestQueue().catch(() => {});
            await new Promise(() => {});
        });
        await setImmediate();

        host.send({ name: 'aborting', reason: 'abort' });

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(exitCodes).toEqual([0]);
    });

    it('keeps the status message of a listener that ends the run itself', async () => {
        const { exitCodes, host } = startFakeRun();
        await Actor.init();
        Actor.on('aborting', async () => {
            await setImmediate();
            await Actor.exit('saved and stopped', { exitCode: 3 });
        });

        host.send({ name: 'aborting', reason: 'abort' });

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(exitCodes[0]).toBe(3);
    });

    it('receives it even if it came before the listener was added', async () => {
        const { exitCodes, host, context } = startFakeRun();
        const order: string[] = [];
        host.send({ name: 'aborting', reason: 'abort' });
        await waitUntil('the signal', () => context.signal.aborted);

        await Actor.init();
        Actor.on('aborting', () => order.push('heard'));

        await waitUntil('the exit', () => exitCodes.length > 0);
        expect(order).toEqual(['heard']);
        expect(exitCodes).toEqual([0]);
    });

    it('continues with its signal aborted if graceful shutdown is off', async () => {
        const { exitCodes, host, context } = startFakeRun();
        await Actor.init({ gracefulShutdown: false });
        const heard = new Promise<void>((resolve) => Actor.on('aborting', () => resolve()));

        host.send({ name: 'aborting', reason: 'timeout' });
        await heard;
        await setImmediate();

        expect(exitCodes).toEqual([]);
        expect(context.signal.aborted).toBe(true);
    });
});

describe('an Actor that receives `migrating`', () => {
    it('persists its state for the migration', async () => {
        const { host, exitCodes } = startFakeRun();
        await Actor.init();
        const migrating = new Promise((resolve) => Actor.on('migrating', resolve));
        const persisted = new Promise((resolve) => Actor.on('persistState', resolve));

        host.send({ name: 'migrating', timeRemainingSecs: 4 });

        await expect(migrating).resolves.toEqual({ timeRemainingSecs: 4 });
        await expect(persisted).resolves.toEqual({ isMigrating: true });
        expect(exitCodes).toEqual([]);
    });
});

describe('Actor.init()', () => {
    it('persists state at the interval of the environment', async () => {
        const { context } = startFakeRun(undefined, { APIFY_PERSIST_STATE_INTERVAL_MILLIS: '5' });
        const persisted = new Promise((resolve) => context.events.on('persistState', resolve));

        await Actor.init();

        await expect(persisted).resolves.toEqual({ isMigrating: false });
        await Actor.exit({ exit: false });
    });

    it('is mentioned in one warning by methods that need it', async () => {
        startFakeRun(handleRecords());

        await Actor.getValue('a');
        await Actor.getValue('a');

        expect(written.match(/WARN .*Actor\.getValue\(\) was called before Actor\.init\(\)/g)).toHaveLength(1);
    });

    it('emits the load of the processor with the usage', async () => {
        const { host } = startFakeRun();
        const heard: unknown[] = [];
        Actor.on('systemInfo', ({ isCpuOverloaded }) => heard.push({ systemInfo: isCpuOverloaded }));
        Actor.on('cpuInfo', (data) => heard.push({ cpuInfo: data }));

        const createdAt = new Date().toISOString();
        host.send({ name: 'systemInfo', memCurrentBytes: 1, cpuCurrentUsage: 90, isCpuOverloaded: true, createdAt });
        await waitUntil('both events', () => heard.length === 2);

        expect(heard).toEqual([{ systemInfo: true }, { cpuInfo: { isCpuOverloaded: true } }]);
    });

    it('removes a listener again', async () => {
        const { context } = startFakeRun();
        const [kept, taken] = [vi.fn<() => void>(), vi.fn<() => void>()];
        Actor.on('systemInfo', kept);
        Actor.on('systemInfo', taken);

        Actor.off('systemInfo', taken);
        await context.events.emit('systemInfo', {} as never);
        Actor.off('systemInfo');
        await context.events.emit('systemInfo', {} as never);

        expect(kept).toHaveBeenCalledTimes(1);
        expect(taken).not.toHaveBeenCalled();
    });
});
