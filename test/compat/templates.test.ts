import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpsProxy, type HttpsProxy } from '../support/servers/https-proxy.js';
import {
    installedActor,
    runTool,
    TYPESCRIPT_TOOLS,
    WITH_CHEERIO,
    type ActorFiles,
} from '../support/actors/installed-actor.js';
import { makeEngine } from '../support/make-engine.js';
import { outcomeOf } from '../support/actors/sdk-run.js';
import { openTestSite, type TestSite } from '../support/servers/test-site.js';
import type { RunHandle, StartOptions } from 'greenroom';

/*
 * Actors like the official templates: the same files in the same places, the same start commands, and the same calls in the
 * same order.
 */

const PAGES = 12;

let site: TestSite;
let front: HttpsProxy;

beforeAll(async () => {
    site = await openTestSite({ pages: PAGES });
    front = await openHttpsProxy(site.root('any'));
});
afterAll(async () => {
    await front.close();
    await site.close();
});

const DOCKERFILE = `FROM apify/actor-node:22
RUN npm ls crawlee apify puppeteer playwright
COPY --chown=myuser:myuser package*.json ./
RUN npm --quiet set progress=false \\
    && npm install --omit=dev --omit=optional \\
    && (npm list --omit=dev --all || true) \\
    && rm -r ~/.npm
COPY --chown=myuser:myuser . ./
CMD npm start --silent
`;

/** A Dockerfile with a build stage, as in TypeScript templates. */
const BUILDING_DOCKERFILE = `FROM apify/actor-node:22 AS builder
COPY --chown=myuser:myuser package*.json ./
RUN npm install --include=dev --audit=false
COPY --chown=myuser:myuser . ./
RUN npm run build

FROM apify/actor-node:22
COPY --chown=myuser:myuser package*.json ./
RUN npm install --omit=dev --omit=optional
COPY --from=builder --chown=myuser:myuser /usr/src/app/dist ./dist
COPY --chown=myuser:myuser . ./
CMD npm run start:prod --silent
`;

/** The files that all templates have in common. */
function frame(name: string, properties: object, dockerfile = DOCKERFILE): ActorFiles {
    return {
        Dockerfile: dockerfile,
        '.actor/actor.json': {
            actorSpecification: 1,
            name,
            title: `Made like ${name}`,
            version: '0.1',
            buildTag: 'latest',
            meta: { templateId: name },
            input: './input_schema.json',
            output: './output_schema.json',
            storages: { dataset: './dataset_schema.json' },
            dockerfile: '../Dockerfile',
        },
        '.actor/input_schema.json': { title: name, type: 'object', schemaVersion: 1, properties },
        '.actor/output_schema.json': {
            actorOutputSchemaVersion: 1,
            title: 'Output',
            properties: {
                overview: { type: 'string', title: 'All', template: '{{links.apiDefaultDatasetUrl}}/items' },
            },
        },
        '.actor/dataset_schema.json': { actorSpecification: 1, fields: {}, views: {} },
        'README.md': `# ${name}\n`,
    };
}

function manifest(name: string, more: object): object {
    return { name, version: '0.0.1', type: 'module', description: 'Made like a template.', ...more };
}

const CRAWL_INPUT = {
    startUrls: {
        title: 'Start URLs',
        type: 'array',
        description: 'Where to begin.',
        editor: 'requestListSources',
        prefill: [{ url: 'https://example.com' }],
    },
    maxRequestsPerCrawl: {
        title: 'Most requests',
        type: 'integer',
        description: 'When to stop. 0 is never.',
        default: 100,
    },
};

const CHEERIO_MAIN = `// The SDK, and Crawlee.
import { Actor } from 'apify';
import { CheerioCrawler } from '@crawlee/cheerio';
import { router } from './routes.js';

await Actor.init();

const { startUrls = ['https://example.com'], maxRequestsPerCrawl = 100 } = (await Actor.getInput()) ?? {};

// Uses the proxy, after checking access.
const proxyConfiguration = await Actor.createProxyConfiguration({ checkAccess: true });

const crawler = new CheerioCrawler({
    proxyConfiguration,
    maxRequestsPerCrawl,
    requestHandler: router,
});

await crawler.run(startUrls);

await Actor.exit();
`;

