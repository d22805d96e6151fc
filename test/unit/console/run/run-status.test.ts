import { describe, expect, it } from 'vitest';
import { laterOf } from '../../../../src/console/run/run-status.js';
import type { Run } from '../../../../src/console/api/json.js';

function run(status: string, resurrectCount = 0): Run {
    return { status, stats: { resurrectCount } } as unknown as Run;
}

describe('the later of two looks at a run', () => {
    it.each([
        ['its end, and not what it was before', run('RUNNING'), run('SUCCEEDED'), 'SUCCEEDED'],
        ['the one of the life that came after', run('RUNNING', 1), run('ABORTED'), 'RUNNING'],
        ['the first, where nothing tells them apart', run('RUNNING'), run('READY'), 'RUNNING'],
    ])('is %s', (_, one, other, status) => {
        expect(laterOf(one, other)?.status).toBe(status);
    });

    it('is the only one that there is', () => {
        expect(laterOf(undefined, run('READY'))?.status).toBe('READY');
        expect(laterOf(run('READY'), undefined)?.status).toBe('READY');
        expect(laterOf(undefined, undefined)).toBeUndefined();
    });

    it('is either way the same', () => {
        expect(laterOf(run('SUCCEEDED'), run('RUNNING'))?.status).toBe('SUCCEEDED');
        expect(laterOf(run('ABORTED'), run('RUNNING', 1))?.status).toBe('RUNNING');
    });
});
