import { inflateRawSync } from 'node:zlib';
import { expect } from 'vitest';

const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;

/** The files of a ZIP archive as text, by name; read from its directory, as ZIP readers do. */
export function readZip(archive: Buffer): Map<string, string> {
    const end = archive.length - END_SIZE;
    expect(archive.readUInt32LE(end)).toBe(END_OF_DIRECTORY);
    const files = new Map<string, string>();
    let position = archive.readUInt32LE(end + 16);
    for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
        const nameLength = archive.readUInt16LE(position + 28);
        const name = archive.toString('utf8', position + 46, position + 46 + nameLength);
        const start = archive.readUInt32LE(position + 42);
        const dataStart = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
        const packed = archive.subarray(dataStart, dataStart + archive.readUInt32LE(position + 20));
        const data = inflateRawSync(packed);
        expect(data).toHaveLength(archive.readUInt32LE(position + 24));
        files.set(name, String(data));
        position += 46 + nameLength;
    }
    expect(position).toBe(end);
    return files;
}
