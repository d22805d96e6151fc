import { crc32, deflateSync } from 'node:zlib';
import { randomFillSync } from 'node:crypto';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Creates a picture of coloured noise, which does not compress: 190 by 190 pixels take about 108 kB. */
export function createNoisePng(width, height) {
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 2], 8); // 8 bits per channel, RGB

    // Every row starts with the number of its filter; 0 means no filter.
    const rows = randomFillSync(Buffer.alloc(height * (1 + width * 3)));
    for (let row = 0; row < height; row += 1) rows[row * (1 + width * 3)] = 0;

    return Buffer.concat([
        SIGNATURE,
        chunk('IHDR', header),
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(body.length + 8);
    frame.writeUInt32BE(data.length, 0);
    frame.set(body, 4);
    frame.writeUInt32BE(crc32(body), body.length + 4);
    return frame;
}
