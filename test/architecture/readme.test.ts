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
 * A block marked `js run` is run as it stands, in a folder where greenroom is installed; a `text` block right after it is
 * what it prints. Of the others, a `ts` block has to compile, and a `js` block has to be free of errors that a compiler sees
 * without types. Those that are files of tests are run in `test/compat/guide.test.ts`.
 */

const exec = promisify(execFile);
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = pageBlocks();
const programs = blocks.flatMap((block, index) => (isProgram(block) ? [{ ...block, printed: blocks[index + 1] }] : []));
const sketches = blocks.filter(
    (block) => ['js', 'ts'].includes(block.language) && !isProgram(block) && fileOf(block) === undefined,
);

describe('the README, and the pages beside it', () => {
    it('opens with a program of at most 12 lines', () => {
        const [first] = programs;

        expect(first?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    });

    it.each(programs)('has a program in $page at line $line that prints what it says', async ({ code, printed }) => {
        const folder = await userFolder();
        await writeFile(join(folder, 'program.mjs'), code);

        const { stdout, stderr } = await exec(process.execPath, ['program.mjs'], { cwd: folder, timeout: 20_000 });

        expect(stderr).toBe('');
        expect(stdout).not.toBe('');
        if (printed?.language === 'text') expect(stdout).toBe(printed.code);
    });

    it('tells what each isolation cannot give, as the contract of them does', () => {
        const cells = [...readme.matchAll(/(?<=\| )[^|\n]+(?= \|)/g)].map(([cell]) => cell.trim());
        const reasons = Object.values(LIMITS).flatMap((limit) => Object.values(limit));

        const told = reasons.filter((reason) => cells.includes(reason));

        expect(told).toEqual(reasons);
    });

    it('has no sketch that does not compile', async () => {
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
