import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { fillDirectory } from '../support/full-directory.js';
import { survey } from '../support/survey.js';
import { tempDir } from '../support/temp-dir.js';

/** What can happen to a file. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
    'is garbage': (path) => writeFileSync(path, 'So much for {this} file\n"and" more of it'),
    'is empty': (path) => writeFileSync(path, ''),
    'is cut in half': (path) => writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size / 2)),
    'is binary': (path) => writeFileSync(path, Buffer.from(Array.from({ length: 999 }, (_, n) => (n * 7919) % 256))),
    'is of zeros': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
    'is another type of JSON': (path) => writeFileSync(path, '[42]\n'),
    'is an empty object': (path) => writeFileSync(path, '{}\n'),
    'has garbage in the middle': (path) => {
        const bytes = readFileSync(path);
        bytes.fill('#', bytes.length / 3, (bytes.length * 2) / 3);
        writeFileSync(path, bytes);
    },
    'is a folder': (path) => {
        rmSync(path);
        mkdirSync(join(path, 'inside'), { recursive: true });
    },
    'is gone': (path) => rmSync(path),
};

/** What the engine makes anew, and what nobody misses. */
const REBUILT = /items\.index$|^tmp\/|^sources\/node_modules\/|^format\.json$/;
/** What has in it what somebody wanted to be there, whatever it is. */
const CONTENT = /\/records\/|^logs\/|^sources\//;

let template: string;
let reference: Map<string, string>;
/** One file of each kind. */
let files: string[];

beforeAll(async () => {
    template = mkdtempSync(join(tmpdir(), 'greenroom-damaged-'));
    await fillDirectory(template);
    reference = (await open(template)).answers;
    const seen = new Set<string>();
    files = readdirSync(template, { recursive: true, encoding: 'utf8' })
        .filter((name) => statSync(join(template, name)).isFile())
        .toSorted()
        .filter((name) => {
            const kind = name.replace(/[A-Za-z0-9]{17}/, 'ID').replace(/records\/.*/, 'records');
            return seen.size < seen.add(kind).size;
        });
}, 60_000);

afterAll(() => rmSync(template, { recursive: true, force: true }));

describe('a file that', () => {
    it.each(Object.keys(DAMAGES))('%s hurts nothing but what it is about', { timeout: 120_000 }, async (damage) => {
        const problems: string[] = [];
        for (const file of files) {
            const storageDir = join(await tempDir(), 'storage');
            cpSync(template, storageDir, { recursive: true, verbatimSymlinks: true });
            DAMAGES[damage]!(join(storageDir, file));
            problems.push(...(await judge(storageDir, file)).map((problem) => `${file}: ${problem}`));
        }
        expect(problems).toEqual([]);
    });
});

async function judge(storageDir: string, file: string): Promise<string[]> {
    const damaged = contentOf(join(storageDir, file));
    const { answers, warnings, problems } = await open(storageDir);
    if (answers.size === 0) return problems;
    const [id = 'nothing'] = /[A-Za-z0-9]{17}/.exec(file) ?? [];
    let isTold = warnings.some((warning) => warning.includes(id) || warning.includes(file));
    let hasChanged = false;
    for (const [what, before] of reference) {
        const after = answers.get(what);
        if (after === before) continue;
        hasChanged = true;
        if (after === 'storage-corrupted') isTold = true;
        if (!what.includes(id)) problems.push(`${what} is ${after}, and was ${before}`);
    }
    for (const [what, after] of answers) if (/^[A-Z]\w*Error|^\w+(-\w+)*$/.test(after) && !['storage-corrupted', 'nothing', 'null'].includes(after)) problems.push(`${what} answers ${after}`);
    if (hasChanged && !isTold && !CONTENT.test(file)) problems.push(`nobody is told; warnings: ${warnings.join(' | ')}`);
    if (!hasChanged && !isTold && !REBUILT.test(file) && !CONTENT.test(file)) problems.push('it does not matter?');
    if (damaged !== undefined && !REBUILT.test(file) && !CONTENT.test(file)) {
        const kept = readdirSync(join(storageDir, file, '..')).map((name) => contentOf(join(storageDir, file, '..', name)));
        if (!kept.includes(damaged)) problems.push('what was in it is lost');
    }
    return problems;
}

/** Opens a directory, and finds out all that can be found out. */
async function open(storageDir: string) {
    const warnings: string[] = [];
    const problems: string[] = [];
    const logger = { debug() {}, info() {}, error: note, warn: note };
    function note(message: string, error?: unknown): void {
        warnings.push(`${message} ${error === undefined ? '' : String(error)}`);
    }
    try {
        const engine = await createEngine({ storageDir, logger });
        const answers = await survey(engine);
        await engine.addActor({ name: 'after', run: () => 7 });
        const run = await engine.call('after');
        if (run.status !== 'SUCCEEDED') problems.push(`a new run is ${run.status}: ${run.statusMessage}`);
        await engine.close();
        return { answers, warnings, problems };
    } catch (error) {
        problems.push(String((error as Error).stack));
        return { answers: new Map<string, string>(), warnings, problems };
    }
}

function contentOf(path: string): string | undefined {
    return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'latin1') : undefined;
}
