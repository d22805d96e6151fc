import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../support/actors/built-actor.js';
import { coverageFiles } from '../support/processes/coverage-files.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { EngineOptions } from 'greenroom';

const APART = ['thread', 'pooled', 'process'] as const;

/** Throws in its ninth line, if its input says so; a compiler omits the first four. */
const SOURCE = `interface Input {
    isToThrow: boolean;
}

export default async ({ input }: { input: Input }): Promise<number> => {
    const one: number = 1;

    if (input.isToThrow) {
        throw new Error('As wanted.');
    }
    return one;
};
`;

const compile = (options: ts.CompilerOptions): { outputText: string; sourceMapText?: string | undefined } =>
    ts.transpileModule(SOURCE, {
        fileName: 'main.ts',
        compilerOptions: {
            module: ts.ModuleKind.ESNext,
            target: ts.ScriptTarget.ES2022,
            removeComments: true,
            ...options,
        },
    });

const manifest = (start: string): string => JSON.stringify({ type: 'module', scripts: { start } });

/** Ways to run TypeScript, with the expected path. */
const WAYS = {
    'compiled, with its map in a file': () => {
        const { outputText, sourceMapText } = compile({ sourceMap: true });
        const map = { ...(JSON.parse(sourceMapText!) as object), sources: ['../src/main.ts'] };
        return {
            'package.json': manifest('node dist/main.js'),
            'src/main.ts': SOURCE,
            'dist/main.js': outputText,
            'dist/main.js.map': JSON.stringify(map),
        };
    },
    'compiled, with its map in it': () => ({
        'package.json': manifest('node main.js'),
        'main.ts': SOURCE,
        'main.js': compile({ inlineSourceMap: true }).outputText,
    }),
    'run by tsx': () => ({ 'package.json': manifest('tsx main.ts'), 'main.ts': SOURCE }),
    'run by Node, else by tsx': () => ({ 'package.json': manifest('node main.ts'), 'main.ts': SOURCE }),
};

/** The Actor, in a folder with `tsx` installed. */
async function actorFolder(way: keyof typeof WAYS): Promise<string> {
    const folder = await writeFolder(WAYS[way]());
    const { symlink, mkdir } = await import('node:fs/promises');
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(import.meta.dirname, '../../node_modules/tsx'), join(folder, 'node_modules', 'tsx'), 'dir');
    return folder;
}

async function makeRunning(isolation: EngineOptions['isolation'], way: keyof typeof WAYS, dir?: string) {
    const engine = await makeEngine({ isolation, ...(dir !== undefined && { coverage: { dir } }) });
    await engine.addActor(await actorFolder(way));
    return engine;
}

describe.each(APART)('an Actor in TypeScript in isolation %s', (isolation) => {
    it.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
        'that is %s has the lines of its source in its log and its status message',
        async (way) => {
            const engine = await makeRunning(isolation, way);

            const run = await engine.call('the-actor', { isToThrow: true });

            expect((await run.info()).statusMessage).toMatch(/ at (src\/)?main\.ts:9$/);
            expect(await run.log.text()).toMatch(/main\.ts:9:\d+\)/);
        },
    );

    it.each(['compiled, with its map in a file', 'run by tsx'] as const)(
        'that is %s has its source map in its coverage',
        async (way) => {
            const dir = join(await tempDir(), 'coverage');
            const engine = await makeRunning(isolation, way, dir);

            await engine.call('the-actor', { isToThrow: false });

            const [file] = coverageFiles(dir);
            const [url] = file!.result.map((script) => script.url);
            const map = file!['source-map-cache'][url!];
            expect(map?.data.sources.map((source) => source.split('/').at(-1))).toEqual(['main.ts']);
            expect(map?.lineLengths.length).toBeGreaterThan(1);
        },
    );
});
