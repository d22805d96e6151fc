import { describe, expect, it } from 'vitest';
import { QueueLockOwners } from '../../src/engine/services/queue-lock-owners.js';

describe('the locks of a run whose Actor has exited', () => {
    it('are released once for each of its clients, and for no other run', () => {
        const ended: string[] = [];
        const queues = new Map(
            ['Q1', 'Q2'].map((id) => [id, { id, unlockAll: (key: string) => ended.push(`${id} ${key}`) }]),
        );
        const clients = new QueueLockOwners({ find: (id) => queues.get(id) });
        clients.add('run', 'Q1', 'a');
        clients.add('run', 'Q1', 'a');
        clients.add('run', 'Q1', 'b');
        clients.add('run', 'Q2', 'a');
        clients.add('run', 'gone', 'a');
        clients.add('other', 'Q1', 'c');

        clients.release('run');
        clients.release('run');

        expect(ended).toEqual(['Q1 a', 'Q1 b', 'Q2 a']);
    });

    it.each([
        [
            'throws',
            () => {
                throw new Error('the disk is full');
            },
        ],
        ['rejects', () => Promise.reject(new Error('the disk is full'))],
    ])('expire by the clock if a queue %s, and the others are released', async (_how, unlockAll) => {
        const ended: string[] = [];
        const queues = {
            bad: { id: 'bad', unlockAll },
            good: { id: 'good', unlockAll: (key: string) => ended.push(key) },
        };
        const clients = new QueueLockOwners({ find: (id) => queues[id as keyof typeof queues] });
        clients.add('run', 'bad', 'a');
        clients.add('run', 'good', 'b');

        clients.release('run');
        await new Promise((resolve) => setImmediate(resolve));

        expect(ended).toEqual(['b']);
    });
});
