import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { usesNetwork, readSources } from '../../../src/actors/source/source-scan.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder } from './actor-folder.js';

async function mayReach(text: string): Promise<boolean> {
    const directory = await actorFolder({ 'main.js': text });
    return usesNetwork(await readSources(new FileChangeDetector(), join(directory, 'main.js'), directory));
}

describe('an Actor may use the network', () => {
    it.each([
        "import http from 'node:http';",
        "import { connect } from 'net';",
        "import { spawn } from 'node:child_process';",
        "import axios from 'axios';",
        "import '@scope/anything';",
        "const tls = require('node:tls');",
        "const { got } = await import('got');",
        "export { request } from 'undici';",
    ])('by %j', async (text) => {
        expect(await mayReach(text)).toBe(true);
    });

    it.each([
        '',
        "import { Actor } from 'apify';",
        "import { Actor } from 'greenroom/actor';",
        "import { readFile } from 'node:fs/promises'; import path from 'path'; import './other.js'; import '/abs.js';",
        "await fetch('https://example.com');",
        "const text = 'imported from somewhere';",
    ])('but not by %j', async (text) => {
        expect(await mayReach(text)).toBe(false);
    });
});
