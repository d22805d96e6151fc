import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { documentsIn, editDocument } from '../../support/files/documents.js';
import {
    build,
    buildScript,
    builtActor,
    createActor,
    logOf,
    outputOf,
    setFiles,
    sourceFiles,
    writeFolder,
} from '../../support/actors/built-actor.js';
import { makeEngine, stripTimestamps } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';

describe('a build', () => {
    it('runs the build script of an Actor in TypeScript, and its result runs', async () => {
        const engine = await makeEngine();
        const folder = await writeFolder({
            'package.json': JSON.stringify({
                type: 'module',
                scripts: { build: 'tsc', start: 'node dist/main.js' },
                devDependencies: { typescript: '^5.0.0' },
            }),
            'tsconfig.json': JSON.stringify({
                // Without browser types and type checks of libraries, which take most of the time.
                compilerOptions: {
                    outDir: 'dist',
                    module: 'nodenext',
                    target: 'es2022',
                    lib: ['es2022'],
                    skipLibCheck: true,
                    types: [],
                },
                include: ['src'],
            }),
            'src/main.ts': 'const answer: number = 42;\nexport default (): number => answer;\n',
        });
        await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'), 'junction');

        await engine.addActor(folder, { name: 'under-test', snapshot: true });

        expect(await outputOf(engine)).toBe(42);
        expect(await readdir(folder)).not.toContain('dist');
    });

    it.each([
        ['ab', /The name `ab` is too short for the Apify platform, which requires at least 3 characters/],
        ['abc', /^(?!.*too short)/s],
    ])('warns about a name that the platform refuses: %s', async (name, log) => {
        const engine = await makeEngine();
        const { id } = await engine.client.actors().create({
            name,
            versions: [
                {
                    versionNumber: '0.1',
                    sourceType: 'SOURCE_FILES',
                    sourceFiles: [{ name: 'main.js', format: 'TEXT', content: '' }],
                },
            ],
        });

        const { id: buildId } = await engine.client.actor(id).build('0.1', { waitForFinish: 60 });

        expect(await engine.client.build(buildId).log().get()).toMatch(log);
    });

    it('does not change when the source changes', async () => {
        const engine = await makeEngine();
        await createActor(engine, builtActor(buildScript('one')));
        await build(engine);

        await setFiles(engine, builtActor(buildScript('two')));
        expect(await outputOf(engine)).toBe('one');

        await build(engine);
        expect(await outputOf(engine)).toBe('two');
        expect(await outputOf(engine, { build: '0.1.1' })).toBe('one');
    });

    it('that fails moves no tag, and cannot be run', async () => {
        const engine = await makeEngine();
        await createActor(engine, builtActor(buildScript('good')));
        await build(engine);
        await setFiles(engine, builtActor("console.log('on stdout'); console.error('on stderr'); process.exit(3);"));

        const failed = await build(engine);

        expect(failed).toMatchObject({ status: 'FAILED', exitCode: 3, buildNumber: '0.1.2' });
        expect(failed.statusMessage).toContain('exit code 3');
        expect(stripTimestamps(await logOf(engine, failed.id))).toEqual(
            expect.arrayContaining(['on stdout', 'on stderr', failed.statusMessage]),
        );
        expect(await outputOf(engine)).toBe('good');
        const start = engine.start('under-test', {}, { build: '0.1.2' });
        await expect(start).rejects.toMatchObject({
            code: 'invalid-build',
            message: expect.stringContaining('FAILED'),
        });
        const tagging = engine.client.actor('under-test').update({ taggedBuilds: { beta: { buildId: failed.id } } });
        await expect(tagging).rejects.toMatchObject({ code: 'invalid-build' });
    });

    it('fails for a source without entry', async () => {
        const engine = await makeEngine();
        await createActor(engine, { 'README.md': 'Nothing here' });

        expect(await build(engine)).toMatchObject({ status: 'FAILED', statusMessage: expect.stringContaining('main') });
    });

    it.each([
        { sourceType: 'GIT_REPO', gitRepoUrl: 'https://git.invalid/repo' },
        { sourceType: 'TARBALL', tarballUrl: 'https://files.invalid/actor.tgz' },
        { sourceType: 'GITHUB_GIST', gitHubGistUrl: 'https://gist.invalid/1' },
    ])('fails for a source that would have to be downloaded: $sourceType', async (fields) => {
        const engine = await makeEngine();
        await createActor(engine, {}, fields);

        const failed = await build(engine);

        expect(failed).toMatchObject({ status: 'FAILED', statusMessage: expect.stringContaining(fields.sourceType) });
        expect(await logOf(engine, failed.id)).toContain('does not download source code');
    });

    const URL_FIELD = { title: 'URL', type: 'string', description: 'Where to begin.', editor: 'textfield' };

    it('accepts files in Base64, folders, the definition and the README', async () => {
        const engine = await makeEngine();
        const input = { title: 'In', type: 'object', schemaVersion: 1, properties: { url: URL_FIELD } };
        const definition = { actorSpecification: 1, name: 'other-name', version: '7.7', input: './in.json' };
        await engine.client.actors().create({ name: 'under-test' });
        await engine.client
            .actor('under-test')
            .versions()
            .create({
                versionNumber: '0.1',
                sourceType: 'SOURCE_FILES',
                sourceFiles: [
                    { name: '.actor', folder: true },
                    { name: 'empty', folder: true },
                    ...sourceFiles({
                        '.actor/actor.json': JSON.stringify(definition),
                        '.actor/in.json': JSON.stringify(input),
                        'README.md': '# Read me',
                    }),
                    {
                        name: 'main.js',
                        format: 'BASE64',
                        content: Buffer.from('module.exports = () => "é"').toString('base64'),
                    },
                ],
            });

        const { id } = await build(engine);

        expect(await engine.client.build(id).get()).toMatchObject({
            buildNumber: '0.1.1',
            readme: '# Read me',
            inputSchema: JSON.stringify(input),
            actorDefinition: { input, version: '7.7' },
            stats: { durationMillis: expect.any(Number) },
        });
        expect((await engine.client.build(id).getOpenApiDefinition()).components.schemas['inputSchema']).toEqual(input);
        expect(await outputOf(engine)).toBe('é');
    });

    it('installs missing packages', async () => {
        const engine = await makeEngine();
        const manifest = { type: 'module', main: 'main.js', dependencies: { 'own-package': 'file:./own' } };
        await createActor(engine, {
            'package.json': JSON.stringify(manifest),
            'main.js': "import { answer } from 'own-package'; export default () => answer;",
            'own/package.json': '{ "name": "own-package", "version": "1.0.0", "exports": "./index.mjs" }',
            'own/index.mjs': 'export const answer = 5;',
        });

        const { id, status } = await build(engine);

        expect([status, stripTimestamps(await logOf(engine, id))]).toEqual([
            'SUCCEEDED',
            expect.arrayContaining(['Missing packages: own-package.', '> npm install']),
        ]);
        expect(await outputOf(engine)).toBe(5);
    });

    it('emits events and has a log', async () => {
        const engine = await makeEngine();
        await createActor(engine, builtActor(`${buildScript('x')} console.log('building');`));
        const seen: string[] = [];
        engine.on('build.created', ({ build: { status } }) => void seen.push(status));
        engine.on('build.log', ({ line }) => void (line.endsWith(' building') && seen.push('line')));
        engine.on('build.finished', ({ actor, build: { status, id } }) => {
            seen.push(`${status} ${actor.taggedBuilds['latest']?.buildId === id}`);
        });
        engine.on('run.log', () => void seen.push('of a run'));

        await build(engine);

        expect(seen).toEqual(['READY', 'line', 'SUCCEEDED true']);
    });

    it('streams its log while it runs', async () => {
        const engine = await makeEngine();
        await createActor(engine, builtActor("console.log('waiting'); setInterval(() => {}, 1000);"));
        const { id } = await engine.client.actor('under-test').build('0.1');
        let text = '';
        const stream = await engine.client.build(id).log().stream();
        for await (const chunk of stream ?? []) {
            text += String(chunk);
            if (text.includes(' waiting\n')) await engine.client.build(id).abort();
        }

        expect(text).toContain('The build was aborted.');
    });

    it('does not inherit the environment of the host', async () => {
        vi.stubEnv('HOST_SECRET', 'of the host');
        onTestFinished(() => void vi.unstubAllEnvs());
        const engine = await makeEngine();
        await createActor(
            engine,
            builtActor(`${buildScript('x')} console.log('names:', Object.keys(process.env).join());`),
            {
                envVars: [{ name: 'OF_VERSION', value: '1' }],
            },
        );

        const { id } = await build(engine);

        const log = await logOf(engine, id);
        expect(log).toMatch(/names:.*\bPATH\b/);
        expect(log).not.toContain('HOST_SECRET');
        expect(log).not.toContain('OF_VERSION');
    });

    it('gets the variables of the version if that enables it, and redacts secrets', async () => {
        const engine = await makeEngine();
        const script = `${buildScript('x')} console.log('got', process.env.PLAIN, process.env.SECRET);`;
        await createActor(engine, builtActor(script), {
            applyEnvVarsToBuild: true,
            envVars: [
                { name: 'PLAIN', value: 'plain' },
                { name: 'SECRET', value: 'not-for-others', isSecret: true },
            ],
        });

        const { id } = await build(engine);

        expect(stripTimestamps(await logOf(engine, id))).toContain('got plain ***');
    });
});

