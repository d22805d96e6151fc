import { inflateRawSync } from 'node:zlib';
import { expect } from 'vitest';

const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const ZIP64_END_SIZE = 56;
const ZIP64_LOCATOR_SIZE = 20;
const IN_EXTRA_FIELD = 0xffffffff;

/** The entry of a file in the directory of an archive. */
interface ListedFile {
    name: string;
    packedSize: number;
    size: number;
    offset: number;
}

/** Returns the files of a ZIP archive as text, by name. Reads the directory of the archive, as ZIP readers do. */
export function readZip(archive: Buffer): Map<string, string> {
    const files = new Map<string, string>();
    for (const { name, packedSize, size, offset } of listZip(archive)) {
        const dataStart = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
        const data = inflateRawSync(archive.subarray(dataStart, dataStart + packedSize));
        expect(data).toHaveLength(size);
        files.set(name, String(data));
    }
    return files;
}

/**
 * Returns the directory of an archive.
 *
 * @param missing - Number of bytes that precede the given ones in the archive.
 */
function listZip(archive: Buffer, missing = 0): ListedFile[] {
    const end = archive.length - END_SIZE;
    expect(archive.readUInt32LE(end)).toBe(END_OF_DIRECTORY);
    let [count, start, stop] = [archive.readUInt16LE(end + 10), archive.readUInt32LE(end + 16), end];
    const zip64End = end - ZIP64_LOCATOR_SIZE - ZIP64_END_SIZE;
    if (zip64End >= 0 && archive.readUInt32LE(zip64End) === ZIP64_END_OF_DIRECTORY) {
        const locator = end - ZIP64_LOCATOR_SIZE;
        expect(archive.readBigUInt64LE(locator + 8)).toBe(BigInt(zip64End + missing));
        count = Number(archive.readBigUInt64LE(zip64End + 32));
        start = Number(archive.readBigUInt64LE(zip64End + 48));
        stop = zip64End;
    }
    const files: ListedFile[] = [];
    let position = start - missing;
    for (let left = count; left > 0; left--) {
        const nameLength = archive.readUInt16LE(position + 28);
        const extraLength = archive.readUInt16LE(position + 30);
        let extra = position + 46 + nameLength + 4;
        const [size, packedSize, offset] = [24, 20, 42].map((field) => {
            const value = archive.readUInt32LE(position + field);
            if (value !== IN_EXTRA_FIELD) return value;
            extra += 8;
            return Number(archive.readBigUInt64LE(extra - 8));
        }) as [number, number, number];
        const name = archive.toString('utf8', position + 46, position + 46 + nameLength);
        files.push({ name, packedSize, size, offset });
        position += 46 + nameLength + extraLength;
    }
    expect(position).toBe(stop);
    return files;
}
