import { describe, expect, it } from 'vitest';
import { UndocumentedFinder } from '../support/docs/undocumented.js';

const ENTRIES = [
    'src/index.ts',
    'src/actor.ts',
    'src/testing/index.ts',
    'src/testing/vitest.ts',
    'src/testing/jest.ts',
    'src/server/index.ts',
];

describe('the public API', () => {
    const finder = new UndocumentedFinder(ENTRIES);

    it.each(ENTRIES)('has a docstring for each export and member of %s', (entry) => {
        expect(finder.find(entry)).toEqual([]);
    });
});