describe('secrets', () => {
    it('are in the environment of a run, but in no file and in no log', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const files = {
            'main.mjs': 'export default () => { console.log(process.env.SECRET); return process.env.SECRET.length; }',
        };
        await createActor(engine, files, { envVars: [{ name: 'SECRET', value: 'not-for-others', isSecret: true }] });
        await build(engine);

        const run = await engine.call('under-test');

        expect(await run.output()).toBe('not-for-others'.length);
        expect(stripTimestamps(await run.log.text())).toContain('***');
        await engine.close();
        for (const path of await readdir(storageDir, { recursive: true, withFileTypes: true })) {
            if (path.isFile()) {
                expect(await readFile(join(path.parentPath, path.name), 'utf8')).not.toContain('not-for-others');
            }
        }
    });
});

describe('a storage directory that is opened again', () => {
    it('has Actors, versions, builds, tags, secrets and logs as they were', async () => {
        const storageDir = await tempDir();
        const first = await makeEngine({ storageDir });
        const files = { 'main.mjs': 'export default () => process.env.SECRET;' };
        await createActor(first, files, { envVars: [{ name: 'SECRET', value: 'not-for-others', isSecret: true }] });
        const { id } = await build(first, { tag: 'beta' });
        const actor = await first.client.actor('under-test').get();
        const [record, log] = [await first.client.build(id).get(), await logOf(first, id)];
        await first.close();

        const second = await makeEngine({ storageDir });

        expect(await second.client.actor('under-test').get()).toEqual(actor);
        expect(await second.client.build(id).get()).toEqual(record);
        expect(await logOf(second, id)).toBe(log);
        expect(await outputOf(second, { build: 'beta' })).toBe('not-for-others');
        expect(await build(second)).toMatchObject({ buildNumber: '0.1.2', status: 'SUCCEEDED' });
    });

    it('aborts a build whose process was lost', async () => {
        const storageDir = await tempDir();
        const first = await makeEngine({ storageDir });
        await createActor(first, { 'main.mjs': 'export default () => 1;' });
        const { id } = await build(first);
        await first.close();
        change(storageDir, 'builds', (document) => {
            const record = document['build'] as { status: string; finishedAt?: string };
            record.status = 'RUNNING';
            delete record.finishedAt;
        });

        const second = await makeEngine({ storageDir });

        expect(await second.client.build(id).get()).toMatchObject({
            status: 'ABORTED',
            finishedAt: expect.any(Date),
            statusMessage: expect.stringContaining('ended before the build finished'),
        });
        expect(await logOf(second, id)).toContain('ended before the build finished');
        expect(await readdir(join(storageDir, 'sources'))).toEqual(['node_modules']);
    });

    it('never removes a folder because a document refers to it', async () => {
        const [storageDir, foreign] = [await tempDir(), await tempDir()];
        await writeFile(join(foreign, 'precious.txt'), 'mine');
        const first = await makeEngine({ storageDir });
        const actorId = await createActor(first, { 'main.mjs': 'export default () => 1;' });
        const deleted = await build(first);
        const left = await build(first);
        await first.close();
        change(storageDir, 'builds', (document) => {
            document['blueprint'] = { ...(document['blueprint'] as object), ownFolder: foreign };
            const record = document['build'] as { id: string; status: string };
            if (record.id === left.id) record.status = 'RUNNING';
        });

        const second = await makeEngine({ storageDir });
        await second.client.actor(actorId).delete();

        expect(await second.client.build(deleted.id).get()).toBeUndefined();
        expect(await readdir(foreign)).toEqual(['precious.txt']);
        expect(await readdir(join(storageDir, 'sources'))).toEqual(['node_modules']);
    });
});

/** Changes all documents of a folder. */
function change(storageDir: string, collection: string, work: (document: Record<string, unknown>) => void): void {
    for (const [id, document] of documentsIn(storageDir, collection)) {
        work(document);
        editDocument(storageDir, collection, id, () => JSON.stringify([id, document]));
    }
}
