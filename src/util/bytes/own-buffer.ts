import { types } from 'node:util';

/**
 * Returns the bytes in an `ArrayBuffer` of their own, copied only if needed. Small Buffers share a pool, all of which would be
 * cloned when one is posted to another thread.
 */
export function toOwnBuffer(bytes: ArrayBufferView | ArrayBufferLike): Uint8Array {
    if (!ArrayBuffer.isView(bytes)) return toOwnBuffer(new Uint8Array(bytes));
    const isOwn = types.isArrayBuffer(bytes.buffer) && bytes.byteLength === bytes.buffer.byteLength;
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return isOwn ? view : view.slice();
}
