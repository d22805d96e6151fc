import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './source-files.js';

/** Files by their paths; what is no text is in Base64. */
type Packed = Record<string, { text: string } | { base64: string }>;

/** Writes the files that a fixture has packed into a directory. Where they name their own directory, they name that one. */
export async function unpack(fixture: string, directory: string): Promise<void> {
    const packed = JSON.parse(await readFile(join(ROOT, 'test/fixtures', fixture), 'utf8')) as Packed;
    for (const [path, content] of Object.entries(packed)) {
        const bytes =
            'text' in content
                ? Buffer.from(content.text.replaceAll('DIRECTORY', directory))
                : Buffer.from(content.base64, 'base64');
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), bytes);
    }
}
