import { describe, expect, it } from 'vitest';
import { Admission } from '../../../src/run/start/admission.js';

function admissionWith(limits: { maxConcurrentRuns?: number; maxTotalMemoryMbytes?: number }) {
    const admission = new Admission({ maxConcurrentRuns: Infinity, maxTotalMemoryMbytes: Infinity, ...limits });
    const admitted: string[] = [];
    const enter = (id: string, memoryMbytes = 128): void =>
        admission.enqueue(id, memoryMbytes, () => admitted.push(id));
    return { admission, admitted, enter };
}

describe('a full house', () => {
    it('lets in as many as may run at once, in the order they came', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 2 });

        for (const id of ['a', 'b', 'c', 'd']) enter(id);
        expect(admitted).toEqual(['a', 'b']);
        admission.release('a');
        expect(admitted).toEqual(['a', 'b', 'c']);
    });

    it('counts memory, and keeps small ones behind a big one that waits', () => {
        const { admission, admitted, enter } = admissionWith({ maxTotalMemoryMbytes: 1024 });

        enter('half', 512);
        enter('whole', 1024);
        enter('small', 128);
        expect(admitted).toEqual(['half']);
        admission.release('half');
        expect(admitted).toEqual(['half', 'whole']);
        admission.release('whole');
        expect(admitted).toEqual(['half', 'whole', 'small']);
    });

    it('lets the next one in when one that waits gives up', () => {
        const { admission, admitted, enter } = admissionWith({ maxTotalMemoryMbytes: 256 });

        enter('inside', 128);
        enter('too-big-for-now', 256);
        enter('next', 128);
        admission.release('too-big-for-now');

        expect(admitted).toEqual(['inside', 'next']);
    });

    it('takes a second leave of the same run as nothing', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 1 });

        enter('a');
        admission.release('a');
        admission.release('a');
        enter('b');
        enter('c');

        expect(admitted).toEqual(['a', 'b']);
    });

    it('lets nobody in once it is closed', () => {
        const { admission, admitted, enter } = admissionWith({ maxConcurrentRuns: 1 });

        enter('a');
        enter('b');
        admission.close();
        admission.release('a');

        expect(admitted).toEqual(['a']);
    });
});
