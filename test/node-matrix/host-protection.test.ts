import { describe, expect, it } from 'vitest';
import { runInOwnHost } from '../support/processes/hostile-host.js';

const IMPORTS = `import fs from 'node:fs'; import net from 'node:net'; import { SHARE_ENV, Worker } from 'node:worker_threads';
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const inThread = (code, options) => new Promise((resolve, reject) =>
    new Worker(code, { eval: true, ...options }).on('exit', resolve).on('error', reject));
`;

const THREADS = ['thread', 'pooled'] as const;

/** Ids that stand for the host, or for a group of processes that includes it. */
const IDS = [
    ...[
        'process.pid',
        'String(process.pid)',
        '{ valueOf: () => process.pid }',
        '[process.pid]',
        'new Number(process.pid)',
    ],
    ...[
        '0',
        `'0'`,
        `''`,
        'false',
        '-process.pid',
        'String(-process.pid)',
        '-1',
        'process.ppid',
        'String(process.ppid)',
    ],
    `'0x' + process.pid.toString(16)`,
    '{ count: 0, valueOf() { return this.count++ < 2 ? 999_999 : process.pid; } }',
    ...(process.platform === 'linux'
        ? [
              `-fs.readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1).split(' ')[2]`,
              `fs.readlinkSync('/proc/thread-self').split('/').at(-1)`,
          ]
        : []),
];

describe('an Actor that kills its host', () => {
    it.each(THREADS)('ends only its run, in isolation %s', async (isolation) => {
        const actors = IDS.map((id) => `${IMPORTS} process.kill(${id}, 'SIGKILL'); await sleep(1000);`);

        const host = await runInOwnHost(actors, { engine: { isolation } });

        expect(host).toMatchObject({ exit: 0, stderr: '', last: 'SUCCEEDED' });
        expect(host.runs).toEqual(IDS.map(() => expect.objectContaining({ status: 'FAILED', exitCode: 137 })));
    });

    it('ends only its run from a thread of its own', async () => {
        const kill = 'process.kill(String(process.pid), 9)';
        const actors = [
            ...['{}', '{ env: {} }', '{ execArgv: [] }', '{ env: SHARE_ENV }'].map(
                (options) =>
                    `${IMPORTS} const code = await inThread(${JSON.stringify(kill)}, ${options}); export default () => code;`,
            ),
            `${IMPORTS} const { constructor } = new Worker('', { eval: true });
            const code = await new Promise((resolve) => new constructor('${kill}', { eval: true }).on('exit', resolve));
            export default () => code;`,
            `${IMPORTS} const code = await inThread(\`const { Worker } = require('node:worker_threads');
                new Worker('${kill}', { eval: true }).on('exit', process.exit);\`);
            export default () => code;`,
        ];

        const host = await runInOwnHost(actors);

        expect(host).toMatchObject({ exit: 0, stderr: '', last: 'SUCCEEDED' });
        expect(host.runs).toEqual(actors.map(() => expect.objectContaining({ status: 'FAILED', exitCode: 137 })));
    });

    it('ends its own process', async () => {
        const ids = ['process.ppid', 'String(process.ppid)', '-1', '-process.ppid'];
        const actors = ids.map((id) => `process.kill(${id}, 'SIGKILL'); setInterval(() => {}, 1000);`);

        const host = await runInOwnHost(actors, { engine: { isolation: 'process' } });

        expect(host).toMatchObject({ exit: 0, stderr: '', last: 'SUCCEEDED' });
        expect(host.runs.map(({ exitCode }) => exitCode)).toEqual(ids.map(() => 137));
    });

    it('can check its process, use harmless signals, and kill its own child processes', async () => {
        const source = `import { spawn } from 'node:child_process';
            process.kill(process.pid, 'SIGWINCH');
            const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
            const exited = new Promise((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
            const results = [process.kill(process.pid, 0), process.kill(process.ppid, 0), process.kill(-child.pid, 'SIGKILL')];
            results.push(await exited);
            export default () => results;`;

        const { runs } = await runInOwnHost([source]);

        expect(runs[0]?.output).toEqual([true, true, true, 'SIGKILL']);
    });
});

describe('an Actor that opens the inspector of its thread', () => {
    const OPEN = `import inspector from 'node:inspector'; inspector.open(0);`;

    it.each(THREADS)('does not keep its host from exiting, in isolation %s', async (isolation) => {
        const endings = ['', 'process.exit(0);', 'inspector.waitForDebugger();', `throw new Error('crash');`];
        const actors = [
            ...endings.map((ending) => `${OPEN} ${ending}`),
            `import inspector from 'node:inspector'; inspector.open(0, '127.0.0.1', true);`,
            `import { open } from 'node:inspector/promises'; open(0);`,
            `${IMPORTS} await inThread("require('node:inspector').open(0)");`,
            'process._debugProcess?.(process.pid);',
        ];

        const host = await runInOwnHost(actors, { engine: { isolation } });

        expect(host).toMatchObject({ exit: 0, last: 'SUCCEEDED' });
        expect(host.runs.map(({ status }) => status)).toEqual(
            actors.map((source) => (source.includes('throw') ? 'FAILED' : 'SUCCEEDED')),
        );
    });

    it('can be ended', async () => {
        const actors = [`${OPEN} for (;;);`, `${OPEN} setInterval(() => {}, 1000);`];

        const host = await runInOwnHost(actors, { run: { timeout: 1 } });

        expect(host).toMatchObject({ exit: 0, last: 'SUCCEEDED' });
        expect(host.runs.map(({ status }) => status)).toEqual(['TIMED-OUT', 'TIMED-OUT']);
    });
});

