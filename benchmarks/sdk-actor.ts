import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The packages of an Actor and their folders in `node_modules`. `apify` is installed under an alias. */
const PACKAGES = { apify: 'apify-sdk', crawlee: 'crawlee', '@crawlee': '@crawlee' };
const NODE_MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** A folder with an Actor that uses the real `apify` and `crawlee`, laid out as in the platform's templates. */
export interface SdkActorFolder {
    path: string;
    remove: () => Promise<void>;
}

/** Creates the folder of an Actor, outside of the repository. The engine, `node main.js` and `apify run` can run it. */
export async function createSdkActor(source: string): Promise<SdkActorFolder> {
    const path = await mkdtemp(join(tmpdir(), 'greenroom-bench-actor-'));
    await Promise.all([mkdir(join(path, '.actor')), mkdir(join(path, 'node_modules'))]);
    const manifest = {
        name: 'sdk-actor',
        version: '0.0.1',
        type: 'module',
        scripts: { start: 'node main.js' },
        dependencies: { apify: '^3', ...(source.includes("'crawlee'") && { crawlee: '^3' }) },
    };
    const description = { actorSpecification: 1, name: 'sdk-actor', version: '0.1' };
    await Promise.all([
        writeFile(join(path, 'package.json'), JSON.stringify(manifest)),
        writeFile(join(path, '.actor', 'actor.json'), JSON.stringify(description)),
        writeFile(join(path, 'main.js'), source),
        ...Object.entries(PACKAGES).map(([name, target]) =>
            symlink(join(NODE_MODULES, target), join(path, 'node_modules', name), 'junction'),
        ),
    ]);
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
