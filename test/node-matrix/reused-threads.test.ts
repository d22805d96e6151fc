import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';
import { variantsOf } from '../support/sample.js';
import type { Engine } from 'greenroom';

/*
 * Attacks on runs that share a thread: what the first run leaves behind must neither act in the second one nor end the
 * process of the host.
 */

/** Acts in a way that the second run would show. */
const ACT = `async () => {
    console.log('acted');
    await Actor.setValue('acted', true);
    await Actor.pushData({ acted: true });
}`;

/** The end of the first run, and what the second one does before it looks around. */
const KINDS = {
    function: (body: string) => `
        export default async ({ input }) => {
            if (input.isFirst) { ${body}; return threadId; }
            for (const open of state.gates) open();
            await sleep(50);
            return { threadId, ...traces() };
        };`,
    script: (body: string) => `
        await Actor.init();
        const input = await Actor.getInput();
        if (input.isFirst) { await Actor.setValue('OUTPUT', threadId); ${body}; }
        else {
            for (const open of state.gates) open();
            await sleep(50);
            await Actor.setValue('OUTPUT', { threadId, ...traces() });
        }
        await Actor.exit();`,
};

const HEAD = `import { Actor } from 'apify';
    import { threadId } from 'node:worker_threads';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { state } from './state.mjs';
    const act = ${ACT};
    const traces = () => ({ env: process.env.LEFT, global: globalThis.left, prototype: {}.left, argv: process.argv.length });
    const later = (work) => new Promise((resolve) => state.gates.push(resolve)).then(work);`;

const WORKER = `new (await import('node:worker_threads')).Worker(
    'setInterval(() => require("worker_threads").parentPort.postMessage(1), 5)', { eval: true }).on('message', act)`;
const SERVER = `const server = (await import('node:http')).createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve))`;

/** Leftovers with which the thread ends. */
const LEFTOVERS = {
    'an interval': `setInterval(act, 5)`,
    'an unreferenced interval': `setInterval(act, 5).unref()`,
    'an unreferenced timeout': `setTimeout(act, 30).unref()`,
    'a timer of node:timers/promises': `sleep(30, undefined, { ref: false }).then(act)`,
    'an interval of node:timers/promises': `(async () => {
        const { setInterval } = await import('node:timers/promises');
        for await (const _ of setInterval(5, undefined, { ref: false })) await act();
    })()`,
    'a timer of the scheduler': `(await import('node:timers/promises')).scheduler.wait(30, { ref: false }).then(act)`,
    'a timeout of an AbortSignal': `AbortSignal.timeout(30).addEventListener('abort', act)`,
    'a chain of immediates': `(function loop() { setImmediate(() => { void act(); loop(); }); })()`,
    'a loop': `(async () => { for (;;) { await new Promise((resolve) => setImmediate(resolve)); void act().catch(() => {}); } })()`,
    'a thread': WORKER,
    'an unreferenced thread': `${WORKER}.unref()`,
    'a server': SERVER,
    'an unreferenced server': `${SERVER}; server.unref()`,
    'a connection': `${SERVER}; server.unref();
        const socket = (await import('node:net')).connect(server.address().port);
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.unref()`,
    'a UDP socket': `const socket = (await import('node:dgram')).createSocket('udp4').bind(0);
        await new Promise((resolve) => socket.once('listening', resolve));
        socket.unref()`,
    'a watcher': `(await import('node:fs')).watch('.', act)`,
    'an unreferenced watcher': `(await import('node:fs')).watch('.', { persistent: false }, act)`,
    'a watcher of node:fs/promises': `(async () => {
        const { watch } = await import('node:fs/promises');
        for await (const _ of watch('.', { persistent: false })) await act();
    })()`,
    'a polling watcher': `(await import('node:fs')).watchFile('state.mjs', { persistent: false, interval: 5 }, act)`,
    'a BroadcastChannel': `const channel = new BroadcastChannel('left'); channel.onmessage = act; channel.unref()`,
    'a MessagePort': `const { port1, port2 } = new MessageChannel();
        state.gates.push(() => port2.postMessage(1)); port1.onmessage = act; port1.unref()`,
    'a process': `(await import('node:child_process')).spawn('sleep', ['5']).unref()`,
    'a slow function of crypto': `(await import('node:crypto')).pbkdf2('a', 'b', 1_000_000, 64, 'sha512', act)`,
    'a read without end': `(await import('node:fs')).readFile('/dev/zero', act)`,
    'a PerformanceObserver': `const { performance, PerformanceObserver } = await import('node:perf_hooks');
        new PerformanceObserver(act).observe({ entryTypes: ['mark'] }); state.gates.push(() => performance.mark('left'))`,
    'a subscriber of diagnostics': `const { channel, subscribe } = await import('node:diagnostics_channel');
        subscribe('left', act); state.gates.push(() => channel('left').publish({}))`,
    'an async hook': `(await import('node:async_hooks')).createHook({ init() {} }).enable()`,
    'a callback for uncaught errors': `process.setUncaughtExceptionCaptureCallback(() => {})`,
    'another fetch': `globalThis.fetch = act; state.gates.push(() => fetch('http://127.0.0.1:1').catch(() => {}))`,
    'another console.log': `const { log } = console; console.log = (...values) => log('acted', ...values)`,
    'another process.exit': `process.exit = act`,
    'another process.emit': `const { emit } = process; process.emit = (...args) => Reflect.apply(emit, process, args)`,
    'another process.env': `process.env = { ...process.env, LEFT: '1' }`,
    'another setTimeout': `const { setTimeout } = globalThis; globalThis.setTimeout = (...args) => setTimeout(...args)`,
    'another Date.now': `Date.now = () => 0`,
    'another JSON.stringify': `const { stringify } = JSON; JSON.stringify = (...args) => stringify(...args)`,
    'a global variable': `globalThis.left = 1`,
    'a property of all objects': `Object.prototype.left = 1`,
    'another form of stack traces': `Error.prepareStackTrace = () => 'left'`,
};

