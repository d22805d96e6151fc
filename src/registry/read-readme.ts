import { join } from 'node:path';
import type { SeenFiles } from './seen-files.js';

const README_FILES = [join('.actor', 'README.md'), 'README.md'];

/** What the folder of an Actor says to people, if anything. */
export async function readReadme(seen: SeenFiles, directory: string): Promise<string | undefined> {
    const file = README_FILES.map((name) => join(directory, name)).find((path) => seen.isFile(path));
    return file === undefined ? undefined : seen.text(file);
}
