import * as fc from 'fast-check';
import { anyJson, anyText, toOwnFields } from '../arbitraries/edge-cases.js';
import type { ItemsOptions, KeysOptions } from '../../../src/model/api/storage.js';

/** A command on storages. `which` selects one of the existing storages. */
export type StorageCommand =
    | { type: 'create'; kind: Kind; name: string | undefined }
    | { type: 'rename'; kind: Kind; which: number; name: string | null }
    | { type: 'remove'; kind: Kind; which: number }
    | { type: 'push'; which: number; items: Record<string, unknown>[]; as: 'items' | 'text' | 'texts' }
    | { type: 'list items'; which: number; options: ItemsOptions }
    | { type: 'write'; which: number; writes: Write[] }
    | { type: 'churn'; which: number; key: string }
    | { type: 'list keys'; which: number; options: KeysOptions }
    | { type: 'list storages'; kind: Kind; offset: number; limit: number; desc: boolean; unnamed: boolean }
    | { type: 'time passes'; millis: number }
    | { type: 'reopen'; afterCrash: boolean };

export type Kind = 'dataset' | 'keyValueStore';

/** Sets a record, or deletes it. */
export interface Write {
    key: string;
    /** A number stands for that many bytes, which keeps counterexamples readable. */
    bytes: Buffer | number | undefined;
    contentType: string;
}

const FIELDS = ['a', 'b', '#hidden', 'errorInfo', '__proto__', '1', 'a.b', 'constructor', '', 'ž'];
const KEYS = [
    'a',
    'A',
    'b',
    'a.json',
    'a.b',
    'CON',
    '.',
    '..',
    '-',
    "x'(!)",
    'INPUT',
    'input',
    '__metadata__',
    'index.jsonl',
    'k'.repeat(256),
    'k'.repeat(250),
];
const TYPES = [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'image/png',
    'application/x-custom',
    'x',
    'text/html;charset="a b"',
];
const NAMES = ['one', 'two', 'One', 'a-b', '1', 'x'.repeat(63)];

const which = fc.nat(5);
const kind = fc.constantFrom<Kind>('dataset', 'keyValueStore');
const field = fc.constantFrom(...FIELDS);
const someFields = fc.array(
    field.filter((name) => name !== ''),
    { minLength: 1, maxLength: 3 },
);

export const item: fc.Arbitrary<Record<string, unknown>> = fc
    .array(
        fc.tuple(
            fc.oneof({ arbitrary: field, weight: 4 }, { arbitrary: anyText, weight: 1 }),
            fc.oneof(
                anyJson,
                fc.array(fc.constantFrom<unknown>({ a: 1 }, { '#hidden': { x: 2 } }, 3, null, []), { maxLength: 3 }),
                fc.constantFrom<unknown>(undefined, new Date(0), -0, { a: { b: { c: [] }, d: {} } }),
            ),
        ),
        { maxLength: 4 },
    )
    .map(toOwnFields);

const itemsOptions: fc.Arbitrary<ItemsOptions> = fc.oneof(
    fc.constant({}),
    fc.record(
        {
            offset: fc.nat(8),
            limit: fc.nat(8),
            desc: fc.boolean(),
            clean: fc.boolean(),
            skipEmpty: fc.boolean(),
            skipHidden: fc.boolean(),
            fields: someFields,
            omit: someFields,
            unwind: fc.oneof(
                field.filter((name) => name !== ''),
                someFields,
            ),
            flatten: someFields,
        },
        { requiredKeys: [] },
    ),
    // Repetitions are refused beside output names.
    someFields
        .map((fields) => [...new Set(fields)])
        .chain((fields) =>
            fc.record({
                fields: fc.constant(fields),
                outputFields: fc.array(fc.constantFrom('x', 'y', '__proto__', '2'), {
                    minLength: fields.length,
                    maxLength: fields.length,
                }),
            }),
        ),
);

const bytes: fc.Arbitrary<Buffer | number> = fc.oneof(
    { arbitrary: fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)), weight: 6 },
    { arbitrary: anyText.map((text) => Buffer.from(text)), weight: 3 },
    { arbitrary: fc.constantFrom(64 * 1024, 64 * 1024 + 1, 600 * 1024), weight: 1 },
);

export const write: fc.Arbitrary<Write> = fc.record({
    key: fc.constantFrom(...KEYS),
    bytes: fc.option(bytes, { nil: undefined, freq: 4 }),
    contentType: fc.constantFrom(...TYPES),
});

/** Arbitrary commands on datasets, key-value stores and their collections. */
export const storageCommand: fc.Arbitrary<StorageCommand> = fc.oneof(
    {
        weight: 15,
        arbitrary: fc.record({
            type: fc.constant('create'),
            kind,
            name: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
        }),
    },
    {
        weight: 5,
        arbitrary: fc.record({ type: fc.constant('rename'), kind, which, name: fc.option(fc.constantFrom(...NAMES)) }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('remove'), kind, which }) },
    {
        weight: 20,
        arbitrary: fc.record({
            type: fc.constant('push'),
            which,
            items: fc.array(item, { maxLength: 4 }),
            as: fc.constantFrom('items', 'text', 'texts'),
        }),
    },
    { weight: 20, arbitrary: fc.record({ type: fc.constant('list items'), which, options: itemsOptions }) },
    {
        weight: 25,
        arbitrary: fc.record({
            type: fc.constant('write'),
            which,
            writes: fc.array(write, { minLength: 1, maxLength: 4 }),
        }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('churn'), which, key: fc.constantFrom(...KEYS) }) },
    {
        weight: 10,
        arbitrary: fc.record({
            type: fc.constant('list keys'),
            which,
            options: fc.record(
                {
                    limit: fc.nat(5),
                    prefix: fc.constantFrom('', 'a', 'k', 'A', '.', 'zz'),
                    exclusiveStartKey: fc.constantFrom(...KEYS, 'aa', 'zzz', '\u{1f600}'),
                },
                { requiredKeys: [] },
            ),
        }),
    },
    {
        weight: 5,
        arbitrary: fc.record({
            type: fc.constant('list storages'),
            kind,
            offset: fc.nat(4),
            limit: fc.nat(4),
            desc: fc.boolean(),
            unnamed: fc.boolean(),
        }),
    },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('time passes'), millis: fc.nat(10_000_000) }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('reopen'), afterCrash: fc.boolean() }) },
);
