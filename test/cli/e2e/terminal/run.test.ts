import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorFolder } from '../../../support/actors/actor-folder.js';
import { cli } from '../../../support/cli/cli.js';
import { openTestTerminal, skipWithoutTmux } from '../../../support/cli/tmux.js';
import { waitUntil } from '../../../support/wait-until.js';

/** An Actor that runs until it is aborted, or forever. */
const ENDLESS = (onAborting: string): string => `
    import { Actor, log } from 'apify';
    await Actor.init();
    Actor.on('aborting', () => { log.warning('Heard it'); ${onAborting} });
    log.info('Begun');
    await Actor.pushData([{ a: 1 }, { a: 2 }]);
    await Actor.setStatusMessage('Looking around');
    setInterval(() => {}, 1000);
`;

skipWithoutTmux();

describe('a run on a terminal', () => {
    it('shows its progress in the last line, and clears it at the end', async () => {
        const cwd = await actorFolder({ 'main.js': ENDLESS('') });
        const terminal = await openTestTerminal(cwd);

        await terminal.type('greenroom run --memory 512');
        const during = await terminal.see(/RUNNING .* MB of .*2 items · Looking around/);
        const coloured = await terminal.screen({ colours: true });
        await terminal.press('C-c');
        const after = await terminal.see(/✖ ABORTED/);

        expect(during).toMatch(/^\S RUNNING [\d.]+ m?s · [\d.]+ MB of 512 MB · 2 items · Looking around$/m);
        expect(coloured).toContain('\u001b[32mINFO\u001b[39m  Begun');
        expect(after).not.toContain('RUNNING');
        expect(after).toMatch(/Begun\n[^]*Aborting gracefully. Press Ctrl\+C again to stop now.\n[^]*Heard it\n/);
        await terminal.type('echo "code $?"');
        await terminal.see(/^code 130$/m);
    });

    it('is stopped by a second Ctrl+C', async () => {
        const cwd = await actorFolder({
            'main.js': `process.on('message', () => {}); export default async () => { console.log('Begun'); await new Promise((resolve) => setTimeout(resolve, 1e6)); };`,
        });
        const terminal = await openTestTerminal(cwd);

        await terminal.type('greenroom run');
        await terminal.see(/Begun/);
        await terminal.press('C-c');
        await terminal.see(/Aborting gracefully/);
        expect(await terminal.see(/ABORTING \d/)).not.toContain('✖');
        await terminal.press('C-c');

        await terminal.see(/Stopping now\.\n[^]*✖ ABORTED/);
    });

    it.each([30, 50])('keeps to one line however narrow the terminal: %i columns', async (width) => {
        const cwd = await actorFolder({ 'main.js': ENDLESS(`process.exit()`) });
        const terminal = await openTestTerminal(cwd, { width });

        await terminal.type('greenroom run');
        await terminal.see(/RUNNING [2-9]\.\d s/);
        const during = await terminal.screen();
        await terminal.press('C-c');
        await terminal.see(/✖ ABORTED/);

        expect(during.match(/RUNNING/g)).toHaveLength(1);
        expect(during.match(/Begun/g)).toHaveLength(1);
    });

    it('gets a Ctrl+C although its Actor is a process of the same terminal', async () => {
        const cwd = await actorFolder({ 'main.js': ENDLESS('') });
        const terminal = await openTestTerminal(cwd);

        await terminal.type('greenroom run --isolation process; echo "code $?"');
        await terminal.see(/Begun/);
        await terminal.press('C-c');

        expect(await terminal.see(/^code 130$/m)).toMatch(/Heard it[^]*✖ ABORTED/);
    });
});

describe('greenroom run --watch', () => {
    it('runs again after a change, and aborts the current run', async () => {
        const cwd = await actorFolder({
            'main.js': `console.log('one'); setInterval(() => {}, 1000);`,
            'node_modules/x.js': '',
            'note.txt': '',
        });
        const save = async (path: string, text: string): Promise<void> => {
            // As editors do.
            await writeFile(join(cwd, '.tmp'), text);
            await rename(join(cwd, '.tmp'), join(cwd, path));
        };
        const terminal = await openTestTerminal(cwd);

        await terminal.type('greenroom run --watch; echo "code $?"');
        await terminal.see(/^one$/m);
        await save('main.js', `import fs from 'node:fs'; fs.writeFileSync('note.txt', 'mine'); console.log('two');`);
        expect(await terminal.see(/^two$[^]*✔ SUCCEEDED[^]*Waiting for changes/m)).toMatch(
            /✖ ABORTED[^]*main\.js changed/,
        );
        await save('node_modules/x.js', '1');
        await save('main.js', `console.log('three'); (`);
        await terminal.see(/main\.js changed[^]*✖ FAILED[^]*Waiting for changes/);
        await save('main.js', `console.log('four');`);
        const end = await terminal.see(/^four$[^]*✔ SUCCEEDED[^]*Waiting for changes/m);
        await terminal.press('C-c');

        await terminal.see(/^code 130$/m);
        expect(end).not.toContain('x.js changed');
    });
});

describe('A closed terminal', () => {
    it('aborts the run gracefully', async () => {
        const cwd = await actorFolder({
            'main.js': ENDLESS(`process.getBuiltinModule('node:fs').writeFileSync('heard.txt', 'yes')`),
        });
        const terminal = await openTestTerminal(cwd);
        await terminal.type('greenroom run');
        await terminal.see(/Begun/);

        await terminal.close();

        const look = async (): Promise<string> => (await cli(['runs', 'ls', '--json'], { cwd })).stdout;
        await waitUntil('the run to be ended', async () => (await look()).includes('"ABORTED"'), {
            timeoutMillis: 20_000,
        });
        expect(await readFile(join(cwd, 'heard.txt'), 'utf8')).toBe('yes');
    });
});
