import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tempDir } from '../files/temp-dir.js';

/** Creates a folder with files by path; values other than text are written as JSON. It is removed after the test. */
export async function actorFolder(files: Readonly<Record<string, unknown>>): Promise<string> {
    const folder = await tempDir();
    for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return folder;
}

/** Files of an Actor whose OUTPUT is its input. */
export const ECHO = {
    '.actor/actor.json': { actorSpecification: 1, name: 'echo-actor', version: '0.1', input: './input.json' },
    '.actor/input.json': {
        title: 'Echo',
        type: 'object',
        schemaVersion: 1,
        properties: {
            code: { title: 'Code', type: 'string', description: 'A text.', editor: 'textfield' },
            depth: { title: 'Depth', type: 'integer', description: 'A number.', default: 3 },
            tags: { title: 'Tags', type: 'array', description: 'A list.', editor: 'stringList' },
            startUrls: { title: 'URLs', type: 'array', description: 'Pages.', editor: 'requestListSources' },
        },
    },
    'main.js': `
        import { Actor } from 'apify';
        await Actor.init();
        await Actor.setValue('OUTPUT', await Actor.getInput());
        await Actor.exit();
    `,
};
