import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
    installedActor,
    runTool,
    TYPESCRIPT_TOOLS,
    WITH_CHEERIO,
    type ActorFiles,
    type InstallOptions,
} from '../support/actors/installed-actor.js';
import { makeEngine } from '../support/make-engine.js';
import { openTestSite, type TestSite } from '../support/servers/test-site.js';
import type { RunHandle } from 'greenroom';

const PAGES = 6;
const { apify } = WITH_CHEERIO;
const LATEST = { apify };

let site: TestSite;

beforeAll(async () => {
    site = await openTestSite({ pages: PAGES });
});
afterAll(() => site.close());

type Crawlee = 'crawlee' | '@crawlee/cheerio';

/** Crawls with Crawlee's storages, and outputs the locations of its packages with the SDK's. */
const BODY = `
Actor.main(async () => {
    const { startUrl } = await Actor.getInput();
    const crawler = new CheerioCrawler({
        async requestHandler({ request, $, enqueueLinks }) {
            await enqueueLinks();
            await Dataset.pushData({ url: request.url, title: $('title').text() });
        },
    });
    await crawler.run([startUrl]);
    await Actor.setValue('OUTPUT', require.resolve('apify'));
    await Actor.exit('Crawled');
});
`;

function esm(crawlee: Crawlee): string {
    return `import { createRequire } from 'node:module';
import { Actor } from 'apify';
import { CheerioCrawler, Dataset } from '${crawlee}';

const require = createRequire(import.meta.url);
${BODY}`;
}

function commonJs(crawlee: Crawlee): string {
    return `const { Actor } = require('apify');
const { CheerioCrawler, Dataset } = require('${crawlee}');
${BODY}`;
}

/** Uses syntax that requires a compiler: an enum, and a `.js` import of a `.ts` file. */
const TYPESCRIPT = {
    'src/main.ts': `import { createRequire } from 'node:module';
import { Actor } from 'apify';
import { CheerioCrawler } from '@crawlee/cheerio';
import { router } from './routes.js';

interface Input {
    startUrl: string;
}

enum Message {
    Done = 'Crawled',
}

await Actor.init();
const { startUrl } = (await Actor.getInput<Input>())!;
const crawler = new CheerioCrawler({ requestHandler: router });
await crawler.run([startUrl]);
await Actor.setValue('OUTPUT', createRequire(import.meta.url).resolve('apify'));
await Actor.exit(Message.Done);
`,
    'src/routes.ts': `import { createCheerioRouter, Dataset } from '@crawlee/cheerio';

export const router = createCheerioRouter();

router.addDefaultHandler(async ({ request, $, enqueueLinks }): Promise<void> => {
    await enqueueLinks();
    await Dataset.pushData({ url: request.url, title: $('title').text() });
});
`,
    'tsconfig.json': {
        compilerOptions: {
            module: 'nodenext',
            target: 'es2022',
            lib: ['es2022', 'dom'],
            outDir: 'dist',
            rootDir: 'src',
            strict: true,
            skipLibCheck: true,
        },
        include: ['src'],
    },
};

function manifest(dependencies: Record<string, string>, more: object = {}): object {
    return { name: 'layout', version: '1.0.0', private: true, type: 'module', dependencies, ...more };
}

/** Installs an Actor and runs it. `at` is its path in the installed project. */
async function runInstalled(files: ActorFiles, options?: InstallOptions, at = '.'): Promise<[RunHandle, string]> {
    const directory = join(await installedActor(files, options), at);
    return [await runFolder(directory), directory];
}

async function runFolder(directory: string): Promise<RunHandle> {
    const engine = await makeEngine();
    await engine.addActor(directory, { name: 'layout' });
    return engine.call('layout', { startUrl: site.root('crawl') }, { timeout: 60 });
}

/**
 * Checks that an Actor has crawled into the engine's storages, with the SDK that it brings.
 *
 * @returns The folder of that SDK.
 */
async function expectCrawled(run: RunHandle, directory: string, version: RegExp = /^3\.7\./): Promise<string> {
    const log = await run.log.text();
    expect({ status: run.status, message: run.statusMessage }, log).toEqual({
        status: 'SUCCEEDED',
        message: 'Crawled',
    });
    const items = await run.items<{ url: string }>();
    expect(items.map(({ url }) => url.replace('#part', '')).toSorted()).toEqual(site.all('crawl').pages.toSorted());
    expect((await run.requestQueue.get())?.handledRequestCount).toBe(PAGES);
    expect(existsSync(join(directory, 'storage'))).toBe(false);
    const [folder = ''] = /^.*\/apify(?=\/)/.exec((await run.output<string>())!) ?? [];
    const installed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    expect(installed.version).toMatch(version);
    // The SDK reports itself; it is not the built-in one.
    expect(log).toContain(`"apifyVersion":"${installed.version}"`);
    return folder;
}

