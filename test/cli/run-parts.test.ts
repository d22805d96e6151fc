import { describe, expect, it } from 'vitest';
import { formatLogLine, splitLines } from '../../src/cli/ui/log-line.js';
import { StatusLine } from '../../src/cli/ui/progress.js';
import { maxColumns } from '../../src/cli/ui/escape-control-characters.js';
import { formatItems } from '../../src/cli/ui/table.js';
import { parseKeyValue, withKeyValues } from '../../src/cli/run/key-values.js';
import { printResult } from '../../src/cli/run/report.js';
import { findUnknownKeys } from '../../src/cli/run/run-input.js';
import { formatProgress, RunSession } from '../../src/cli/run/session.js';
import { findBuildOutput } from '../../src/cli/serve/watched-actor.js';
import { actorFolder } from '../support/actors/actor-folder.js';
import { memoryOutput } from '../support/cli/memory-output.js';
import type { Output } from '../../src/cli/ui/terminal.js';
import type { SignalHandler } from '../../src/cli/signals.js';
import type { Cli } from '../../src/cli/cli.js';
import type { Api } from '../../src/cli/backend/api.js';
import type { Run } from '../../src/model/api/run.js';

const RUN = {
    id: 'run1234567890abcd',
    status: 'RUNNING',
    statusMessage: 'Half\nway',
    options: { memoryMbytes: 512 },
    stats: { memCurrentBytes: 52_428_800, memMaxBytes: 60_000_000, datasetItems: 1200, durationMillis: 61_000 },
    usageTotalUsd: 0.02,
    chargedEventCounts: { page: 2, none: 0 },
} as unknown as Run;

describe('key=value', () => {
    it.each([
        ['a=1', ['a'], '1'],
        ['a.b=x=y', ['a', 'b'], 'x=y'],
        [String.raw`a\.b=`, ['a.b'], ''],
        ['text=one\ntwo', ['text'], 'one\ntwo'],
    ])('is read from %j', (argument, path, text) => {
        expect(parseKeyValue(argument)).toEqual({ path, text });
    });

    it.each(['a', '=1', 'a..b=1', './a=b', 'a b=c'])('is not %j', (argument) => {
        expect(parseKeyValue(argument)).toBeUndefined();
    });

    it('sets any property without changing the original input', () => {
        const input = { deep: { a: 1 }, list: [1] };
        const pairs = ['__proto__.polluted=1', 'deep.b={"c":true}', 'list=2', 'n=1e3', 't=word'].map((one) =>
            parseKeyValue(one)!,
        );

        const result = withKeyValues(input, pairs, undefined);

        expect(Object.hasOwn(result, '__proto__')).toBe(true);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        expect(result).toMatchObject({ deep: { a: 1, b: { c: true } }, list: 2, n: 1000, t: 'word' });
        expect(input).toEqual({ deep: { a: 1 }, list: [1] });
    });
});

describe('an input with keys that its schema does not have', () => {
    const schema = { properties: { url: {}, depth: {} } };

    it('gets a hint for each of them, with the nearest key', () => {
        expect(findUnknownKeys('{"ulr":1,"depth":2,"other":3}', schema)).toEqual([
            'Unknown input key "ulr". Did you mean "url"?',
            'Unknown input key "other".',
        ]);
    });

    it.each([
        ['{"ulr":1}', undefined],
        ['{"ulr":1}', { ...schema, additionalProperties: false }],
        ['[1]', schema],
        [undefined, schema],
    ])('gets none without a schema to compare, or if the schema rejects it: %j', (input, of) => {
        expect(findUnknownKeys(input, of)).toEqual([]);
    });
});

describe('a line of a log', () => {
    it.each([
        ['2026-01-01T00:00:00.000Z INFO  Hello', '<green>INFO</green>  Hello'],
        ['2026-01-01T00:00:00.000Z ERROR: no', '<red>ERROR</red>: no'],
        ['INFORMATION is no level', 'INFORMATION is no level'],
        ['a\u001b[2Jb', 'a\\x1b[2Jb\u001b[0m'],
        ['\u001b[31mred', '\u001b[31mred\u001b[0m'],
    ])('%j is shown as %j', (line, shown) => {
        expect(formatLogLine(line, memoryOutput({ hasColours: true }))).toBe(shown);
    });

    it('has no colours if they are off', () => {
        expect(formatLogLine('\u001b[31mred\u001b[0m', memoryOutput())).toBe('red');
    });

    it('is joined from chunks', async () => {
        const bytes = Buffer.from('žluť\nb');
        async function* pieces() {
            yield bytes.subarray(0, 1);
            yield bytes.subarray(1);
            yield 'c\n\nd';
        }
        const lines: string[] = [];
        for await (const line of splitLines(pieces())) lines.push(line);

        expect(lines).toEqual(['žluť', 'bc', '', 'd']);
    });
});