/** Changes that are harmless to the next run, so that the thread executes it too. */
const KEPT = {
    nothing: ``,
    'a variable of the process': `process.env.LEFT = '1'`,
    'an argument': `process.argv.push('left')`,
    'an exit code': `process.exitCode = 0`,
    'listeners of the process': `for (const event of ['exit', 'beforeExit', 'SIGTERM', 'uncaughtException']) process.on(event, () => {})`,
    'a replaced output': `const { write } = process.stdout;
        process.stdout.write = (text, ...rest) => Reflect.apply(write, process.stdout, ['acted ' + text, ...rest])`,
    'a promise that calls the SDK': `void later(act).catch(() => {})`,
    'a promise that calls the SDK and handles nothing': `void later(act)`,
    'a promise that calls a captured SDK': `const { setValue } = Actor; void later(() => setValue('acted', true))`,
    'a promise that pushes to an open dataset': `const dataset = await Actor.openDataset();
        void later(() => dataset.pushData({ acted: true }))`,
    'a promise that pushes directly': `for (let n = 0; n < 10; n += 1) await Actor.pushData({ n });
        void later(() => Actor.pushData({ acted: true }))`,
    'a promise that prints': `void later(() => console.log('acted'))`,
    'a promise that throws': `void later(() => { throw new Error('left') })`,
    'a promise that exits': `void later(() => Actor.exit({ exitCode: 7 }))`,
    'a promise that ends the process': `void later(() => process.exit(7))`,
    'a promise that requests the API': `void later(() => fetch(process.env.APIFY_API_BASE_URL + 'v2/key-value-stores/' +
        process.env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID + '/records/acted', { method: 'PUT', body: '1' }))`,
};

async function runTwice(engine: Engine, kind: keyof typeof KINDS, body: string) {
    const directory = await tempDir('greenroom-left-');
    await writeFile(`${directory}/state.mjs`, 'export const state = { gates: [] };');
    await writeFile(`${directory}/main.mjs`, `${HEAD}${KINDS[kind](body)}`);
    await engine.addActor(directory, { name: 'attack' });
    const first = await engine.call('attack', { isFirst: true });
    expect(first.status).toBe('SUCCEEDED');
    const second = await engine.call('attack', { isFirst: false });
    const { threadId, ...traces } = (await second.output<{ threadId: number }>())!;
    const { defaultKeyValueStoreId } = await second.info();
    return {
        isSameThread: threadId === (await first.output()),
        status: second.status,
        traces,
        log: (await second.log.text()).includes('acted'),
        record: await engine.client.keyValueStore(defaultKeyValueStoreId).getRecord('acted'),
        items: (await second.items()).length,
    };
}

