import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ManualClock } from 'greenroom/testing';
import { Debugger, nextInspector } from '../support/processes/debugger.js';
import { makeEngine, stripTimestamps } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { EngineOptions, RunHandle } from 'greenroom';

const APART = ['thread', 'pooled', 'process'] as const;

/** Its fourth line adds. */
const ADDS = `const one = 1;
console.log('has begun');
export default async ({ input }) => {
    const sum = one + input.two;
    return { sum };
};
`;

/** Starts the Actor above with `debug`. Resolves when a debugger can attach. */
async function startDebugged(options: EngineOptions): Promise<{ run: RunHandle; url: string; clock: ManualClock }> {
    const clock = new ManualClock();
    const engine = await makeEngine({ clock, debug: true, ...options });
    await engine.addActor({ name: 'adds', sourceFiles: [{ name: 'main.mjs', content: ADDS }, MANIFEST] });
    const opened = nextInspector(engine);
    const run = await engine.start('adds', { two: 2 }, { timeout: 60 });
    return { run, url: await opened, clock };
}

const MANIFEST = {
    name: 'package.json',
    content: JSON.stringify({ type: 'module', scripts: { start: 'node main.mjs' } }),
};

/** Starts it, and pauses it with a debugger in its fourth line. */
async function startStopped(options: EngineOptions): Promise<Awaited<ReturnType<typeof startDebugged>> & Stopped> {
    const started = await startDebugged(options);
    const attached = await Debugger.attach(started.url);
    const breakpoint = await attached.breakAt('main.mjs', 4);
    await attached.begin();
    const stop = await attached.stop();
    return { ...started, attached, breakpoint, stop };
}

interface Stopped {
    attached: Debugger;
    breakpoint: string;
    stop: Awaited<ReturnType<Debugger['stop']>>;
}

async function listens(url: string): Promise<boolean> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const isThere = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    return isThere;
}

describe.each(APART)('a debugged run in isolation %s', (isolation) => {
    it('stops at a breakpoint, shows variables, and continues to its end', async () => {
        const { run, attached, breakpoint, stop } = await startStopped({ isolation });

        const { result } = await attached.send<{ result: { value: number } }>('Debugger.evaluateOnCallFrame', {
            callFrameId: stop.callFrames[0]?.callFrameId,
            expression: 'one + 10',
        });
        await attached.send('Debugger.resume');

        expect(stop.hitBreakpoints).toEqual([breakpoint]);
        expect(stop.callFrames[0]?.location.lineNumber).toBe(3);
        expect(result.value).toBe(11);
        expect((await run.finished()).status).toBe('SUCCEEDED');
        expect(await run.output()).toEqual({ sum: 3 });
    });

    it('waits for a debugger before its first line, without a timeout', async () => {
        const { run, url, clock } = await startDebugged({ isolation });

        await clock.advance('1h');

        expect(run.status).toBe('RUNNING');
        expect(await run.log.text()).not.toContain('has begun');
        const attached = await Debugger.attach(url);
        await attached.begin();
        expect((await run.finished()).status).toBe('SUCCEEDED');
        expect(await run.log.text()).toContain('has begun');
    });

    it('logs where to attach', async () => {
        const { run, url } = await startDebugged({ isolation });

        const lines = stripTimestamps(await run.log.text());

        expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\//);
        expect(lines.find((line) => line.startsWith('Attach a debugger at'))).toContain(url);
    });

    it('releases the debugger and the port at its end', async () => {
        const { run, url, attached } = await startStopped({ isolation });

        await attached.send('Debugger.resume');

        expect((await run.finished()).status).toBe('SUCCEEDED');
        await attached.closed;
        await waitUntil('the port to be free', async () => !(await listens(url)));
    });

    it.each([
        ['is stopped at a breakpoint', startStopped],
        ['waits for a debugger', startDebugged],
    ])('can be aborted while it %s, and releases its port', async (_what, start) => {
        const { run, url } = await start({ isolation });

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
        await waitUntil('the port to be free', async () => !(await listens(url)));
    });

    it('ends within the grace period if it is aborted gracefully while it is paused', async () => {
        const { run, clock } = await startStopped({ isolation, abortGraceSecs: 10 });

        await run.abort({ gracefully: true });
        await clock.advance('9s');
        const before = run.status;
        await clock.advance('1s');

        expect(before).toBe('ABORTING');
        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('starts without a debugger if `wait` is false', async () => {
        const { run, url } = await startDebugged({ isolation, debug: { wait: false } });

        expect((await run.finished()).status).toBe('SUCCEEDED');
        await waitUntil('the port to be free', async () => !(await listens(url)));
    });

    it('fails with the reason if its port is in use', async () => {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        const engine = await makeEngine({ isolation });
        await engine.addActor({ name: 'adds', source: ADDS });

        const run = await engine.call('adds', { two: 2 }, { debug: { port } });
        server.close();

        expect(run.status).toBe('FAILED');
        expect((await run.info()).statusMessage).toContain(`cannot listen on port ${port}`);
    });
});

describe('the option `debug`', () => {
    it('of a run overrides that of the engine', async () => {
        const engine = await makeEngine({ debug: true });
        await engine.addActor({ name: 'adds', source: ADDS });

        const run = await engine.call('adds', { two: 2 }, { debug: false });

        expect(run.status).toBe('SUCCEEDED');
    });

    it('makes inline runs debuggable with the process, without a timeout', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, debug: true });
        const { promise, resolve } = deferred();
        await engine.addActor({ name: 'waits', run: () => promise });

        const run = await engine.start('waits', undefined, { timeout: 60 });
        await waitUntil('the run to be there', () => run.status === 'RUNNING');
        await clock.advance('1h');
        resolve();

        expect((await run.finished()).status).toBe('SUCCEEDED');
        expect(await run.log.text()).toContain('start that process with `--inspect-brk`');
    });

    it('logs where to attach', async () => {
        const told: string[] = [];
        const logger = { debug() {}, info: (text: string) => void told.push(text), warn() {}, error() {} };
        const { run, url } = await startDebugged({ logger, debug: { wait: false } });

        await run.finished();

        expect(told).toEqual([`Run \`${run.id}\` can be debugged at ${url}.`]);
    });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
    let resolve: () => void = () => {};
    const promise = new Promise<void>((settle) => {
        resolve = settle;
    });
    return { promise, resolve };
}
