import { join, sep } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compileCacheDirectory } from '../../../src/actors/source/resolve-program.js';

const inFolder = (...parts: string[]) => ({ directory: [sep + parts[0], ...parts.slice(1)].join(sep), manifest: {} });

describe('the folder of the compile cache', () => {
    afterEach(() => {
        vi.unstubAllEnvs();
        vi.restoreAllMocks();
    });

    function onNode(node: string, more: object = {}): void {
        vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node, ...more });
    }

    it.each([
        ['npm', ['app', 'node_modules', '@crawlee', 'core']],
        ['pnpm', ['app', 'node_modules', '.pnpm', '@crawlee+core@3', 'node_modules', '@crawlee', 'core']],
    ])('is the conventional cache folder, beside the packages installed by %s', (_manager, parts) => {
        onNode('22.1.0');

        expect(compileCacheDirectory(inFolder(...parts))).toBe(join(sep, 'app', 'node_modules', '.cache', 'greenroom'));
    });

    it.each([
        ['before Node has such a cache', () => onNode('20.19.0')],
        ['in Electron', () => onNode('22.1.0', { electron: '40.0.0' })],
        [
            'where the user wants none',
            () => {
                onNode('22.1.0');
                vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', '1');
            },
        ],
    ])('is undefined %s', (_when, prepare) => {
        prepare();

        expect(compileCacheDirectory(inFolder('app', 'node_modules', '@crawlee', 'core'))).toBeUndefined();
    });

    it('is undefined for packages outside of node_modules', () => {
        onNode('22.1.0');

        expect(compileCacheDirectory(inFolder('work', 'crawlee', 'packages', 'core'))).toBeUndefined();
    });
});
