import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { locateCrash } from '../../../src/worker/boot/crash-location.js';

const folders: string[] = [];

afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeFolder(files: Record<string, string>): { directory: string; entry: string } {
    const directory = mkdtempSync(join(tmpdir(), 'crash-'));
    folders.push(directory);
    for (const [name, source] of Object.entries(files)) writeFileSync(join(directory, name), source);
    return { directory, entry: join(directory, Object.keys(files)[0]!) };
}

describe('the location of a crash', () => {
    const program = { directory: '/actor', entry: '/actor/main.js' };
    const withStack = (stack: string, more: object = {}): Error => Object.assign(new Error('x'), { stack, ...more });

    it.each([
        [
            'the first frame of the Actor',
            'Error: x\n    at f (/actor/node_modules/p/i.js:1:2)\n    at g (/actor/src/a.js:3:4)',
            'src/a.js:3',
        ],
        ['a frame of an ES module', 'Error: x\n    at file:///actor/main.js:7:9', 'main.js:7'],
        [
            'a file that cannot be parsed',
            'file:///actor/main.js:2\nconst a = ;\n          ^\n\nSyntaxError: x',
            'main.js:2',
        ],
        [
            'a file that a compiler cannot read',
            'Error: Transform failed\n/actor/main.ts:5:10: ERROR: Unexpected ";"',
            'main.ts:5',
        ],
    ])('is found in %s', (_, stack, place) => {
        expect(locateCrash(withStack(stack), program)).toBe(place);
    });

    it('is the file that imported a missing module', () => {
        const message = "Cannot find package 'p' imported from /actor/src/routes.js";
        const esm = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
        const commonJs = withStack('', {
            code: 'MODULE_NOT_FOUND',
            requireStack: ['/actor/src/routes.js', '/actor/main.js'],
        });

        expect(locateCrash(esm, program)).toBe('src/routes.js');
        expect(locateCrash(commonJs, program)).toBe('src/routes.js');
    });

    it('is unknown for an error from elsewhere', () => {
        expect(locateCrash(withStack('Error: x\n    at /elsewhere/a.js:1:1'), program)).toBeUndefined();
        expect(locateCrash('no error', program)).toBeUndefined();
    });

    it('is searched in the imports of the entry if Node does not report it', () => {
        const folder = makeFolder({
            'main.js':
                "import { a } from './other.js';\nexport default async () => { await a; };\nexport const here = import.meta.url;\n",
            'other.js': "import {\n    join,\n} from 'node:path';\nexport const a = join('x');\nconst b = ;\n",
        });
        const error = Object.assign(new SyntaxError("Unexpected token ';'"), {
            stack: 'SyntaxError: x\n    at node:internal:1:1',
        });

        expect(locateCrash(error, folder)).toBe('other.js:5');
    });
});
