import { describe, expect, it } from 'vitest';
import { createMemoryDocuments } from '../../src/records/document-store.js';
import { NamedRecords } from '../../src/util/collections/named-records.js';

interface Named {
    id: string;
    name: string;
    createdAt: Date;
}

function named(name: string, createdAt: number): Named {
    return { id: `id-of-${name}`, name, createdAt: new Date(createdAt) };
}

function records(...names: string[]): NamedRecords<Named> {
    const documents = createMemoryDocuments();
    // Pairs share a millisecond: records of the same time keep their order of creation.
    for (const [index, name] of names.entries())
        documents.save('tasks', `id-of-${name}`, named(name, Math.floor(index / 2)));
    const clock = { now: () => 1000, after: () => () => {} };
    return new NamedRecords(
        'tasks',
        { documents, clock, owner: { id: 'id-of-me', username: 'me' } },
        (document) => document as Named,
    );
}

describe('NamedRecords', () => {
    it.each(['id-of-first', 'first', '~first', 'me~first', 'me/first'])('finds %s', (reference) => {
        expect(records('first', 'second').find(reference)).toMatchObject({ id: 'id-of-first', name: 'first' });
    });

    it.each(['third', 'you~first', 'me~id-of-first', '', '~', '__proto__'])('does not find %s', (reference) => {
        expect(records('first').find(reference)).toBeUndefined();
    });

    it('lists the existing names and suggests the most similar one', () => {
        expect(() => records('scraper', 'mailer').require('me~scrapper')).toThrow(
            'No task has the id or name `me~scrapper`. Did you mean `scraper`? Existing: scraper, mailer.',
        );
        expect(() => records().require('any')).toThrow('No task exists yet.');
    });

    it('keeps the position of a renamed record and frees its old name', () => {
        const all = records('first', 'second', 'third');

        all.save(all.applyChanges(all.require('first'), { name: 'renamed' }));

        expect(Array.from(all.values(), ({ name }) => name)).toEqual(['renamed', 'second', 'third']);
        expect(all.find('first')).toBeUndefined();
        expect(all.applyChanges(all.require('renamed'), { name: 'renamed' })).toMatchObject({ name: 'renamed' });
        expect(() => all.applyChanges(all.require('second'), { name: 'renamed' })).toThrow(
            'already has the name `renamed`',
        );
    });

    it('finds a free name of at most 63 characters', () => {
        const long = 'a'.repeat(80);

        expect(records().createDraft('task')).toMatchObject({
            name: 'task',
            userId: 'id-of-me',
            createdAt: new Date(1000),
        });
        expect(records('task', 'task-2').createDraft('task').name).toBe('task-3');
        expect(records(long.slice(0, 63)).createDraft(long).name).toBe(`${'a'.repeat(61)}-2`);
    });
});
