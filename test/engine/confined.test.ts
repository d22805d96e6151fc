import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { tempDir } from '../support/files/temp-dir.js';

const exec = promisify(execFile);

/** A program that embeds an engine as an app does: everything in one directory, and no listener. */
const PROGRAM = `
    import { createEngine } from 'greenroom';

    const engine = await createEngine({ storageDir: process.argv[1], proxy: false });
    await engine.addActor({ name: 'text', source: "import { Actor } from 'apify'; await Actor.main(() => Actor.pushData({ a: 1 }));" });
    await engine.addActor({ name: 'function', run: ({ Actor }) => Actor.setValue('KEY', 'value') });
    const statuses = [];
    for (const [actor, isolation] of [['text', 'thread'], ['text', 'pooled'], ['text', 'process'], ['function']]) {
        statuses.push((await engine.call(actor, {}, isolation && { isolation })).status);
    }
    const token = 'Bearer ' + engine.token;
    const answer = await engine.fetch(new Request('http://app/v2/acts', { headers: { authorization: token } }));
    const sockets = process.getActiveResourcesInfo().filter((name) => /TCP|UDP/i.test(name));
    console.log(JSON.stringify({ statuses, answer: answer.status, sockets }));
    await engine.close();
`;

describe('an engine that is embedded in an app', () => {
    it('writes nothing outside its directory and opens no socket', async () => {
        const [storage, cwd, elsewhere] = await Promise.all([tempDir(), tempDir(), tempDir()]);
        await mkdir(join(cwd, 'node_modules'));
        const env = { ...process.env, TMPDIR: join(elsewhere, 'none'), TMP: join(elsewhere, 'none'), HOME: elsewhere };
        const program = PROGRAM.replace("'greenroom'", JSON.stringify(join(ROOT, 'dist', 'index.js')));

        const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', program, storage], { cwd, env });

        expect(JSON.parse(stdout)).toEqual({
            statuses: ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
            answer: 200,
            sockets: [],
        });
        expect(await readdir(elsewhere)).toEqual([]);
        expect(await readdir(cwd)).toEqual(['node_modules']);
    });
});
