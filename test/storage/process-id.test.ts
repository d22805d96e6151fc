import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isPossiblyAlive, ownIdentity } from '../../src/storage/file/directory/process-id.js';
import { stateOf } from '../support/processes/process-state.js';
import { waitUntil } from '../support/wait-until.js';

describe('a process', () => {
    it('may be alive while it exists', () => {
        expect(isPossiblyAlive(ownIdentity())).toBe(true);
        expect(isPossiblyAlive({ ...ownIdentity(), hostname: 'elsewhere' })).toBe(true);
    });

    it.skipIf(process.platform !== 'linux')('is dead as a zombie that its parent has not awaited', async () => {
        // The shell replaces itself by a program that never waits for the shell's child.
        const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], {
            stdio: ['ignore', 'pipe', 'ignore'],
        });
        onTestFinished(() => void parent.kill('SIGKILL'));
        const [output] = (await once(parent.stdout, 'data')) as [Buffer];
        const pid = Number(String(output));
        await waitUntil('it to end', () => stateOf(pid) === 'Z');

        expect(isPossiblyAlive({ pid, hostname: hostname() })).toBe(false);
    });
});