const CHEERIO_ROUTES = `import { createCheerioRouter, Dataset } from '@crawlee/cheerio';

export const router = createCheerioRouter();

router.addDefaultHandler(async ({ enqueueLinks, log }) => {
    log.info('enqueueing new URLs');
    await enqueueLinks({ globs: ['http?(s)://*/**'], label: 'detail' });
});

router.addHandler('detail', async ({ request, $, log, proxyInfo, enqueueLinks }) => {
    const title = $('title').text();
    log.info(title, { url: request.loadedUrl });
    await enqueueLinks({ label: 'detail' });
    await Dataset.pushData({ url: request.loadedUrl, title, isProxied: proxyInfo?.password !== undefined });
});
`;

/** Installs an Actor and runs it by the name in its own files. */
async function run(files: ActorFiles, input: unknown, options: StartOptions = {}): Promise<RunHandle> {
    return runFolder(await installedActor(files), input, options);
}

async function runFolder(directory: string, input: unknown, options: StartOptions = {}): Promise<RunHandle> {
    const engine = await makeEngine();
    const { name } = await engine.addActor(directory);
    return engine.call(name, input, { timeout: 60, ...options });
}

async function expectSuccess(run: RunHandle): Promise<string> {
    const log = await run.log.text();
    expect(await outcomeOf(run), log).toMatchObject({ status: 'SUCCEEDED', exitCode: 0 });
    return log;
}

/** Returns the items of a crawl, sorted by URL. */
async function storedBy(run: RunHandle): Promise<object[]> {
    await expectSuccess(run);
    const items = await run.items<{ url: string }>();
    return items
        .map(({ url, ...rest }) => ({ url: url.replace('#part', ''), ...rest }))
        .toSorted((a, b) => (a.url < b.url ? -1 : 1));
}

/** Expected items of a crawl through the proxy: all pages except the first, each once. */
function pagesOf(crawl: string, address = (url: string) => url): object[] {
    const [, ...pages] = site.all(crawl).pages;
    return pages
        .toSorted()
        .map((url) => ({ url: address(url), title: `Page ${url.split('/').at(-1)}`, isProxied: true }));
}

describe('an Actor like `js-crawlee-cheerio`', () => {
    const name = 'js-crawlee-cheerio';
    const files = {
        ...frame(name, CRAWL_INPUT),
        'package.json': manifest(name, {
            dependencies: WITH_CHEERIO,
            scripts: { start: 'node src/main.js', test: 'vitest run' },
        }),
        'src/main.js': CHEERIO_MAIN,
        'src/routes.js': CHEERIO_ROUTES,
    };

    it('crawls a site through the proxy', async () => {
        const crawl = await run(files, { startUrls: [{ url: site.root('js') }] });

        expect(await storedBy(crawl)).toEqual(pagesOf('js'));
    });

    it('crawls a site with https through the proxy', async () => {
        const crawl = await run(files, { startUrls: [{ url: front.secure(site.root('tls')) }] });

        expect(await storedBy(crawl)).toEqual(pagesOf('tls', front.secure));
    });
});

