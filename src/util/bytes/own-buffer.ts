import { types } from 'node:util';

/**
 * The same bytes with a memory of their own. Small Buffers share one big memory, all of which, whoever's it is, would be
 * copied to another thread with them.
 */
export function toOwnBuffer(bytes: ArrayBufferView | ArrayBufferLike): Uint8Array {
    if (!ArrayBuffer.isView(bytes)) return toOwnBuffer(new Uint8Array(bytes));
    const isExact = types.isArrayBuffer(bytes.buffer) && bytes.byteLength === bytes.buffer.byteLength;
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return isExact ? view : view.slice();
}