const UNAFFECTED = { status: 'SUCCEEDED', traces: { argv: 2 }, log: false, record: undefined, items: 0 };

type Case = [what: string, kind: keyof typeof KINDS, body: string];

function casesOf(bodies: Readonly<Record<string, string>>): Case[] {
    return Object.entries(bodies).flatMap(([what, body], index) =>
        variantsOf(index, ['function', 'script'] as const).map((kind): Case => [what, kind, body]),
    );
}

describe('what a run has left in a reused thread', () => {
    it.each(casesOf(LEFTOVERS))('ends the thread: %s, of a %s', async (_what, kind, body) => {
        const result = await runTwice(await makeEngine({ isolation: 'pooled' }), kind, body);

        expect(result).toEqual({ isSameThread: false, ...UNAFFECTED });
    });

    it.each(casesOf(KEPT))('has no effect on the next run: %s, of a %s', async (_what, kind, body) => {
        const result = await runTwice(await makeEngine({ isolation: 'pooled' }), kind, body);

        expect(result).toMatchObject(UNAFFECTED);
        if (!body.includes('later')) expect(result.isSameThread).toBe(true);
    });
});

describe('a crash in a reused thread', () => {
    it.each([
        ['a callback', 'process.setUncaughtExceptionCaptureCallback(() => {})'],
        ['a listener', `process.on('uncaughtException', () => {})`],
        ['a listener for rejections', `process.on('unhandledRejection', () => {})`],
    ])('fails its run although an earlier run has set %s for uncaught errors', async (_what, body) => {
        const engine = await makeEngine({ isolation: 'pooled' });
        const actor = await addSource(
            engine,
            `export default async ({ input }) => {
                if (input.isFirst) { ${body}; return; }
                setTimeout(() => { throw new Error('crash'); });
                await new Promise((resolve) => setTimeout(resolve, 50));
            };`,
        );
        await engine.call(actor, { isFirst: true });

        const run = await engine.call(actor, { isFirst: false });

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain('crash');
    });
});

describe('a function in a reused thread', () => {
    it('keeps what its modules have set up', async () => {
        const engine = await makeEngine({ isolation: 'pooled' });
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            import { threadId } from 'node:worker_threads';
            let count = 0;
            globalThis.label = 'set by a module';
            process.on('exit', () => console.log('exit of run ' + count + ', label ' + label));
            process.on('beforeExit', () => {});
            export default () => { count += 1; return { threadId, count }; };`,
        );

        const runs = [await engine.call(actor), await engine.call(actor)];

        const [first, second] = await Promise.all(runs.map((run) => run.output<{ threadId: number }>()));
        expect([first, second]).toMatchObject([{ count: 1 }, { count: 2, threadId: first!.threadId }]);
        expect(await runs[1]!.log.text()).toContain('exit of run 2, label set by a module');
    });
});

describe('a script in a reused thread', () => {
    it('can start more work when its event loop is empty', async () => {
        const engine = await makeEngine({ isolation: 'pooled' });
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            process.once('beforeExit', async () => {
                await new Promise((resolve) => setTimeout(resolve, 20));
                await Actor.pushData({ n: 1 });
            });`,
        );

        for (const run of [await engine.call(actor), await engine.call(actor)]) {
            expect((await run.items()).length).toBe(1);
        }
    });
});

describe('reused threads', () => {
    it('are not shared between users', async () => {
        const users = ['alice', 'bob'].map((username) => ({ username, token: `token-of-${username}` }));
        const engine = await makeEngine({ isolation: 'pooled', users });
        const source = `import { threadId } from 'node:worker_threads';
            const seen = [];
            export default ({ input }) => { seen.push(input.secret); return { threadId, seen }; };`;
        const { id } = await engine.addActor({ name: 'under-test', source }, { isPublic: true });
        const seenBy: Record<string, unknown> = {};

        for (const username of ['alice', 'bob', 'alice']) {
            const response = await engine.fetch(
                new Request(`http://engine/v2/acts/${id}/run-sync`, {
                    method: 'POST',
                    headers: { authorization: `Bearer token-of-${username}`, 'content-type': 'application/json' },
                    body: JSON.stringify({ secret: username }),
                }),
            );
            seenBy[username] = ((await response.json()) as { seen: unknown }).seen;
        }

        expect(seenBy).toEqual({ alice: ['alice', 'alice'], bob: ['bob'] });
    });
});

