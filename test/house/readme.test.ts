import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../contract/isolation/modes.js';
import { codeBlocks, type CodeBlock } from '../support/readme-blocks.js';
import { ROOT } from '../support/source-files.js';
import { tempDir } from '../support/temp-dir.js';

/*
 * A block marked `js run` is run as it stands, in a folder where greenroom is installed; a `text` block right after it is
 * what it prints. The blocks of the testing guide that have a `file=` or `test=` are those files, and its tests pass. Of the
 * others, a `ts` block has to compile, and a `js` block has to be
 * free of errors that a compiler sees without types.
 */

const exec = promisify(execFile);
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** The pages for users that have programs; the first is the README. */
const PAGES = ['README.md', 'docs/testing.md', 'docs/coverage-and-debugging.md', 'docs/console.md'];

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = PAGES.flatMap((page) =>
    codeBlocks(readFileSync(join(ROOT, page), 'utf8')).map((block) => ({ ...block, page })),
);
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

    it('has tests that pass', async () => {
        const folder = await userFolder();
        await linkPackages(folder, { vitest: 'vitest', crawlee: 'crawlee', apify: 'apify-sdk' });
        for (const block of blocks) {
            const file = fileOf(block);
            if (file === undefined) continue;
            await mkdir(join(folder, dirname(file)), { recursive: true });
            await writeFile(join(folder, file), block.code);
        }
        const { TEST_COUNTS_FILE: _, VITEST: _1, ...env } = process.env;
        const run = async (...args: string[]): Promise<string> => {
            const options = { cwd: folder, env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined } };
            const failed = (error: { stdout: string; stderr: string }): never => {
                throw new Error(error.stdout + error.stderr);
            };
            return (await exec(process.execPath, args, options).catch(failed)).stdout;
        };

        const byVitest = await run(join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run');
        const byNode = await run('--test', '--test-reporter=tap', 'test-node.mjs');

        expect(byVitest).toMatch(/Test Files +7 passed/);
        expect(byNode).toMatch(/# pass 1\n# fail 0/);
    }, 60_000);

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

/** The name of the file that a block is, if it is one. */
function fileOf({ marks }: CodeBlock): string | undefined {
    return marks.find((mark) => /^(file|test)=/.test(mark))?.split('=')[1];
}

async function linkPackages(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, installed] of Object.entries(packages)) {
        await symlink(join(ROOT, 'node_modules', installed), join(folder, 'node_modules', name), 'dir');
    }
}

/** A folder where `greenroom` is this package. */
async function userFolder(): Promise<string> {
    const folder = await tempDir('greenroom-readme-');
    await mkdir(join(folder, 'node_modules'));
    await symlink(ROOT, join(folder, 'node_modules', 'greenroom'), 'dir');
    await symlink(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), 'dir');
    await writeFile(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }\n');
    return folder;
}
