import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actorFolder } from '../actors/source/actor-folder.js';
import { makeEngine } from '../support/make-engine.js';
import { readSystemVariables } from '../../src/util/system-variables.js';

function setHostVariable(name: string): void {
    process.env[name] = 'of the host';
    onTestFinished(() => void delete process.env[name]);
}

const READER = `
    const { MY_SETTING, MY_ABSENT } = process.env;
    console.log('read', MY_SETTING, MY_ABSENT, process.env.MY_SETTING, 'MY_SETTING' in process.env, 'x' in { ...process.env });
    console.log('copied', structuredClone(process.env).ACTOR_RUN_ID === process.env.ACTOR_RUN_ID);
    require('helper');`;

const HELPER = { 'node_modules/helper/index.js': 'process.env.MY_TERMINAL; process.env.MY_API_KEY;' };

describe.each(['thread', 'pooled', 'process'] as const)('a variable of the host, in isolation %s,', (isolation) => {
    it('is hinted at when the Actor reads it, once', async () => {
        for (const name of ['MY_SETTING', 'MY_UNUSED', 'MY_TERMINAL', 'MY_API_KEY']) setHostVariable(name);
        const engine = await makeEngine({ prewarm: 0, isolation });
        const { id } = await engine.addActor(await actorFolder({ 'main.js': READER, ...HELPER }));

        const log = await (await engine.call(id)).log.text();

        expect(log).toContain('read undefined undefined undefined false false');
        expect(log).toContain('copied true');
        expect(log.match(/The Actor reads `\w+`/g)).toEqual([
            'The Actor reads `MY_SETTING`',
            // Packages read many variables; a key is one that the user expects them to find.
            'The Actor reads `MY_API_KEY`',
        ]);
        expect(log).toMatch(/MY_SETTING`.*not passed.*`env`.*--env MY_SETTING.*actor\.json[\s\S]*read undefined/);
    });

    it('is not hinted at if it is passed', async () => {
        setHostVariable('MY_SETTING');
        const engine = await makeEngine({ prewarm: 0, isolation, env: { MY_SETTING: 'passed' } });
        const { id } = await engine.addActor(await actorFolder({ 'main.js': 'console.log(process.env.MY_SETTING);' }));

        const log = await (await engine.call(id)).log.text();

        expect(log).toMatch(/passed\n$/);
        expect(log).not.toContain('reads');
    });
});

describe('the variables that every process needs', () => {
    it('can be replaced by those of a run', async () => {
        const engine = await makeEngine();
        const { id } = await engine.addActor({
            name: 'abc',
            source: 'export default () => [process.env.TZ, process.env.HOME]',
        });

        const run = await engine.call(id, {}, { env: { TZ: 'Asia/Tokyo', HOME: '/elsewhere' } });

        expect(await run.output()).toEqual(['Asia/Tokyo', '/elsewhere']);
    });

    it('are inherited on Windows, in upper or lower case', () => {
        const host = {
            Path: 'C:\\bin',
            SystemRoot: 'C:\\Windows',
            ComSpec: 'cmd.exe',
            TEMP: 'C:\\T',
            windir: 'W',
            KEY: 'x',
        };

        expect(readSystemVariables(host, 'win32')).toEqual({
            PATH: 'C:\\bin',
            SYSTEMROOT: 'C:\\Windows',
            COMSPEC: 'cmd.exe',
            TEMP: 'C:\\T',
            WINDIR: 'W',
        });
    });

    it('are few elsewhere', () => {
        const host = { PATH: '/bin', HOME: '/root', TZ: 'UTC', TEMP: '/tmp', Path: 'x', KEY: 'x' };

        expect(readSystemVariables(host, 'linux')).toEqual({ PATH: '/bin', HOME: '/root', TZ: 'UTC' });
    });

    it('include the certificates that this process trusts, by their absolute path', () => {
        const variables = readSystemVariables({ NODE_EXTRA_CA_CERTS: 'certs/company.pem' }, 'linux');

        expect(variables).toEqual({ NODE_EXTRA_CA_CERTS: join(process.cwd(), 'certs/company.pem') });
    });
});
