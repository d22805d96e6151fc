import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempDir } from '../files/temp-dir.js';
import type { ClientBuild, Engine } from 'greenroom';

/** Contents by path. */
type Files = Record<string, string>;

/** Prints the source of its build. */
const PRINTS_SOURCE =
    "import { writeFileSync } from 'node:fs'; writeFileSync('out.mjs', 'export default () => VALUE');";

/** Returns a build script that creates a module which returns a value. */
export function buildScript(value: string): string {
    return PRINTS_SOURCE.replace('VALUE', JSON.stringify(value));
}

/** Returns the files of an Actor whose module is created by its build script. */
export function builtActor(script: string): Files {
    const manifest = { type: 'module', scripts: { build: 'node build.js', start: 'node out.mjs' } };
    return { 'package.json': JSON.stringify(manifest), 'build.js': script };
}

export function sourceFiles(files: Files): { name: string; format: 'TEXT'; content: string }[] {
    return Object.entries(files).map(([name, content]) => ({ name, format: 'TEXT', content }));
}

/** Creates an Actor `under-test` with version 0.1, and returns its id. */
export async function createActor(engine: Engine, files: Files, fields: object = {}): Promise<string> {
    const version = { versionNumber: '0.1', sourceType: 'SOURCE_FILES', sourceFiles: sourceFiles(files), ...fields };
    return (await engine.client.actors().create({ name: 'under-test', versions: [version] })).id;
}

/** Replaces the source of version 0.1 of `under-test`. */
export async function setFiles(engine: Engine, files: Files): Promise<void> {
    await engine.client
        .actor('under-test')
        .version('0.1')
        .update({ sourceFiles: sourceFiles(files) });
}

/** Builds version 0.1 of `under-test` and waits for the build to finish. */
export async function build(engine: Engine, options: object = {}): Promise<ClientBuild> {
    const { id } = await engine.client.actor('under-test').build('0.1', options);
    return engine.client.build(id).waitForFinish();
}

export async function logOf(engine: Engine, id: string): Promise<string> {
    return (await engine.client.build(id).log().get()) ?? '';
}

/** Creates a folder of files that is removed after the test. */
export async function writeFolder(files: Files): Promise<string> {
    const folder = join(await tempDir(), 'the-actor');
    for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), content);
    }
    return folder;
}

/** Returns the output of a run of `under-test`, or its log if it has none. */
export async function outputOf(engine: Engine, options: object = {}): Promise<unknown> {
    const run = await engine.call('under-test', undefined, options);
    return (await run.output()) ?? (await run.log.text());
}