describe('an Actor that closes descriptors', () => {
    it.each(THREADS)('closes only those that it has opened, in isolation %s', async (isolation) => {
        const actors = [
            'for (let fd = 0; fd < 200; fd += 1) try { fs.closeSync(fd); } catch {}',
            'for (let fd = 0; fd < 200; fd += 1) await new Promise((resolve) => fs.close(fd, resolve));',
            'for (let fd = 0; fd < 3; fd += 1) fs.close(fd);',
            `for (let fd = 0; fd < 60; fd += 1) try { new net.Socket({ fd }).on('error', () => {}).destroy(); } catch {}
            await sleep(50);`,
            `for (const stream of [fs.createReadStream('', { fd: 0 }).resume(), fs.createWriteStream('', { fd: 1 }).end('text')]) {
                await new Promise((resolve) => stream.on('close', resolve));
            }`,
            'process.stdin.destroy(); process.stdout.destroy(); process.stderr.destroy();',
        ].map((code) => `${IMPORTS} ${code}`);

        const host = await runInOwnHost(actors, { engine: { isolation } });

        expect(host).toMatchObject({ exit: 0, stderr: '', last: 'SUCCEEDED' });
        expect(host.runs.map(({ status }) => status)).toEqual(actors.map(() => 'SUCCEEDED'));
    });

    it('leaves none of its own open, and reads nothing from stdin', async () => {
        const source = `${IMPORTS}
            const count = () => fs.readdirSync('/proc/self/fd').length;
            const before = count();
            for (let i = 0; i < 100; i += 1) {
                fs.closeSync(fs.openSync('a', 'w'));
                await new Promise((resolve) => fs.open('a', (_error, fd) => fs.close(fd, resolve)));
                const handle = await fs.promises.open('a');
                await handle.close();
                fs.writeFileSync('a', 'text');
                fs.truncateSync('a', 1);
                await new Promise((resolve) => fs.truncate('a', 0, resolve));
                fs.cpSync('a', 'b');
                await new Promise((resolve) => fs.createReadStream('a').resume().on('close', resolve));
            }
            const leaked = process.platform === 'linux' && count() - before >= 100;
            const read = await new Promise((resolve) => fs.read(0, Buffer.alloc(1), (_error, length) => resolve(length)));
            export default () => [leaked, fs.readFileSync(0, 'utf8'), fs.readSync(0, Buffer.alloc(1)), read];`;

        const { runs } = await runInOwnHost([source]);

        expect(runs[0]).toMatchObject({ output: [false, '', 0, 0] });
    });
});

describe('the diagnostic report of an Actor', () => {
    it.each(THREADS)(
        'shows its own environment and is written into its own folder, in isolation %s',
        async (isolation) => {
            const actors = [
                'const text = JSON.stringify(process.report.getReport());',
                `const text = fs.readFileSync(process.report.writeReport('report.json'), 'utf8');`,
                'const text = fs.readFileSync(process.report.writeReport(new Error()), "utf8");',
                `process.report.directory = 'reports'; process.report.compact = true; fs.mkdirSync('reports');
            const text = fs.readFileSync('reports/' + process.report.writeReport(), 'utf8');`,
                `const text = await new Promise((resolve) => new Worker(
                "require('node:worker_threads').parentPort.postMessage(JSON.stringify(process.report.getReport()))", { eval: true },
            ).on('message', resolve));`,
            ].map(
                (code) => `${IMPORTS} ${code}
            const { header, environmentVariables } = JSON.parse(text);
            export default () => [text.includes('of-the-host'), header.cwd === process.cwd(), 'ACTOR_RUN_ID' in environmentVariables];`,
            );

            const host = await runInOwnHost(actors, { engine: { isolation }, env: { HOST_VARIABLE: 'of-the-host' } });

            expect(host.runs.map(({ output }) => output)).toEqual(actors.map(() => [false, true, true]));
        },
    );
});

describe('the network of the threads of an Actor', () => {
    const CONNECT = `require('node:net').connect(9, '127.0.0.1').on('error', ({ code }) =>
        require('node:worker_threads').parentPort.postMessage(code));`;
    const NEST = `const { Worker, parentPort, workerData } = require('node:worker_threads');
        new Worker(workerData, { eval: true, env: {} }).on('message', (code) => parentPort.postMessage(code));`;

    it.each([...THREADS, 'process'] as const)('is blocked like its own, in isolation %s', async (isolation) => {
        const threads = [
            ...['{}', '{ env: {} }', '{ env: SHARE_ENV }', '{ execArgv: [] }', '{ get execArgv() { return []; } }'].map(
                (options) => `new Worker(code, { eval: true, ...${options} })`,
            ),
            `(fs.writeFileSync('thread.cjs', code), new Worker('./thread.cjs'))`,
            `new (class extends Worker {})(code, { eval: true })`,
            `new (new Worker('', { eval: true }).constructor)(code, { eval: true })`,
            `new Worker(${JSON.stringify(NEST)}, { eval: true, workerData: code })`,
        ];
        const actors = threads.map(
            (thread) => `${IMPORTS} const code = ${JSON.stringify(CONNECT)};
            const received = await new Promise((resolve, reject) => ${thread}.on('message', resolve).on('error', reject));
            export default () => received;`,
        );

        const host = await runInOwnHost(actors, { engine: { isolation, network: 'block' } });

        expect(host.runs.map(({ output }) => output)).toEqual(actors.map(() => 'ERR_NETWORK_FORBIDDEN'));
    });
});
