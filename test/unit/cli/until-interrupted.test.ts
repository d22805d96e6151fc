import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilInterrupted } from '../../../src/cli/until-interrupted.js';
import { memoryOutput } from '../../support/memory-output.js';
import type { CommandCall } from '../../../src/cli/command.js';

function callOf(err = memoryOutput()): { call: CommandCall; err: ReturnType<typeof memoryOutput> } {
    return { call: { terminal: { err } } as unknown as CommandCall, err };
}

describe('work that Ctrl+C gives up', () => {
    it('ends by its signal, with a word about it', async () => {
        const { call, err } = callOf();

        const code = untilInterrupted(call, 'Given up.', async (signal) => {
            process.emit('SIGINT', 'SIGINT');
            if (!signal.aborted) await once(signal, 'abort');
            throw new Error('aborted');
        });

        expect(await code).toBe(130);
        expect(err.text()).toBe('Given up.\n');
    });

    it('ends well by itself, or fails with its own error', async () => {
        const { call, err } = callOf();
        const before = process.listenerCount('SIGINT');

        expect(await untilInterrupted(call, 'Given up.', async () => {})).toBe(0);
        await expect(
            untilInterrupted(call, 'Given up.', () => Promise.reject(new Error('The disk is full'))),
        ).rejects.toThrow('The disk is full');
        expect(err.text()).toBe('');
        expect(process.listenerCount('SIGINT')).toBe(before);
    });
});
