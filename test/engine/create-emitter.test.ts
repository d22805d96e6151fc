import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createEngineEmitter } from '../../src/engine/create-emitter.js';
import type { ResolvedEngineOptions } from '../../src/engine/options/options.js';

const OPTIONS = { logger: undefined } as ResolvedEngineOptions;

describe('a warning about stored data', () => {
    it('becomes a process warning after the engine has closed', async () => {
        const { emitter, warnAboutData: warnOfData, markOpened: opened } = createEngineEmitter(OPTIONS);
        opened();
        emitter.clear();
        const warned = once(process, 'warning');

        warnOfData('A tail was cut off.');

        expect(await warned).toEqual([expect.objectContaining({ message: 'A tail was cut off.' })]);
    });

    it('is kept for the first listener once, unlike other warnings', async () => {
        const { emitter, warnAboutData: warnOfData, markOpened: opened } = createEngineEmitter(OPTIONS);
        warnOfData('While it opens.');
        opened();
        warnOfData('Later.');
        emitter.emit('warning', { message: 'Not on the data.' });
        const heard: string[] = [];

        emitter.on('warning', ({ message }) => heard.push(message));
        await Promise.resolve();

        expect(heard).toEqual(['While it opens.', 'Later.']);
    });
});