const CALLS = {
    setValue: `Actor.setValue('k', 1)`,
    pushData: `Actor.pushData({ n: 1 })`,
    getValue: `Actor.getValue('k')`,
    charge: `Actor.charge({ eventName: 'e' })`,
    addRequest: `queue.addRequest({ url: 'https://example.com/' + Math.random() })`,
    many: `Promise.all(Array.from({ length: 100 }, (_, n) => Actor.setValue('k' + n, 1)))`,
    'setValue with a blocking wait': `(execSync('true'), Actor.setValue('k', 1))`,
    'setValue beside a closed port': `(closePort(), Actor.setValue('k', 1))`,
    'setValue beside threads': `(new Worker('0', { eval: true }), new Promise((resolve) => setTimeout(resolve, 5)).then(() => Actor.setValue('k', 1)))`,
};

/** A host that runs an Actor whose calls are retried for ever, until it ends in each way. */
const HOST = `
    import { createEngine } from 'greenroom';
    const engine = await createEngine({ isolation: process.argv[1], abortGraceSecs: 0.1, timeoutGraceSecs: 0.1 });
    const pricing = { pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents: { e: { eventTitle: 'E', eventDescription: 'E', eventPriceUsd: 0.000001 } } } };
    const statuses = [];
    await engine.addActor({ name: 'fine', source: '' });
    for (const [index, { call, ends }] of JSON.parse(process.argv[2]).entries()) {
        const source = (end) => \`
            import { Actor } from 'apify';
            import { execSync } from 'node:child_process';
            import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
            const closePort = () => {
                const { port1 } = new MessageChannel();
                port1.on('close', () => receiveMessageOnPort(port1));
                port1.close();
            };
            await Actor.init();
            const queue = await Actor.openRequestQueue();
            for (let n = 0; n < 2; n += 1) void (async () => { for (;;) try { await \${call} } catch {} })();
            console.log('ready');
            \${end};\`;
        const start = async (what, end, options) => {
            const name = what + index;
            await engine.addActor({ name, source: source(end) }, { pricing });
            const run = await engine.start(name, {}, options);
            for await (const line of run.log) if (line.endsWith('ready')) break;
            return run;
        };
        const wait = 'await new Promise((resolve) => setTimeout(resolve, 20))';
        const runs = [];
        for (const end of ends) {
            const wait = 'await new Promise((resolve) => setTimeout(resolve, 20))';
            const last = { exit: wait + '; await Actor.exit()', fail: wait + '; process.exit(3)' }[end];
            const run = await start(end, last ?? 'await new Promise(() => {})', end === 'timeout' ? { timeout: 1 } : {});
            runs.push(run);
            if (end === 'abort') await run.abort();
            if (end === 'gracefully') await run.abort({ gracefully: true });
            if (end === 'migrate') { await run.migrate(); await run.abort(); }
        }
        for (const run of runs) { await run.finished(); statuses.push((await run.info()).status); }
        statuses.push((await engine.call('fine')).status);
    }
    console.log(statuses.join());
    await engine.close();`;

const ENDS = {
    exit: 'SUCCEEDED',
    fail: 'FAILED',
    abort: 'ABORTED',
    gracefully: 'ABORTED',
    migrate: 'ABORTED',
    timeout: 'TIMED-OUT',
};

describe('an Actor that retries calls for ever while its run ends', () => {
    it.each(['pooled', 'thread'])('does not harm its host in isolation %s', { timeout: 180_000 }, (isolation) => {
        const attacks = Object.values(CALLS).map((call, index) => ({
            call,
            ends: variantsOf(index, Object.keys(ENDS) as (keyof typeof ENDS)[]),
        }));

        const { status, signal, stdout, stderr } = spawnSync(
            process.execPath,
            ['--input-type=module', '-e', HOST, isolation, JSON.stringify(attacks)],
            { cwd: ROOT, encoding: 'utf8', timeout: 170_000 },
        );

        const statuses = attacks.flatMap(({ ends }) => [...ends.map((end) => ENDS[end]), 'SUCCEEDED']);
        expect({ status, signal, stderr, stdout }).toEqual({
            status: 0,
            signal: null,
            stderr: '',
            stdout: `${statuses.join()}\n`,
        });
    });
});
