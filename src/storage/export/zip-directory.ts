/*
 * What a ZIP archive says of its files. Where a number does not fit, it stands in a ZIP64 field beside it, and only there: an
 * archive that needs no ZIP64 has none, for the sake of old readers.
 */

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const CENTRAL_HEADER = 0x02014b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
const ZIP64_END_LOCATOR = 0x07064b50;
const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_EXTRA = 0x0001;
const VERSION = 20;
const ZIP64_VERSION = 45;
const SIZES_FOLLOW = 0x0008;
const NAMES_ARE_UTF8 = 0x0800;
const DEFLATED = 8;
/** 1980-01-01, where ZIP's time begins: the same items make the same file. */
const DATE = 0x0021;
/** In the place of a number that stands in a ZIP64 field. */
const ELSEWHERE_16 = 0xffff;
const ELSEWHERE_32 = 0xffffffff;
/** Bytes of the ZIP64 end of a directory after the field of its size. */
const ZIP64_END_REST = 44;

/** A file in an archive, as far as it has been written. */
export interface WrittenEntry {
    name: Buffer;
    /** Where its local header begins. */
    offset: number;
    checksum: number;
    packedSize: number;
    size: number;
}

type Field = readonly [bytes: number, value: number];

/** What comes before a file, whose sizes are not known yet. */
export function localHeader({ name }: WrittenEntry): Buffer {
    const header = fields([
        [4, LOCAL_HEADER],
        ...commonFields(VERSION, { checksum: 0, packedSize: 0, size: 0 }, name, 0),
    ]);
    return Buffer.concat([header, name]);
}

/** What comes after a file. Readers go by the directory; this is for those that read along, which know both widths. */
export function dataDescriptor(entry: WrittenEntry): Buffer {
    const { checksum, packedSize, size } = entry;
    const width = isLarge(size) || isLarge(packedSize) ? 8 : 4;
    return fields([
        [4, DATA_DESCRIPTOR],
        [4, checksum],
        [width, packedSize],
        [width, size],
    ]);
}

/**
 * The directory at the end of an archive.
 *
 * @param start - Where it begins.
 */
export function zipDirectory(entries: readonly WrittenEntry[], start: number): Buffer {
    const headers = Buffer.concat(entries.map(centralHeader));
    const count = entries.length;
    const end = fields([
        [4, END_OF_DIRECTORY],
        [2, 0],
        [2, 0],
        [2, Math.min(count, ELSEWHERE_16)],
        [2, Math.min(count, ELSEWHERE_16)],
        [4, Math.min(headers.length, ELSEWHERE_32)],
        [4, Math.min(start, ELSEWHERE_32)],
        [2, 0],
    ]);
    const fits = count < ELSEWHERE_16 && !isLarge(headers.length) && !isLarge(start);
    return Buffer.concat(fits ? [headers, end] : [headers, zip64End(count, headers.length, start), end]);
}

function zip64End(count: number, length: number, start: number): Buffer {
    return fields([
        [4, ZIP64_END_OF_DIRECTORY],
        [8, ZIP64_END_REST],
        [2, ZIP64_VERSION],
        [2, ZIP64_VERSION],
        [4, 0],
        [4, 0],
        [8, count],
        [8, count],
        [8, length],
        [8, start],
        [4, ZIP64_END_LOCATOR],
        [4, 0],
        [8, start + length],
        [4, 1],
    ]);
}

function centralHeader(entry: WrittenEntry): Buffer {
    const { name, offset, checksum, packedSize, size } = entry;
    const large = [size, packedSize, offset].filter(isLarge);
    const version = large.length > 0 ? ZIP64_VERSION : VERSION;
    const extra: Field[] =
        large.length === 0 ? [] : [[2, ZIP64_EXTRA], [2, large.length * 8], ...large.map((value): Field => [8, value])];
    const sizes = {
        checksum,
        packedSize: Math.min(packedSize, ELSEWHERE_32),
        size: Math.min(size, ELSEWHERE_32),
    };
    const header = fields([
        [4, CENTRAL_HEADER],
        [2, version],
        ...commonFields(version, sizes, name, lengthOf(extra)),
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, Math.min(offset, ELSEWHERE_32)],
    ]);
    return Buffer.concat([header, name, fields(extra)]);
}

/** What both headers of an entry say. */
function commonFields(
    version: number,
    { checksum, packedSize, size }: Pick<WrittenEntry, 'checksum' | 'packedSize' | 'size'>,
    name: Buffer,
    extraLength: number,
): Field[] {
    return [
        [2, version],
        [2, SIZES_FOLLOW | NAMES_ARE_UTF8],
        [2, DEFLATED],
        [2, 0],
        [2, DATE],
        [4, checksum],
        [4, packedSize],
        [4, size],
        [2, name.length],
        [2, extraLength],
    ];
}

function isLarge(value: number): boolean {
    return value >= ELSEWHERE_32;
}

function lengthOf(values: readonly Field[]): number {
    return values.reduce((sum, [bytes]) => sum + bytes, 0);
}

function fields(values: readonly Field[]): Buffer {
    const buffer = Buffer.alloc(lengthOf(values));
    let position = 0;
    for (const [bytes, value] of values) {
        if (bytes === 8) position = buffer.writeBigUInt64LE(BigInt(value), position);
        else position = buffer.writeUIntLE(value, position, bytes);
    }
    return buffer;
}