describe('an Actor whose packages are installed by npm', () => {
    it('can use ES modules and all of Crawlee', async () => {
        const files = { 'package.json': manifest({ ...LATEST, crawlee: '^3' }), 'main.js': esm('crawlee') };

        const [run, directory] = await runInstalled(files);

        expect(await expectCrawled(run, directory)).toBe(join(directory, 'node_modules/apify'));
    });

    it('can be CommonJS', async () => {
        const files = {
            'package.json': manifest(WITH_CHEERIO, { type: 'commonjs' }),
            'main.js': commonJs('@crawlee/cheerio'),
        };

        const [run, directory] = await runInstalled(files);

        expect(await expectCrawled(run, directory)).toBe(join(directory, 'node_modules/apify'));
    });

    it('can be in a monorepo with packages hoisted to the root', async () => {
        const files = {
            'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
            'packages/actor/package.json': manifest(WITH_CHEERIO),
            'packages/actor/src/main.js': esm('@crawlee/cheerio'),
            'packages/other/package.json': { name: 'other', version: '1.0.0', dependencies: { crawlee: '^3' } },
        };

        const [run, directory] = await runInstalled(files, {}, 'packages/actor');

        const root = join(directory, '../..');
        expect(await expectCrawled(run, directory)).toBe(join(root, 'node_modules/apify'));
    });

    it('can be in a monorepo with its own `apify` beside that of the root', async () => {
        const files = {
            'package.json': {
                name: 'root',
                private: true,
                workspaces: ['packages/*'],
                dependencies: { apify: '~3.2.0' },
            },
            'packages/actor/package.json': manifest({ ...LATEST, crawlee: '^3' }),
            'packages/actor/src/main.js': esm('crawlee'),
            'packages/older/package.json': { ...manifest({ apify: '~3.2.0', crawlee: '^3' }), name: 'older' },
            'packages/older/src/main.js': esm('crawlee'),
        };

        const [run, directory] = await runInstalled(files, {}, 'packages/actor');

        const own = join(directory, 'node_modules/apify');
        expect(await expectCrawled(run, directory)).toBe(own);
        const older = join(directory, '../older');
        const ofRoot = join(directory, '../../node_modules/apify');
        expect(await expectCrawled(await runFolder(older), older, /^3\.2\./)).toBe(ofRoot);
    });

    it('can be in a monorepo and import both from another package', async () => {
        const files = {
            'package.json': { name: 'root', private: true, workspaces: ['packages/*'] },
            'packages/helper/package.json': { ...manifest(WITH_CHEERIO), name: 'helper' },
            'packages/helper/index.js': esm('@crawlee/cheerio').replace('Actor.main', 'export default Actor.main'),
            'packages/actor/package.json': manifest({ ...LATEST, helper: '1.0.0' }),
            'packages/actor/src/main.js': "import done from 'helper';\n\nawait done;\n",
        };

        const [run, directory] = await runInstalled(files, {}, 'packages/actor');

        const root = join(directory, '../..');
        expect(await expectCrawled(run, directory)).toBe(join(root, 'node_modules/apify'));
    });

    it('can use the built-in SDK with the Crawlee of its monorepo', async () => {
        const files = {
            'package.json': { name: 'root', private: true, dependencies: { '@crawlee/cheerio': '^3' } },
            'actors/main.mjs': `import { Actor } from 'apify';
import { Dataset, KeyValueStore } from '@crawlee/cheerio';

await Actor.init();
await Dataset.pushData({ by: 'crawlee' });
await Actor.pushData({ by: 'apify' });
await KeyValueStore.setValue('OUTPUT', await Actor.getInput());
await Actor.exit();
`,
        };

        const [run, directory] = await runInstalled(files, {}, 'actors');

        expect(await run.items(), await run.log.text()).toEqual([{ by: 'crawlee' }, { by: 'apify' }]);
        expect(await run.output()).toEqual({ startUrl: site.root('crawl') });
        expect(existsSync(join(directory, 'storage'))).toBe(false);
    });

    it('can be TypeScript run by `tsx`', async () => {
        const more = { scripts: { start: 'tsx src/main.ts' }, devDependencies: TYPESCRIPT_TOOLS };
        const files = { ...TYPESCRIPT, 'package.json': manifest(WITH_CHEERIO, more) };

        const [run, directory] = await runInstalled(files);

        expect(await expectCrawled(run, directory)).toBe(join(directory, 'node_modules/apify'));
    });

    it('can be TypeScript built by `tsc`', async () => {
        const more = {
            scripts: { start: 'node dist/main.js', build: 'tsc' },
            devDependencies: TYPESCRIPT_TOOLS,
        };
        const files = { ...TYPESCRIPT, 'package.json': manifest(WITH_CHEERIO, more) };
        const directory = await installedActor(files);
        await runTool(directory, 'tsc');

        const run = await runFolder(directory);

        expect(await expectCrawled(run, directory)).toBe(join(directory, 'node_modules/apify'));
    });
});

