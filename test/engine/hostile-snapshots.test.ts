import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Engine, EngineSnapshot } from 'greenroom';
import { expect, it } from 'vitest';
import type { EngineState } from '../../src/engine/snapshot/engine-state.js';
import { tempDir } from '../support/files/temp-dir.js';
import { makeEngine } from '../support/make-engine.js';

const HOSTILE = [null, '../../evil', -1, Number.MAX_VALUE, [null], { __proto__: { polluted: true } }];

type Writable = Record<string, unknown>;

async function makeFilled(): Promise<Engine> {
    const engine = await makeEngine({ prewarm: 0 });
    await engine.addActor({ name: 'text', source: 'export default () => 1;' });
    const { id: actId } = await engine.addActor({ name: 'fake', run: ({ Actor }) => Actor.pushData({ n: 1 }) });
    await engine.call('fake', { n: 1 });
    await engine.client.tasks().create({ actId, name: 'task', input: { n: 1 } });
    return engine;
}

/** Returns the paths of all fields of a value. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, field]) => [[...path, name], ...pathsOf(field, [...path, name])]);
}

function setAt(value: unknown, path: readonly string[], field: unknown): void {
    const holder = path.slice(0, -1).reduce((parent, name) => (parent as Writable)[name], value) as Writable;
    holder[path.at(-1)!] = field;
}

/** Reads all records as a client does, which must not fail because of a single one. */
async function readAll({ client }: Engine): Promise<void> {
    await client.actors().list({ my: true });
    await client.tasks().list();
    await client.datasets().list({ unnamed: true });
    for (const { id } of (await client.runs().list()).items) await client.run(id).get();
    await client.user('me').limits();
}

it('a snapshot with a changed document is refused and changes nothing, or can be read', async () => {
    const snapshot = await (await makeFilled()).snapshot();
    const engine = await makeFilled();
    const own = await engine.snapshot();
    const { documents } = snapshot.state as EngineState;
    const outcomes = { refused: 0, restored: 0 };
    for (const kind of ['actors', 'builds', 'runs', 'tasks', 'settings'] as const) {
        const json = documents[kind].at(-1)?.[1] ?? '{}';
        for (const [index, path] of pathsOf(JSON.parse(json)).entries()) {
            const copy = deserialize(serialize(snapshot)) as EngineSnapshot;
            const changed = JSON.parse(json) as Writable;
            const value = HOSTILE[index % HOSTILE.length];
            setAt(changed, path, value);
            const entry = (copy.state as EngineState).documents[kind].at(-1) as unknown as [string, string];
            entry[1] = JSON.stringify(changed);
            const label = `${kind}.${path.join('.')} = ${JSON.stringify(value)}`;
            try {
                await engine.restore(copy);
                outcomes.restored += 1;
            } catch (error) {
                expect(error, label).toMatchObject({ code: 'snapshot-not-usable' });
                outcomes.refused += 1;
                await readAll(engine);
                continue;
            }
            await expect(readAll(engine), label).resolves.toBeUndefined();
            await engine.restore(own);
        }
    }
    expect(outcomes.refused).toBeGreaterThan(20);
    expect(outcomes.restored).toBeGreaterThan(20);
    expect(({} as Writable)['polluted']).toBeUndefined();
});

it.each<[string, (outside: string) => object[], name?: string]>([
    ['a path with ..', () => [{ type: 'file', path: '../evil', bytes: new Uint8Array(1), mode: 0o600 }]],
    [
        'an absolute path',
        (outside) => [{ type: 'file', path: join(outside, 'evil'), bytes: new Uint8Array(1), mode: 0o600 }],
    ],
    [
        'a path through a link',
        (outside) => [
            { type: 'link', path: 'link', target: outside },
            { type: 'file', path: 'link/evil', bytes: new Uint8Array(1), mode: 0o600 },
        ],
    ],
    ['a huge mode', () => [{ type: 'file', path: 'evil', bytes: new Uint8Array(1), mode: 2 ** 40 }]],
    ['a folder of another name', () => [], 'node_modules'],
])('a snapshot whose sources have %s is refused and writes nothing', async (_what, entries, name = 'actor-evil') => {
    const engine = await makeFilled();
    const outside = join(await tempDir(), 'outside');
    mkdirSync(outside);
    const copy = deserialize(serialize(await engine.snapshot())) as EngineSnapshot;
    (copy.state as { sources: { folders: object[] } }).sources.folders.push({ name, entries: entries(outside) });

    await expect(engine.restore(copy)).rejects.toMatchObject({ code: 'snapshot-not-usable' });

    expect(existsSync(join(outside, 'evil'))).toBe(false);
    expect((await engine.call('fake')).status).toBe('SUCCEEDED');
});
