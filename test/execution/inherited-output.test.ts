import { execFile } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';

const exec = promisify(execFile);
const ENGINE = new URL('../../dist/index.js', import.meta.url).href;

/** Writes to the streams that a process has from its parent, in all the ways that there are. */
const INHERITS = `
    import fs, { writeSync } from 'node:fs';
    import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
    import { once } from 'node:events';
    import { join } from 'node:path';
    import { tmpdir } from 'node:os';
    import { promisify } from 'node:util';
    const end = (child, event = 'exit') => once(child, event);
    const results = [
        execSync('echo exec-sync; echo exec-sync-err >&2; cat', { stdio: 'inherit' }),
        execFileSync('echo', ['exec-file-sync'], { stdio: ['inherit', 'inherit', 'pipe'] }),
        spawnSync('sh', ['-c', 'echo spawn-sync; echo piped >&2'], { stdio: [0, 2, 'pipe'] }).stderr.toString(),
    ];
    execSync('echo only-stderr >&2');
    const child = spawn('sh', ['-c', 'echo spawn; echo spawn-err >&2; cat'], { stdio: 'inherit' });
    results.push(child.stdin, child.stdout, child.stderr, child.stdio.length);
    await end(child);
    await end(spawn('echo', ['streams'], { stdio: ['ignore', process.stderr, process.stdout] }), 'close');
    await end(spawn('sh', ['-c', 'echo merged >&2'], { stdio: ['ignore', 'ignore', 1] }));
    await end(spawn('sh', ['-c', 'sleep 30 & echo daemon'], { stdio: 'inherit' }), 'close');
    await end(spawn('printf', ['%060000d-long\\n', '0'], { stdio: 'inherit' }));
    fs.writeFileSync(join(tmpdir(), 'forked.mjs'), 'console.log("forked ✓")');
    await end(fork(join(tmpdir(), 'forked.mjs')));
    writeSync(1, 'write-sync ');
    await promisify(fs.write)(1, 'write ');
    await promisify(fs.writev)(1, [Buffer.from('wri'), Buffer.from('tev ')]);
    fs.writeFileSync(1, 'write-file-sync ');
    fs.appendFileSync(1, Buffer.from('append-file-sync '));
    await end(fs.createWriteStream('', { fd: 1, autoClose: false }).end('stream\\n'), 'finish');
    writeSync(2, Buffer.from('xwrite-bytes x'), 1, 12);
    await promisify(fs.writeFile)(2, 'write-file\\n');
    console.log(JSON.stringify(results));
    spawn('sh', ['-c', 'echo last'], { stdio: 'inherit' }).once('exit', () => process.exit());
`;
const EXPECTED = [
    ...['exec-sync', 'exec-sync-err', 'exec-file-sync', 'spawn-sync', 'only-stderr', 'spawn', 'spawn-err'],
    ...['streams', 'merged', 'daemon', `${'0'.repeat(60_000)}-long`, 'forked ✓'],
    'write-sync write writev write-file-sync append-file-sync stream',
    'write-bytes write-file',
    JSON.stringify([null, null, 'piped\n', null, null, null, 3]),
    'last',
];

describe('the output that child processes inherit from an Actor', () => {
    it.each(['thread', 'pooled', 'process'] as const)('goes to the log of the run: %s', async (isolation) => {
        const engine = await makeEngine({ isolation, env: { TMPDIR: await tempDir('greenroom-out-') } });

        const run = await engine.call(await addSource(engine, INHERITS));

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        // From a process, output of its own and that of its children arrive on two ways.
        const inOrder = (lines: string[]): string[] => (isolation === 'process' ? lines.toSorted() : lines);
        expect(inOrder(stripTimestamps(await run.log.text()))).toEqual(inOrder(EXPECTED));
    });

    it('leaves the streams of the host open', async () => {
        const engine = await makeEngine();
        const source = `import fs from 'node:fs';
            fs.closeSync(1);
            fs.createWriteStream('', { fd: 2 }).end('closed\\n').once('close', () => console.log('then'));`;

        const run = await engine.call(await addSource(engine, source));

        expect(stripTimestamps(await run.log.text())).toEqual(['closed', 'then']);
        expect(() => fstatSync(1) && fstatSync(2)).not.toThrow();
    });

    it('never reaches the streams of the host', async () => {
        const folder = await tempDir('greenroom-out-');
        await writeFile(join(folder, 'actor.mjs'), INHERITS);
        await writeFile(
            join(folder, 'host.mjs'),
            `import { createEngine } from ${JSON.stringify(ENGINE)};
            const engine = await createEngine({ env: { TMPDIR: ${JSON.stringify(folder)} } });
            await engine.addActor('./actor.mjs');
            const run = await engine.call('actor');
            await engine.close();
            console.log(run.status);`,
        );

        const { stdout, stderr } = await exec(process.execPath, ['host.mjs'], { cwd: folder });

        expect([stdout, stderr]).toEqual(['SUCCEEDED\n', '']);
    });
});