describe('the line of progress', () => {
    it.each([200, 60, 40, 20])('fits a terminal of %i columns', (width) => {
        const text = formatProgress({ run: RUN, requests: { handled: 3, total: 10 } }, 4_250, memoryOutput({ width }));

        expect(maxColumns(text)).toBeLessThan(width);
        expect(text).toMatch(/^. RUNNING/);
    });

    it('has all details if they fit', () => {
        const text = formatProgress(
            { run: RUN, requests: { handled: 3, total: 10 } },
            4_250,
            memoryOutput({ width: 200 }),
        );

        expect(text.slice(2)).toBe('RUNNING 4.2 s · 50 MB of 512 MB · 1,200 items · 3 of 10 requests · Half way');
    });

    it('is overwritten, stays below other lines, and is not in a pipe', () => {
        const written = (output: ReturnType<typeof memoryOutput>): string => {
            const line = new StatusLine(output);
            line.show('50 %');
            line.show('50 %');
            line.show('60 %');
            void line.above('log');
            line.clear();
            void line.above('end');
            return output.text();
        };

        expect(written(memoryOutput({ width: 80 }))).toBe(
            '\r50 %\u001b[K\r60 %\u001b[K\r\u001b[2Klog\n60 %\r\u001b[2Kend\n',
        );
        expect(written(memoryOutput())).toBe('log\nend\n');
    });
});

/** The client of an engine whose only run has ended without results. */
function clientOf(run: Run, aborts: unknown[] = []): object {
    return {
        run: () => ({
            get: async () => run,
            waitForFinish: async () => run,
            abort: async (how: unknown) => void aborts.push(how),
        }),
        log: () => ({ stream: async () => undefined }),
        requestQueue: () => ({ get: async () => undefined }),
        dataset: () => ({ listItems: async () => ({ items: [], total: 0 }) }),
        keyValueStore: () => ({ getRecord: async () => undefined }),
    };
}

function sessionOf(client: object, output: Output, listen: SignalHandler['listen'] = () => {}): RunSession {
    const api = { engine: { client }, place: 'memory' } as unknown as Api;
    return new RunSession(api, new StatusLine(output), { listen } as SignalHandler, { show: 10 });
}

describe('the log of a run', () => {
    it('is read at the speed of the output', async () => {
        let read = 0;
        const lines = async function* (): AsyncGenerator<string> {
            for (; read < 1000; read += 1) yield `line ${read}\n`;
        };
        const client = { ...clientOf(RUN), log: () => ({ stream: async () => lines() }) };
        const waiting: (() => void)[] = [];
        const output = { ...memoryOutput(), write: () => new Promise<void>((resolve) => waiting.push(resolve)) };

        const followed = sessionOf(client, output).follow(async () => RUN);
        await new Promise(setImmediate);

        expect(read).toBe(0);
        waiting.shift()!();
        await new Promise(setImmediate);
        expect(read).toBe(1);
        output.write = async () => {};
        waiting.shift()!();
        expect((await followed).run).toBe(RUN);
        expect(read).toBe(1000);
    });
});

describe('A signal before the run exists', () => {
    it('aborts that run, but not the next one', async () => {
        const aborts: unknown[] = [];
        const session = sessionOf(clientOf(RUN, aborts), memoryOutput(), (listener) => listener(true));

        await session.follow(async () => RUN);
        await session.follow(async () => RUN);

        expect(aborts).toEqual([{ gracefully: false }]);
    });
});

describe('the report of a run', () => {
    it('has the charged events, and truncates a long OUTPUT', async () => {
        const output = memoryOutput();
        const value = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${index}`, index]));

        await printResult({ out: output, cwd: '/home/me/project' } as unknown as Cli, {
            run: { ...RUN, status: 'FAILED', exitCode: 137, statusMessage: 'Out of memory' },
            requests: { handled: 1, total: 2 },
            items: [],
            itemCount: 0,
            output: { value, contentType: 'application/json' },
            location: '/home/me/project/.greenroom',
        });

        expect(output.text()).toContain('✖ FAILED in 1 m 1 s · peak memory 57.2 MB · exit code 137\n  Out of memory\n');
        expect(output.text()).toContain('"key18": 18,\nand 12 more lines\n');
        expect(output.text()).toContain(
            'saved to ./.greenroom (0 items, 1 of 2 requests handled)\nCharged $0.0200: page × 2\n',
        );
    });

    it('shows items without hidden fields, with the columns that fit', async () => {
        const items = [
            Object.fromEntries([['#hidden', 1], ...Array.from({ length: 9 }, (_, index) => [`f${index}`, 'text'])]),
        ];

        const lines = await formatItems(memoryOutput({ width: 46 }), items);

        expect(lines[0]).toBe('f0    f1    f2    f3');
        expect(lines.at(-1)).toBe('and the fields f4, f5, f6, f7, f8');
        expect(await formatItems(memoryOutput(), items)).toHaveLength(2);
    });
});

describe('The output of a build script', () => {
    it.each([
        [{ scripts: { build: 'tsc', start: 'node dist/main.js' } }, 'dist'],
        [{ scripts: { build: 'tsc' }, main: './build/main.js' }, 'build'],
        [{ scripts: { build: 'tsc', start: 'node src/main.js' } }, undefined],
        [{ scripts: { start: 'node dist/main.js' } }, undefined],
    ])('is found in %j', async (manifest, expected) => {
        const folder = await actorFolder({ 'package.json': manifest });

        expect(findBuildOutput(folder)).toBe(expected && `${folder}/${expected}`);
    });

    it('is found in a Dockerfile', async () => {
        const folder = await actorFolder({
            'package.json': { scripts: { build: 'tsc' } },
            '.actor/Dockerfile': 'FROM x\nCMD ["node", "dist/main.js"]\n',
        });

        expect(findBuildOutput(folder)).toBe(`${folder}/dist`);
    });
});
