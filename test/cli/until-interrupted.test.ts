import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withSignals } from '../../src/cli/signals.js';
import { memoryOutput } from '../support/cli/memory-output.js';
import type { Cli } from '../../src/cli/cli.js';

function callOf(err = memoryOutput()): { cli: Cli; err: ReturnType<typeof memoryOutput> } {
    return { cli: { err, exitCode: 0 } as unknown as Cli, err };
}

describe('work that Ctrl+C cancels', () => {
    it('ends by its signal, with a message', async () => {
        const { cli, err } = callOf();

        await withSignals(cli, 'Cancelled.', async (signal) => {
            process.emit('SIGINT', 'SIGINT');
            if (!signal.aborted) await once(signal, 'abort');
            throw new Error('aborted');
        });

        expect(cli.exitCode).toBe(130);
        expect(err.text()).toBe('Cancelled.\n');
    });

    it('ends without a signal, or fails with its own error', async () => {
        const { cli, err } = callOf();
        const before = process.listenerCount('SIGINT');

        await withSignals(cli, 'Cancelled.', async () => {});
        expect(cli.exitCode).toBe(0);
        await expect(
            withSignals(cli, 'Cancelled.', () => Promise.reject(new Error('The disk is full'))),
        ).rejects.toThrow('The disk is full');
        expect(err.text()).toBe('');
        expect(process.listenerCount('SIGINT')).toBe(before);
    });
});
