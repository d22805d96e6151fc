import { describe, expect, it } from 'vitest';
import { UsageHistory } from '../../../src/engine/usage-history.js';
import type { ResourceUsage } from '../../../src/protocol/messages.js';

function usage(elapsedMillis: number, memoryBytes: number, cpuMicros: number): ResourceUsage {
    return { elapsedMillis, memoryBytes, cpuMicros, netRxBytes: 0, netTxBytes: 0 };
}

describe('the history of what runs use', () => {
    it('tells the processor time between two samples as percent', () => {
        const history = new UsageHistory();

        history.tell('run', usage(1000, 10, 250_000));
        history.tell('run', usage(3000, 20, 2_250_000));

        expect(history.of('run')).toEqual([
            { millis: 1000, memoryBytes: 10, cpuPercent: 25 },
            { millis: 3000, memoryBytes: 20, cpuPercent: 100 },
        ]);
    });

    it('goes on in time when the Actor is started anew', () => {
        const history = new UsageHistory();

        history.tell('run', usage(2000, 10, 0));
        history.tell('run', usage(1000, 20, 500_000));

        expect(history.of('run')).toEqual([
            { millis: 2000, memoryBytes: 10, cpuPercent: 0 },
            { millis: 3000, memoryBytes: 20, cpuPercent: 50 },
        ]);
    });

    it('takes the only sample of a short run, and none that comes right after another', () => {
        const history = new UsageHistory();

        history.tell('run', usage(20, 10, 10_000));
        history.tell('run', usage(25, 99, 15_000));

        expect(history.of('run')).toEqual([{ millis: 20, memoryBytes: 10, cpuPercent: 50 }]);
    });

    it('forgets the runs that nobody has told of for longest, but none that somebody listens to', () => {
        const history = new UsageHistory(2);
        const heard: number[] = [];
        history.tell('heard', usage(1000, 1, 0));
        history.listen('heard', ({ memoryBytes }) => heard.push(memoryBytes));

        for (const runId of ['a', 'b', 'c']) history.tell(runId, usage(1000, 2, 0));
        history.tell('heard', usage(2000, 3, 0));

        expect(history.of('a')).toEqual([]);
        expect(history.of('c')).toHaveLength(1);
        expect(history.of('heard')).toHaveLength(2);
        expect(heard).toEqual([3]);
    });

    it('tells nobody who has stopped listening', () => {
        const history = new UsageHistory();
        const heard: number[] = [];
        const stop = history.listen('run', ({ memoryBytes }) => heard.push(memoryBytes));

        history.tell('run', usage(1000, 1, 0));
        stop();
        history.tell('run', usage(2000, 2, 0));

        expect(heard).toEqual([1]);
    });
});