describe('an Actor like `ts-crawlee-cheerio`', () => {
    const name = 'ts-crawlee-cheerio';
    const packages = { dependencies: WITH_CHEERIO, devDependencies: TYPESCRIPT_TOOLS };
    const scripts = {
        start: 'npm run start:dev',
        'start:prod': 'node dist/main.js',
        'start:dev': 'tsx src/main.ts',
        build: 'tsc',
    };
    const files = {
        ...frame(name, CRAWL_INPUT, BUILDING_DOCKERFILE),
        'package.json': manifest(name, { ...packages, scripts }),
        'tsconfig.json': {
            extends: '@apify/tsconfig',
            compilerOptions: {
                module: 'NodeNext',
                moduleResolution: 'NodeNext',
                target: 'ES2022',
                outDir: 'dist',
                lib: ['DOM'],
            },
            include: ['./src/**/*'],
        },
        'src/main.ts': CHEERIO_MAIN.replace(
            "const { startUrls = ['https://example.com']",
            'interface Input {\n    startUrls: { url: string }[];\n    maxRequestsPerCrawl: number;\n}\n\n$&',
        )
            .replace('await Actor.getInput()', 'await Actor.getInput<Input>()')
            .replace('?? {}', '?? ({} as Input)')
            .replace("startUrls = ['https://example.com']", "startUrls = [{ url: 'https://example.com' }]"),
        'src/routes.ts': CHEERIO_ROUTES,
    };

    it('crawls a site, run by `tsx`', async () => {
        const crawl = await run(files, { startUrls: [{ url: site.root('ts') }] });

        expect(await storedBy(crawl)).toEqual(pagesOf('ts'));
    });

    it('crawls a site with https, built as its Dockerfile does', async () => {
        // Without a start script, the command of the Dockerfile applies.
        const { start: _start, ...others } = scripts;
        const directory = await installedActor({
            ...files,
            'package.json': manifest(name, { ...packages, scripts: others }),
        });
        await runTool(directory, 'tsc');

        const crawl = await runFolder(directory, { startUrls: [{ url: front.secure(site.root('built')) }] });

        expect(await storedBy(crawl)).toEqual(pagesOf('built', front.secure));
    });
});

describe('an Actor like `js-start`', () => {
    const name = 'js-start';
    const files = {
        ...frame(name, {
            url: {
                title: 'Address of the page',
                type: 'string',
                description: 'What to read.',
                editor: 'textfield',
                prefill: 'https://example.com',
            },
        }),
        'package.json': manifest(name, {
            dependencies: { apify: '^3.7.0', axios: '^1.5.0', cheerio: '^1.0.0-rc.12' },
            scripts: { start: 'node ./src/main.js' },
        }),
        'src/main.js': `import axios from 'axios';
import * as cheerio from 'cheerio';
import { Actor } from 'apify';

await Actor.init();

const input = await Actor.getInput();
const { url } = input;

const response = await axios.get(url);
const $ = cheerio.load(response.data);

const found = [];
$('title, p').each((i, element) => {
    const one = { level: $(element).prop('tagName').toLowerCase(), text: $(element).text().slice(0, 11) };
    console.log('Extracted', one);
    found.push(one);
});

await Actor.pushData(found);

await Actor.exit();
`,
    };
    const items = [
        { level: 'title', text: 'Page 0' },
        { level: 'p', text: 'Lorem ipsum' },
    ];

    it('reads a page', async () => {
        const reading = await run(files, { url: site.root('start') });

        expect(await expectSuccess(reading)).toContain("Extracted { level: 'title', text: 'Page 0' }");
        expect(await reading.items()).toEqual(items);
    });

    it('reads a page with https, ignoring its certificate', async () => {
        const options = { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } };
        const reading = await run(files, { url: front.secure(site.root('start-tls')) }, options);

        await expectSuccess(reading);
        expect(await reading.items()).toEqual(items);
    });
});

describe('an Actor like the empty templates', () => {
    const MAIN = `import { Actor } from 'apify';
// import { CheerioCrawler } from '@crawlee/cheerio';

await Actor.init();

console.log('Hello from the Actor!');

await Actor.exit();
`;

    it('runs as `js-empty`', async () => {
        const greeting = await run(
            {
                ...frame('js-empty', {}),
                'package.json': manifest('js-empty', {
                    dependencies: WITH_CHEERIO,
                    scripts: { start: 'node src/main.js' },
                }),
                'src/main.js': MAIN,
            },
            {},
        );

        expect(await expectSuccess(greeting)).toContain('Hello from the Actor!');
    });

    it('runs as `ts-empty`', async () => {
        const greeting = await run(
            {
                ...frame('ts-empty', {}, BUILDING_DOCKERFILE),
                'package.json': manifest('ts-empty', {
                    dependencies: WITH_CHEERIO,
                    devDependencies: TYPESCRIPT_TOOLS,
                    scripts: {
                        start: 'npm run start:dev',
                        'start:prod': 'node dist/main.js',
                        'start:dev': 'tsx src/main.ts',
                    },
                }),
                'src/main.ts': MAIN,
            },
            {},
        );

        expect(await expectSuccess(greeting)).toContain('Hello from the Actor!');
    });
});
