import { describe, expect, it } from 'vitest';
import { moduleFormat } from '../../../src/actors/source/source-files.js';

describe('the text of a module', () => {
    it.each([
        "import { Actor } from 'apify';",
        'export default ({ input }) => input;',
        "const { Actor } = await import('apify');",
        "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('apify'); require('x');",
        'console.log(import.meta.url);',
        'console.log(1);',
        "import { Actor } from 'apify';\nawait Actor.init(;",
        'export const text: string = "TypeScript";',
        '',
    ])('is an ES module: %j', (text) => {
        expect(moduleFormat(text)).toBe('esm');
    });

    it.each([
        "const { Actor } = require('apify');",
        'module.exports = async () => 1;',
        'exports.run = () => 1;',
        "#!/usr/bin/env node\nrequire('apify');",
        "// import x from 'y'\nconst { Actor } = require('apify');\nActor.main(async () => { await 1; });",
        "const { Actor } = require('apify';",
    ])('is CommonJS: %j', (text) => {
        expect(moduleFormat(text)).toBe('commonjs');
    });
});
