import { describe, expect, it } from 'vitest';
import { NamedRecords } from '../../../src/util/named-records.js';

function records(...names: string[]): NamedRecords<{ id: string; name: string }> {
    const all = new NamedRecords<{ id: string; name: string }>('task', 'me');
    for (const name of names) all.put({ id: `id-of-${name}`, name });
    return all;
}

describe('records with names', () => {
    it.each(['id-of-first', 'first', '~first', 'me~first', 'me/first'])('are found as %s', (reference) => {
        expect(records('first', 'second').find(reference)).toEqual({ id: 'id-of-first', name: 'first' });
    });

    it.each(['third', 'you~first', 'me~id-of-first', '', '~', '__proto__'])('are not found as %s', (reference) => {
        expect(records('first').find(reference)).toBeUndefined();
    });

    it('say which there are, and which is meant', () => {
        expect(() => records('scraper', 'mailer').require('me~scrapper')).toThrow(
            'No task has the id or name `me~scrapper`. Did you mean `scraper`? There are: scraper, mailer.',
        );
        expect(() => records().require('any')).toThrow('There is no task yet.');
    });

    it('keep their place, and give their old name up, when they are replaced', () => {
        const all = records('first', 'second');

        all.put({ id: 'id-of-first', name: 'renamed' });

        expect(Array.from(all.values(), ({ name }) => name)).toEqual(['renamed', 'second']);
        expect(all.find('first')).toBeUndefined();
        expect(all.isTaken('renamed')).toBe(true);
        expect(all.isTaken('renamed', 'id-of-first')).toBe(false);
    });

    it('find a name that is free, of no more than 63 characters', () => {
        const long = 'a'.repeat(80);

        expect(records().freeName('task')).toBe('task');
        expect(records('task', 'task-2').freeName('task')).toBe('task-3');
        expect(records(long.slice(0, 63)).freeName(long)).toBe(`${'a'.repeat(61)}-2`);
    });
});
