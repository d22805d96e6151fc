import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

/** A host whose run lasts long enough that the memory watchdog connects to the inspector of the main thread. */
function exitAfter(ending: string): { status: number | null; stderr: string } {
    const program = `
        import { setTimeout as sleep } from 'node:timers/promises';
        import { createEngine } from 'greenroom';
        const engine = await createEngine();
        await engine.addActor({ name: 'sleeper', source: 'await new Promise((resolve) => setTimeout(resolve, 300))' });
        await engine.addActor({ name: 'busy', source: 'for (;;);' });
        ${ending}`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: 60_000,
    });
    return { status, stderr };
}

describe('a host that exits while the watchdog is connected', () => {
    it.each([
        ['after a run', `await engine.call('sleeper'); process.exit(3);`],
        ['after a run and close()', `await engine.call('sleeper'); await engine.close(); process.exit(3);`],
        ['during a run', `await engine.start('busy'); await sleep(300); process.exit(3);`],
        [
            'with all threads busy',
            `await engine.start('busy'); const end = Date.now() + 300; while (Date.now() < end);
            await sleep(100); while (Date.now() < end + 500); process.exit(3);`,
        ],
    ])('prints nothing: %s', (_case, ending) => {
        expect(exitAfter(ending)).toEqual({ status: 3, stderr: '' });
    });

    it('prints an uncaught error alone', () => {
        const { status, stderr } = exitAfter(
            `await engine.start('busy'); await sleep(300); throw new Error('from host');`,
        );

        expect(status).toBe(1);
        expect(stderr).toContain('Error: from host');
        expect(stderr).not.toContain('debugger');
    });
});
