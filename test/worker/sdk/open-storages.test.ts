import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../../src/errors/engine-error.js';
import { Actor } from '../../../src/worker/sdk/actor.js';
import { Dataset } from '../../../src/worker/sdk/storages/dataset.js';
import { KeyValueStore, type SetValueOptions } from '../../../src/worker/sdk/storages/key-value-store.js';
import { handleRecords, startFakeRun, type CallHandler } from '../fake-host.js';

beforeEach(() => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

/** Returns a host with datasets by id or name; pages have the requested number of items, up to 10,000. */
function answerDatasets(datasets: Record<string, object[]>): CallHandler {
    return (segments) => {
        const [[resource, id], last] = [segments[0]!, segments.at(-1)!];
        switch (last[0]) {
            case 'get':
                return Object.hasOwn(datasets, id as string) ? { id: `id-of-${id as string}`, name: id } : undefined;
            case 'getOrCreate':
                datasets[last[1] as string] = [];
                return { id: `id-of-${last[1] as string}`, name: last[1] };
            case 'listItems': {
                const { offset = 0, limit = 10_000 } = last[1] as { offset?: number; limit?: number };
                const all = datasets[id as string] ?? [];
                const items = all.slice(offset, offset + limit);
                return { total: all.length, offset, limit, count: items.length, desc: false, items };
            }
            case 'pushItems':
            case 'delete':
                return undefined;
            default:
                return handleRecords()([[resource, id], last]);
        }
    };
}

describe('an opened storage', () => {
    it('is the default one without a call, and the same one each time', async () => {
        const { host } = startFakeRun(answerDatasets({}));

        const [first, second] = await Promise.all([Actor.openDataset(), Actor.openDataset(null)]);

        expect(first).toBe(second);
        expect(first).toBe(await Dataset.open('DATASET'));
        expect(first.id).toBe('DATASET');
        expect(host.calls).toEqual([]);
    });

    it('is found by its name and then by its id, or is created', async () => {
        const { host } = startFakeRun(answerDatasets({ known: [] }));

        const known = await Dataset.open('known');
        const made = await Dataset.open('new');

        expect([known.id, known.name, made.id, made.name]).toEqual(['id-of-known', 'known', 'id-of-new', 'new']);
        expect(await Dataset.open('id-of-known')).toBe(known);
        expect(await Dataset.open({ name: 'new' })).toBe(made);
        expect(host.lastSegments.map(([method]) => method)).toEqual(['get', 'get', 'getOrCreate']);
    });

    it('is found by its alias', async () => {
        const ids = JSON.stringify({ datasets: { default: 'DATASET', images: 'known' } });
        startFakeRun(answerDatasets({ known: [] }), { ACTOR_STORAGES_JSON: ids });

        expect((await Dataset.open({ alias: 'images' })).id).toBe('id-of-known');
        await expect(Dataset.open({ alias: 'image' })).rejects.toThrow('Did you mean `images`?');
    });

    it('is not created by an id, and can be opened once it exists', async () => {
        const datasets: Record<string, object[]> = {};
        startFakeRun(answerDatasets(datasets));

        await expect(Dataset.open({ id: 'later' })).rejects.toMatchObject({ code: 'record-not-found' });
        datasets.later = [];
        await expect(Dataset.open({ id: 'later' })).resolves.toBeInstanceOf(Dataset);
    });

    it('is opened again after it was dropped', async () => {
        const { host } = startFakeRun(answerDatasets({ known: [] }));
        const dataset = await Dataset.open('known');

        await dataset.drop();

        expect(await Dataset.open('known')).not.toBe(dataset);
        expect(host.lastSegments.map(([method]) => method)).toEqual(['get', 'delete', 'get']);
    });

    it.each([[5], [''], [true]])('is rejected for %j', async (idOrName) => {
        startFakeRun();

        await expect(Dataset.open(idOrName as never)).rejects.toMatchObject({ code: 'invalid-value' });
    });
});

describe('a dataset', () => {
    const many = Array.from({ length: 10_001 }, (_, n) => ({ n }));

    it('sends each push as one text, and none for no items', async () => {
        const { host } = startFakeRun(answerDatasets({}));

        await Actor.pushData({ a: 1 });
        await Actor.pushData([{ a: 2 }, { a: 3 }]);
        await Actor.pushData([]);

        expect(host.lastSegments).toEqual([
            ['pushItems', '{"a":1}'],
            ['pushItems', '[{"a":2},{"a":3}]'],
        ]);
    });

    it('is iterated page by page, with a continuous index', async () => {
        const { host } = startFakeRun(answerDatasets({ DATASET: many }));
        const dataset = await Dataset.open<{ n: number }>();

        expect(await dataset.map(({ n }, index) => n === index)).toEqual(many.map(() => true));
        expect(await dataset.map(({ n }) => n, { offset: 9_998, limit: 2 })).toEqual([9_998, 9_999]);
        expect(host.calls).toHaveLength(3);
    });

    it('is reduced like an array', async () => {
        startFakeRun(answerDatasets({ DATASET: [{ n: 1 }, { n: 2 }, { n: 3 }] }));
        const dataset = await Dataset.open<{ n: number }>();

        expect(await dataset.reduce((sum, { n }) => sum + n, 10)).toBe(16);
        expect(await dataset.reduce<{ n: number }>((max, item) => (item.n > max.n ? item : max))).toEqual({ n: 3 });
    });

    it('is exported as CSV and as JSON to a key-value store', async () => {
        const items = [
            { a: 'x,"y"', b: true },
            { a: null, c: { d: 1 } },
        ];
        const { host } = startFakeRun(answerDatasets({ DATASET: items }));
        vi.spyOn(KeyValueStore.prototype, 'setValue').mockResolvedValue();
        const dataset = await Dataset.open();

        await dataset.exportToCSV('first');
        await dataset.exportToCSV('all', { collectAllKeys: true });
        await dataset.exportToJSON('json');

        expect(vi.mocked(KeyValueStore.prototype.setValue).mock.calls).toEqual([
            ['first', 'a,b\n"x,""y""",1\n,\n', { contentType: 'text/csv' }],
            ['all', 'a,b,c\n"x,""y""",1,\n,,"{""d"":1}"\n', { contentType: 'text/csv' }],
            ['json', items],
        ]);
        expect(host.calls).toHaveLength(3);
    });
});

describe('a key-value store', () => {
    it('returns values stored as JSON, and null or a default for missing ones', async () => {
        const { host } = startFakeRun(handleRecords());

        await Actor.setValue('a', { b: [1] });
        await Actor.setValue('text', 'hi');

        expect(await Actor.getValue('a')).toEqual({ b: [1] });
        expect(await Actor.getValue('text')).toBe('hi');
        expect(await Actor.getValue('missing')).toBeNull();
        expect(await KeyValueStore.getValue('missing', 5)).toBe(5);
        expect(host.lastSegments[0]).toEqual([
            'setRecord',
            { key: 'a', value: '{\n  "b": [\n    1\n  ]\n}', contentType: 'application/json; charset=utf-8' },
            {},
        ]);
    });

    it('deletes a record that is set to null', async () => {
        startFakeRun(handleRecords());
        await Actor.setValue('a', 1);

        await Actor.setValue('a', null);

        expect(await Actor.getValue('a')).toBeNull();
    });

    it('stores text and bytes with the given content type', async () => {
        const { host } = startFakeRun();

        await Actor.setValue('page', '<p>', { contentType: 'text/html' });

        expect(host.lastSegments).toEqual([['setRecord', { key: 'page', value: '<p>', contentType: 'text/html' }, {}]]);
    });

    it.each([
        ['a/b', 1, {}, 'invalid-record-key'],
        ['', 1, {}, 'invalid-record-key'],
        ['a', undefined, {}, 'invalid-value'],
        ['a', 5n, {}, 'invalid-value'],
        ['a', { b: 1 }, { contentType: 'text/html' }, 'invalid-value'],
        ['a', 'x', { contenttype: 'text/html' }, 'unknown-option'],
    ])('rejects the key %j with the value %s and options %j', async (key, value, options, code) => {
        const { host } = startFakeRun();

        await expect(Actor.setValue(key, value, options as SetValueOptions)).rejects.toMatchObject({ code });
        expect(host.calls).toEqual([]);
    });

    it('reads the input under the key of the environment', async () => {
        startFakeRun(handleRecords(new Map([['STORE/MINE', { url: 'http://a' }]])), { ACTOR_INPUT_KEY: 'MINE' });

        expect(await Actor.getInput()).toEqual({ url: 'http://a' });
        expect(await Actor.getInputOrThrow()).toEqual({ url: 'http://a' });
    });

    it('has no input if the run has none', async () => {
        startFakeRun(handleRecords());

        expect(await Actor.getInput()).toBeNull();
        await expect(Actor.getInputOrThrow()).rejects.toThrow('has no input');
    });
});

describe('the state of Actor.useState()', () => {
    it('is one object for all callers, and is saved at `persistState`', async () => {
        const records = new Map<string, unknown>();
        const { context } = startFakeRun(handleRecords(records));

        const [first, second] = await Promise.all([Actor.useState('S', { n: 0 }), Actor.useState('S', { n: 0 })]);
        first.n += 1;
        await context.events.emit('persistState', { isMigrating: false });

        expect(second).toBe(first);
        expect(records.get('STORE/S')).toEqual({ n: 1 });
    });

    it('is the one that an earlier run has saved', async () => {
        startFakeRun(handleRecords(new Map([['STORE/S', { n: 7 }]])));

        expect(await Actor.useState('S', { n: 0 })).toEqual({ n: 7 });
    });

    it('follows changes of the record', async () => {
        startFakeRun(handleRecords());
        const state = await Actor.useState<Record<string, number>>('S', { a: 1 });

        await Actor.setValue('S', { b: 2 });

        expect(state).toEqual({ b: 2 });
    });

    it('warns and continues if it cannot be saved', async () => {
        const answer = handleRecords();
        const { context } = startFakeRun((segments) => {
            if (segments.at(-1)![0] === 'setRecord') throw new EngineError('storage-failed', 'The disk is full.');
            return answer(segments);
        });
        await Actor.useState('S', {});

        await context.events.emit('persistState', { isMigrating: false });

        expect(process.stderr.write).toHaveBeenCalledWith(expect.stringContaining('`S` could not be saved'));
    });
});
