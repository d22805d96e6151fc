import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../execution/contract/modes.js';
import { fileOf, pageBlocks, type CodeBlock } from '../support/docs/page-blocks.js';
import { ROOT } from '../support/docs/source-files.js';
import { userFolder } from '../support/actors/user-folder.js';

/*
 * A block marked `js run` runs unchanged in a folder with greenroom installed; a `text` block directly after it is its expected
 * output. Other `ts` blocks must compile, and other `js` blocks must have no errors that TypeScript reports in JavaScript.
 * `test/compat/docs-testing-guide.test.ts` runs the blocks marked `file=` or `test=`.
 */

const exec = promisify(execFile);
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const isolationPage = readFileSync(join(ROOT, 'docs/guide/isolation.md'), 'utf8');
const blocks = pageBlocks();
const programs = blocks.flatMap((block, index) => (isProgram(block) ? [{ ...block, printed: blocks[index + 1] }] : []));
const sketches = blocks.filter(
    (block) => ['js', 'ts'].includes(block.language) && !isProgram(block) && fileOf(block) === undefined,
);

describe('the README and the pages in docs', () => {
    it('start with a program of at most 12 lines', () => {
        const [first] = programs;

        expect(first?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    });

    it.each(programs)('have a program with the documented output: $page, line $line', async ({ code, printed }) => {
        const folder = await userFolder();
        await writeFile(join(folder, 'program.mjs'), code);

        const { stdout, stderr } = await exec(process.execPath, ['program.mjs'], { cwd: folder, timeout: 20_000 });

        expect(stderr).toBe('');
        expect(stdout).not.toBe('');
        if (printed?.language === 'text') expect(stdout).toBe(printed.code);
    });

    it('list the unsupported features of each isolation mode as in its contract', () => {
        const cells = [...isolationPage.matchAll(/(?<=\| )[^|\n]+(?= \|)/g)].map(([cell]) => cell.trim());
        const reasons = Object.values(LIMITS).flatMap((limit) => Object.values(limit));

        expect(reasons.filter((reason) => !cells.includes(reason))).toEqual([]);
    });

    it('have sketches that compile', async () => {
        const folder = await userFolder();
        const files = await Promise.all(
            sketches.map(async ({ page, language, code, line }) => {
                const file = `${page.replaceAll(/\W/g, '-')}-line-${line}.${language}`;
                await writeFile(join(folder, file), `${code}\nexport {};\n`);
                return file;
            }),
        );

        const flags = [
            '--noEmit',
            '--strict',
            '--allowJs',
            '--module',
            'nodenext',
            '--target',
            'es2023',
            '--skipLibCheck',
        ];
        const { stdout } = await exec(process.execPath, [TSC, ...flags, '--types', 'node', ...files], {
            cwd: folder,
        }).catch((error: { stdout: string }) => error);

        expect(stdout).toBe('');
    });
});

function isProgram({ language, marks }: CodeBlock): boolean {
    return language === 'js' && marks.includes('run');
}
