import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const exec = promisify(execFile);

describe('the quickstart', () => {
    it('crawls its shop and prints the results', async () => {
        const { stdout, stderr } = await exec(process.execPath, ['examples/quickstart/run.js'], { timeout: 60_000 });

        expect(stderr).toBe('');
        expect(stdout).toContain('SUCCEEDED: Found 45 products on 62 pages');
        expect(stdout).toContain('Dataset: 45 items');
        expect(stdout).toMatch(/image-\w+ +106\.\d KB/);
        expect(stdout).toContain('Retrying: HTTP 503');
        expect(stdout).toContain('Failed: HTTP 404');
    });

    it('prints its help', async () => {
        const { stdout } = await exec(process.execPath, ['examples/quickstart/run.js', '--help']);

        expect(stdout).toContain('--keep <folder>');
    });
});