describe('an Actor whose packages are installed by pnpm', () => {
    it.each<[Crawlee, string, string]>([
        ['crawlee', 'as by default', ''],
        ['@crawlee/cheerio', 'as by default', ''],
        ['crawlee', 'with nothing hoisted', 'hoist=false\n'],
        ['@crawlee/cheerio', 'with nothing hoisted', 'hoist=false\n'],
    ])('can use %s, %s', async (crawlee, _layout, settings) => {
        const files = {
            'package.json': manifest({ ...LATEST, [crawlee]: '^3' }),
            '.npmrc': settings,
            'src/main.js': esm(crawlee),
        };

        const [run, directory] = await runInstalled(files, { manager: 'pnpm' });

        const apify = await expectCrawled(run, directory);
        expect(apify.slice(directory.length)).toMatch(/^\/node_modules\/\.pnpm\/apify@3\.7\..*\/node_modules\/apify$/);
    });

    it('can be CommonJS in a workspace', async () => {
        const files = {
            'package.json': { name: 'root', private: true },
            'pnpm-workspace.yaml': "packages: ['packages/*']\n",
            'packages/actor/package.json': manifest(WITH_CHEERIO, { type: 'commonjs' }),
            'packages/actor/src/main.js': commonJs('@crawlee/cheerio'),
        };

        const [run, directory] = await runInstalled(files, { manager: 'pnpm' }, 'packages/actor');

        expect(await expectCrawled(run, directory)).toContain(join(directory, '../../node_modules/.pnpm/apify@3.7.'));
    });
});

describe('an Actor whose packages are installed by yarn', () => {
    it('runs', async () => {
        const files = {
            'package.json': manifest(WITH_CHEERIO),
            'src/main.js': esm('@crawlee/cheerio'),
        };

        const [run, directory] = await runInstalled(files, { manager: 'yarn' });

        expect(await expectCrawled(run, directory)).toBe(join(directory, 'node_modules/apify'));
    });
});

describe('an Actor with incompatible packages', () => {
    it('is rejected with a remedy if its Crawlee brings another copy of the core', async () => {
        const dependencies = { ...LATEST, crawlee: '3.11.5' };
        const directory = await installedActor({ 'package.json': manifest(dependencies), 'main.js': esm('crawlee') });
        const engine = await makeEngine();

        await expect(engine.addActor(directory)).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/`apify` 3\.7\.\d+ .*`crawlee` 3\.11\.5 .*npm dedupe/),
        });
    });

    it('fails and names the package to install if a dependency is missing', async () => {
        const directory = await installedActor({ 'package.json': manifest(WITH_CHEERIO), 'main.js': esm('crawlee') });
        await writeFile(join(directory, 'package.json'), JSON.stringify(manifest({ ...WITH_CHEERIO, crawlee: '^3' })));

        const run = await runFolder(directory);

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toMatch(/crawlee.*npm install crawlee/);
    });

    it('fails and names the packages to install if none is installed', async () => {
        const directory = await installedActor({ 'package.json': manifest({}), 'main.js': commonJs('crawlee') });
        const dependencies = { ...LATEST, crawlee: '^3' };
        await writeFile(join(directory, 'package.json'), JSON.stringify(manifest(dependencies, { type: 'commonjs' })));

        const run = await runFolder(directory);

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toMatch(/crawlee.*npm install crawlee/);
    });
});
